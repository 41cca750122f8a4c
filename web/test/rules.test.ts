import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { lang, spanOf, word } from "../src/text";
import type { Rule, RuleContent, RuleFinding, WhistleItem } from "../src/rules/types";

vi.mock("../src/names", () => ({ nameFor: (_: string, id: string) => id, everyOf: () => null }));
vi.mock("../src/state", () => ({}));
vi.mock("../src/icon", () => ({ Icon: () => null }));
const { changedFields, contentOf, differences, faultsOf, newRule, nextRevision, resolved, sameRule } = await import("../src/rules/content");
const { findingText, partName, sentencesOf, shown } = await import("../src/rules/words");
const { expressionText, namedWords, parseExpression, plainWords, writeExpression } = await import("../src/rules/units");
const { cellAt, counts, placeByKey, placeOf, rowsOf } = await import("../src/rules/matrix");
const { found } = await import("../src/panel/picker");

afterEach(() => void (lang.value = "zh"));

const base: RuleContent = {
  series: "R-017", name: "有主废弃线杆", from: "2026-12-01", band: "regular", when: { categories: ["part.pole.abandoned"], feature: { layer: "poles", owner_kinds: ["carrier"] } },
  then: { primary: "feature.owner", co: ["unit:u_telecom"], supervisor: "post:chief" }, basis: { list: "whistle", item: 17 }, clock: { ack: { kind: "work_hours", amount: 120 }, resolve: { kind: "work_days", amount: 5 } },
};

describe("the content of a rule", () => {
  it("leaves out what says nothing", () => {
    const padded: RuleContent = { ...base, name_en: "", until: "", documents: [], when: { ...base.when, area: { grids: [], road: "" }, times: [], context: {} }, then: { ...base.then, no_action: false, informed: [] } };
    expect(contentOf(padded)).toEqual(base);
    expect(sameRule(padded, base)).toBe(true);
  });

  it("has no units where nobody acts, and no primary one where it only adds", () => {
    expect(contentOf({ ...base, then: { ...base.then, no_action: true } }).then).toEqual({ no_action: true });
    expect(contentOf({ ...base, then: { ...base.then, additive: true } }).then).toEqual({ additive: true, co: ["unit:u_telecom"], supervisor: "post:chief" });
  });

  it("is that of a new rule with a name to be given", () => {
    expect(faultsOf(newRule("2026-12-10"))).toEqual(["/name"]);
    expect(faultsOf({ ...base, until: "2026-12-01", basis: { list: "whistle" }, when: { area: { road: "公园路" } }, then: { primary: "unit:", co: ["unit:u_a", "town.unit:"] } })).toEqual(["/until", "/then/primary", "/then/co/1", "/basis/item", "/when/area/road"]);
    expect(faultsOf({ ...base, then: { no_action: true } })).toEqual([]);
  });

  it("goes on in the next revision, without the end of the one before", () => {
    const rule = { ...base, until: "2027-01-01", id: "ru_1", code: "R-017-3", series: "R-017", number: 3, state: "published", author: "甲", version: 1, revision: 1 } as Rule;
    expect(nextRevision(rule, "2026-12-15")).toEqual({ ...base, from: "2026-12-15", based_on: "R-017-3" });
    expect(nextRevision({ ...rule, from: "2027-02-01" }, "2026-12-15").from).toBe("2027-02-02");
  });
});

