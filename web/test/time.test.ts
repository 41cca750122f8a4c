import { describe, expect, it } from "vitest";
import { addHours, instantOf, justBefore, partsOf } from "../src/time";

describe("an instant of the district", () => {
  it.each([
    ["2025-05-20", "08:30", "2025-05-20T08:30:00+08:00"],
    ["2025-05-20", "8:05", "2025-05-20T08:05:00+08:00"],
    ["2025-05-20", "08：30", "2025-05-20T08:30:00+08:00"],
    ["2025-12-31", "24:00", "2026-01-01T00:00:00+08:00"],
    ["2024-02-29", "00:00", "2024-02-29T00:00:00+08:00"],
  ])("%s %s", (day, clock, want) => {
    expect(instantOf(day, clock)).toBe(want);
  });

  it.each([
    ["2025-02-29", "08:30"],
    ["2025-05-20", "24:01"],
    ["2025-05-20", "08:60"],
    ["2025-05-20", "half past"],
    ["", "08:30"],
  ])("none of %s %s", (day, clock) => {
    expect(instantOf(day, clock)).toBeNull();
  });

  it("is shown in the district's time whatever the zone of the machine", () => {
    expect(partsOf("2025-05-19T16:30:00Z")).toEqual({ day: "2025-05-20", clock: "00:30" });
  });

  it("moves by hours over midnight", () => {
    expect(addHours("2025-05-20T23:30:00+08:00", 1)).toBe("2025-05-21T00:30:00+08:00");
    expect(justBefore("2025-05-31T16:00:00Z")).toBe("2025-05-31T23:59:59+08:00");
    expect(addHours("2025-05-20T00:30:00+08:00", -1)).toBe("2025-05-19T23:30:00+08:00");
  });
});
