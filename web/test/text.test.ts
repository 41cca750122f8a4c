import { afterEach, describe, expect, it } from "vitest";
import { lang, nameOf, t, word } from "../src/text";
import { en } from "../src/text/en";
import { zh } from "../src/text/zh";

const names = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

afterEach(() => void (lang.value = "zh"));

describe("the two tables", () => {
  it("have the same keys in the same order", () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
  });

  it("fill in the same names", () => {
    for (const key of Object.keys(zh) as Array<keyof typeof zh>) expect(names(en[key]), key).toEqual(names(zh[key]));
  });

  it("say something for every key", () => {
    for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)]) if (key !== "text.space") expect(text.trim() || text, key).not.toBe("");
  });
});

describe("a text", () => {
  it("is filled in and follows the language", () => {
    expect(t("list.count", { n: 3 })).toBe("3 条");
    lang.value = "en";
    expect(t("list.count", { n: 3 })).toBe("3 listed");
  });

  it("keeps a name that nothing fills", () => {
    expect(t("list.count")).toBe("{n} 条");
  });

  it("leaves a word that no table has", () => {
    expect(word("value", "concrete")).toBe("水泥");
    expect(word("value", "bamboo")).toBe("bamboo");
  });

  it("names a thing in the language, in Chinese where there is no English, by its code at last", () => {
    lang.value = "en";
    expect(nameOf({ name: "亭林镇", name_en: "Tinglin Town" })).toBe("Tinglin Town");
    expect(nameOf({ name: "亭林镇", name_en: "" })).toBe("亭林镇");
    expect(nameOf({ code: "310116104" })).toBe("310116104");
  });
});