describe("two planners on one rule", () => {
  const mine: RuleContent = { ...base, name: "我的", then: { ...base.then, supervisor: "grid.office" }, clock: { ...base.clock, arrive: { kind: "elapsed", amount: 30 } } };
  const theirs: RuleContent = { ...base, band: "special", then: { ...base.then, supervisor: "parent" } };

  it("choose field by field where both have changed it", () => {
    const list = differences(base, mine, theirs);
    expect(list.map((d) => [d.field, d.choice])).toEqual([["name", "mine"], ["band", "theirs"], ["then/supervisor", null], ["clock/arrive", "mine"]]);
    expect(resolved(theirs, list)).toBe(null);
    const chosen = resolved(theirs, list.map((d) => ({ ...d, choice: d.choice ?? ("mine" as const) })))!;
    expect(chosen).toEqual({ ...mine, band: "special" });
  });

  it("take away what one has taken away", () => {
    const { clock: _, ...bare } = base;
    const list = differences(base, bare, base);
    expect(list.map((d) => d.field)).toEqual(["clock/ack", "clock/resolve"]);
    expect(resolved(base, list)).toEqual(bare);
  });

  it("see each field in words", () => {
    for (const d of changedFields(theirs, mine)) for (const l of ["zh", "en"] as const) {
      lang.value = l;
      expect(partName(d.field)).not.toContain("/");
      expect(shown(d, d.mine)).not.toContain("[object");
    }
    lang.value = "zh";
    expect(partName("/when/area/grids/0")).toBe("地点");
    expect(partName("/nowhere")).toBe("/nowhere");
  });
});

