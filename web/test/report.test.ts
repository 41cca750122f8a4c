import { describe, expect, it } from "vitest";
import { decidedBy } from "../src/panel/decided";
import { caseNumberIn, confidenceIn } from "../src/report";

describe("what a report says of itself", () => {
  it.each([["", 0], ["0.92", 0.92], [" 1 ", 1], ["92%", 0.92], ["92.5％", 0.925], ["100 %", 1], ["0", null], ["1.2", null], ["120%", null], ["-0.5", null], ["sure", null], ["%", null]])("is sure by %j", (text, want) => {
    expect(confidenceIn(text)).toBe(want);
  });

  it.each([["", ""], [" 20260914-0017 ", "20260914-0017"], ["310116113Z02", "310116113Z02"], ["a/b_c.d", "a/b_c.d"], ["-1", null], ["a b", null], ["案1", null], ["x".repeat(41), null]])("has the number %j", (text, want) => {
    expect(caseNumberIn(text)).toBe(want);
  });
});

describe("an answer was decided", () => {
  const by = (fallback: boolean, rule?: string, step?: string) =>
    decidedBy({ responsibility: { primary: { unit: "u", role: "dispose", ...(rule && { rule }) }, co: [], informed: [], fallback } as never, trace: step ? [{ step: "rule", detail: step }] : [] });

  it("by a rule of its own, also where nobody has to act", () => {
    expect(by(false, "R-017@3")).toEqual({ by: "own", rule: "R-017@3" });
    expect(by(false, undefined, "R-032@1")).toEqual({ by: "own", rule: "R-032@1" });
  });

  it("by the rule for everything else, or by none at all", () => {
    expect(by(true, "R-900@1")).toEqual({ by: "rest", rule: "R-900@1" });
    expect(by(true)).toEqual({ by: "grid" });
    expect(by(true, "builtin.office@0")).toEqual({ by: "grid" });
  });

  it("by what is built in, or by the unit above", () => {
    expect(by(false, "builtin.pole@0")).toEqual({ by: "builtin", name: "pole" });
    expect(by(false)).toEqual({ by: "parent" });
    expect(decidedBy({ responsibility: null, trace: [] })).toBe(null);
  });
});
