import { describe, expect, it } from "vitest";
import { layerNames, type Feature } from "../src/api/types";
import { fields, readField, valueOf, type Field } from "../src/edit/fields";
import { applied, change, changedFields, noHistory, redo, undo, withField } from "../src/edit/history";
import { differences, resolved } from "../src/edit/merge";
import { zh } from "../src/text/zh";

const base: Feature = { id: "p_1", code: "TL-1", name: "1 号杆", version: 3, revision: 40, condition: "sound", road: "亭枫公路", batch: 1, live: "no" };

describe("a history of changes", () => {
  const a = change(base, noHistory, "condition", "leaning");
  const b = change(base, a, "road", undefined);

  it("applies changes and leaves the base as it is", () => {
    expect(applied(base, b)).toEqual({ ...withField(base, "road", undefined), condition: "leaning" });
    expect("road" in applied(base, b)).toBe(false);
    expect(base.road).toBe("亭枫公路");
  });

  it("undoes and redoes step by step to the same states", () => {
    expect(applied(base, undo(b))).toEqual(applied(base, a));
    expect(applied(base, undo(undo(b)))).toEqual(base);
    expect(applied(base, redo(redo(undo(undo(b)))))).toEqual(applied(base, b));
    expect(undo(noHistory)).toBe(noHistory);
    expect(redo(b)).toBe(b);
  });

  it("forgets what could be redone when something new is done", () => {
    expect(change(base, undo(b), "live", "yes").undone).toEqual([]);
  });

  it("does not count a change to the same value, nor one that was taken back", () => {
    expect(change(base, noHistory, "condition", "sound")).toBe(noHistory);
    expect(changedFields(base, change(base, a, "condition", "sound"))).toEqual([]);
    expect(changedFields(base, b)).toEqual(["condition", "road"]);
  });
});

describe("two versions", () => {
  const mine = { ...base, condition: "leaning", live: "yes" };
  const theirs = { ...base, version: 4, revision: 55, condition: "cracked", road: "松金公路" };
  const list = differences(base, mine, theirs);

  it("are compared field by field, and only what both changed needs a choice", () => {
    expect(list.map((d) => [d.field, d.choice])).toEqual([
      ["condition", null],
      ["road", "theirs"],
      ["live", "mine"],
    ]);
  });

  it("become one only when everything is chosen, and lose nothing of theirs", () => {
    expect(resolved(theirs, list)).toBeNull();
    const chosen = list.map((d) => ({ ...d, choice: d.choice ?? ("mine" as const) }));
    expect(resolved(theirs, chosen)).toEqual({ ...theirs, condition: "leaning", live: "yes" });
    const kept = list.map((d) => ({ ...d, choice: "theirs" as const }));
    expect(resolved(theirs, kept)).toEqual(theirs);
  });

  it("do not differ in an empty field that one of them leaves out", () => {
    expect(differences(base, { ...base, site: "" }, { ...base, version: 4 })).toEqual([]);
  });
});

describe("the fields of the forms", () => {
  it("have names and words in the text table", () => {
    for (const layer of layerNames) {
      for (const f of fields[layer] ?? []) {
        expect(zh, `${layer} ${f.name}`).toHaveProperty([`field.${f.name}`]);
        if (f.kind === "choice") for (const v of f.values) expect(zh, `${layer} ${f.name} ${v}`).toHaveProperty([`${f.group}.${v}`]);
      }
    }
  });

  it("read what is typed", () => {
    const number: Field = { name: "height_m", kind: "number" };
    const whole: Field = { name: "batch", kind: "whole" };
    expect(readField(number, " 9,5 ")).toEqual({ value: 9.5 });
    expect(readField(number, "")).toEqual({ value: undefined });
    expect(readField(number, "nine")).toBeNull();
    expect(readField(whole, "2.5")).toBeNull();
    expect(readField({ name: "road", kind: "text" }, " 亭枫公路 ")).toEqual({ value: "亭枫公路" });
  });

  it("take every kind of nothing as empty", () => {
    for (const v of ["", null, false, 0, undefined]) expect(valueOf({ id: "x", f: v as never }, "f")).toBeUndefined();
  });
});