describe("a rule in sentences", () => {
  it("says what, who, why and when in both languages", () => {
    const full: RuleContent = {
      ...base,
      when: { ...base.when, area: { near_border_m: 20, overlay_kinds: ["park"] }, times: [{ start: "22:00", duration_min: 480, day_types: ["workday"] }], context: { channels: ["camera"], max_confidence: 0.65 } },
      basis: { list: "whistle", item: 17, invented: true },
    };
    expect(sentencesOf(full).map((s) => s.text)).toEqual([
      "适用于part.pole.abandoned（含下级）。",
      "地点：园区内，离网格边界 20 米内。",
      "现场：30 米内有线杆，权属：通信运营商。",
      "时间：22:00–次日 06:00，工作日。",
      "报告：视频识别，置信度低于 0.65。",
      "由设施权属单位处置，u_telecom协同，网格长跟进。",
      "依据：基层吹哨及时为，吹哨清单第 17 项（没有来源写明这样分工，是为演示编的）。",
      "时限：2 小时工作时间内签收，5 个工作日内办结。",
    ]);
    lang.value = "en";
    for (const { text } of sentencesOf(full)) {
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(text).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it("says that nobody acts, and that it only adds", () => {
    expect(sentencesOf({ ...base, then: { no_action: true } }).map((s) => s.part)).not.toContain("clock");
    expect(sentencesOf({ ...base, then: { additive: true, informed: ["overlay.unit:police_area"] } }).find((s) => s.part === "then")?.text).toBe("在其他规则定的单位之外，知会所在警务区的单位。");
  });
});

describe("expressions of units", () => {
  it("are read and written", () => {
    for (const text of [...plainWords, ...namedWords.map((w) => `${w}:x`)]) {
      expect(writeExpression(parseExpression(text)!)).toBe(text);
      for (const l of ["zh", "en"] as const) {
        lang.value = l;
        expect(expressionText(text)).not.toBe("");
        expect(expressionText(text)).not.toContain("expression.");
      }
    }
    for (const text of ["", "grid.office:x", "unit", "owner", ":x"]) expect(parseExpression(text)).toBe(null);
  });

  it("are those that the service knows", () => {
    const source = readFileSync(new URL("../../layers/unitexpression.go", import.meta.url), "utf8");
    const words = [...source.matchAll(/^\t\w+ += "([a-z.]+)"/gm)].map((m) => m[1]);
    expect([...plainWords, ...namedWords].sort()).toEqual(words.sort());
  });
});

describe("findings of rules", () => {
  const codes = [...readFileSync(new URL("../../routing/rulecheck/finding.go", import.meta.url), "utf8").matchAll(/FindingCode = "([a-z-]+)"/g)].map((m) => m[1]!);

  it("have words for every code in both languages", () => {
    expect(codes.length).toBeGreaterThan(20);
    for (const code of [...codes, "unknown-reference", "revisions-at-once"]) {
      for (const l of ["zh", "en"] as const) {
        lang.value = l;
        const f: RuleFinding = { code, blocks: true, ids: ["R-017@1", "u_telecom"], detail: "the service's own words", category: "part.pole", date: "2026-12-01" };
        expect(findingText(f), code).not.toContain("the service's own words");
        expect(findingText(f), code).not.toMatch(/[{}]/);
      }
    }
  });

  it("say where and when, and what this page does not know in the service's words", () => {
    const f: RuleFinding = { code: "time-gap", blocks: true, ids: ["event.noise", "R-110@2"], detail: "d", category: "event.noise", grids: ["Z01", "Z02", "Z03", "Z04"], times: [{ date: "2026-10-10", days: "makeup_workday", from: "08:00", until: "09:00" }] };
    expect(findingText(f)).toBe("event.noise：有的时间有规则，有的时间没有。在Z01、Z02、Z03等 4 个网格。时间：" + word("daytype", "makeup_workday") + " 08:00–09:00。");
    expect(findingText({ code: "new-one", blocks: false, ids: [], detail: "what it is" })).toBe("what it is");
  });
});

describe("the matrix", () => {
  const row = (item: number, ...states: Array<"whistle" | "other" | "sometimes" | "fallback">): WhistleItem => ({ item, category: `c.${item}`, name: `${item}`, cells: states.map((state) => ({ state, rule: "R-1@1", unit: "u_a" })) });
  const m = { grids: ["Z01", "Z02"], names: ["一", "二"], names_en: ["1", "2"], missing: 2, items: [row(1, "whistle", "other"), row(2, "sometimes", "whistle"), row(5, "fallback", "whistle")] };

  it("knows its cells and what is missing", () => {
    expect(counts(m)).toEqual({ whistle: 3, other: 1, sometimes: 1, fallback: 1 });
    expect(rowsOf(m, true).map((r) => r.item)).toEqual([2, 5]);
    expect(cellAt(m, placeOf("5/Z01", m)!)?.state).toBe("fallback");
    for (const text of [undefined, "", "5", "4/Z01", "5/Z09"]) expect(placeOf(text, m)).toBe(null);
  });

  it("is gone through by arrow keys, within the rows that are shown", () => {
    const rows = rowsOf(m, true);
    const from = { item: 2, grid: "Z01" };
    const to = (key: string) => placeByKey(key, from, rows, m.grids);
    expect(to("ArrowDown")).toEqual({ item: 5, grid: "Z01" });
    expect(to("ArrowUp")).toEqual(from);
    expect(to("End")).toEqual({ item: 2, grid: "Z02" });
    expect(to("ArrowLeft")).toEqual(from);
    expect(to("PageDown")).toEqual({ item: 5, grid: "Z01" });
    expect(to("x")).toBe(null);
  });
});

describe("the field that finds one of many", () => {
  const choices = [
    { value: "part.pole.abandoned", name: "废弃线杆", keys: "Abandoned pole 17 吹哨17" },
    { value: "event.noise", name: "噪声", keys: "Noise 117" },
    { value: "part.pole", name: "线杆", keys: "Pole" },
  ];

  it("finds by code, name and number, what is named exactly first", () => {
    expect(found(choices, "17").map((c) => c.value)).toEqual(["part.pole.abandoned", "event.noise"]);
    expect(found(choices, "吹哨17").map((c) => c.value)).toEqual(["part.pole.abandoned"]);
    expect(found(choices, "pole").map((c) => c.value)).toEqual(["part.pole.abandoned", "part.pole"]);
    expect(found(choices, "废弃 pole").map((c) => c.value)).toEqual(["part.pole.abandoned"]);
    expect(found(choices, "x").length).toBe(0);
    expect(found(choices, " ").length).toBe(3);
  });
});

describe("a length of time", () => {
  it("has its two largest parts", () => {
    expect([0, 59_000, 3_600_000, 5_400_000, 90_000_000, 86_400_000 * 5 + 60_000].map(spanOf)).toEqual(["0 分钟", "1 分钟", "1 小时", "1 小时 30 分钟", "1 天 1 小时", "5 天"]);
  });
});
