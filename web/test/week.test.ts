import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addDays, clockOf, lastDay, minuteOf, mondayOf, numberOf, placeOf, untilOf, weekOf, weekdayOf } from "../src/plan/dates";
import { daysFrom } from "../src/plan/days";
import { onDay, shifts } from "../src/plan/intervals";
import type { Content, Exception, Interval, ModeWindow, Year } from "../src/plan/types";
import { rowsOf } from "../src/plan/week";

interface Golden extends Year {
  windows: Array<{ window: ModeWindow; open: Array<{ date: string; minutes: number }> }>;
}

const golden = JSON.parse(readFileSync(new URL("golden/days.json", import.meta.url), "utf8")) as Golden;
const days = daysFrom(golden);
const dates = (from: string, until: string) => Array.from({ length: numberOf(until) - numberOf(from) }, (_, i) => addDays(from, i));
const content = (windows: ModeWindow[], more: Partial<Content> = {}): Content => ({ zone: "z", name: "n", from: "2026-09-01", windows, ...more });
const night: ModeWindow = { id: "night", mode: "parking", day_types: ["workday"], start: "20:00", duration_min: 660 };

describe("days and clock times", () => {
  it("are read and written", () => {
    expect(weekOf("2026-11-25")).toEqual(["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]);
    expect(mondayOf("2026-11-29")).toBe("2026-11-23");
    expect(weekdayOf("2028-02-29")).toBe("tue");
    expect(numberOf("2027-02-29")).toBeNaN();
    expect(["7:05", "0705", "07：05", "24:00", "x", "12:60"].map(minuteOf)).toEqual([425, 425, 425, NaN, NaN, NaN]);
    expect([clockOf(1439), clockOf(1440), clockOf(-15)]).toEqual(["23:59", "00:00", "23:45"]);
    expect(placeOf("2026-11-25T16:30:00Z")).toEqual({ day: "2026-11-26", minute: 30 });
  });

  it("have a last day where rules have the day after it", () => {
    expect(lastDay("2027-01-01")).toBe("2026-12-31");
    expect(untilOf("2026-12-31")).toBe("2027-01-01");
    expect([lastDay(undefined), untilOf("")]).toEqual(["", undefined]);
  });
});

describe("the week", () => {
  it.each(golden.windows.map((w, i) => [i, w] as const))("shows window %i when the service has it open", (_, { window, open }) => {
    const rows = rowsOf(content([window]), days, dates(golden.from, golden.until), addDays);
    const found = rows.flatMap((r) => r.bars.map((b) => ({ date: r.day, minutes: b.to - b.from })));
    expect(found).toEqual(open);
  });

  it("has a night in one piece, and its end in the next row", () => {
    const [mon, tue] = rowsOf(content([night]), days, weekOf("2026-11-25"), addDays);
    expect(mon!.bars).toMatchObject([{ from: 1200, to: 1860, ref: { window: "night" }, cut: 0 }]);
    expect(tue!.tails).toMatchObject([{ from: 0, to: 420 }]);
  });

  it("begins with the tail of the Sunday before", () => {
    const [mon] = rowsOf(content([{ ...night, day_types: ["restday"] }]), days, weekOf("2026-11-25"), addDays);
    expect([mon!.bars.length, mon!.tails.length]).toEqual([0, 1]);
  });

  it("puts what is open together below each other", () => {
    const day: ModeWindow = { id: "day", mode: "loading", start: "19:00", duration_min: 120 };
    const late: ModeWindow = { id: "late", mode: "loading", start: "21:00", duration_min: 60 };
    const [mon] = rowsOf(content([night, day, late]), days, weekOf("2026-11-25"), addDays);
    expect(mon!.bars.map((b) => [b.window.id, b.lane])).toEqual([["day", 0], ["night", 1], ["late", 0]]);
    expect(mon!.lanes).toBe(2);
  });

  it("follows the exceptions of a day, the first that closes or replaces", () => {
    const on = (x: Partial<Exception>): Exception => ({ id: "x", effect: "close", reason: "r", first_day: "2026-11-25", until_day: "2026-11-26", ...x });
    const extra: ModeWindow = { id: "extra", mode: "closed", start: "08:00", duration_min: 60 };
    const rows = (...exceptions: Exception[]) => rowsOf(content([night], { exceptions }), days, ["2026-11-25"], addDays)[0]!;
    expect(rows(on({})).bars).toEqual([]);
    expect(rows(on({ effect: "replace", windows: [extra] })).bars.map((b) => b.ref)).toEqual([{ exception: "x", window: "extra" }]);
    expect(rows(on({ effect: "extend", windows: [extra] })).bars.map((b) => b.window.id)).toEqual(["extra", "night"]);
    expect(rows(on({}), on({ id: "y", effect: "replace", windows: [extra] })).bars).toEqual([]);
    expect(rows(on({ event: "马拉松" })).bars.map((b) => b.window.id)).toEqual(["night"]);
  });

  it("is empty outside of the days of the revision", () => {
    const rows = rowsOf(content([night], { from: "2026-11-25", until: "2026-11-26" }), days, weekOf("2026-11-25"), addDays);
    expect(rows.map((r) => r.bars.length)).toEqual([0, 0, 1, 0, 0, 0, 0]);
  });
});

describe("intervals", () => {
  const one = (from: string, to: string, mode: Interval["mode"], rule = "r"): Interval => ({ from, to, mode, rule });
  const list = [one("2026-11-24T16:00:00Z", "2026-11-25T12:00:00Z", "travel"), one("2026-11-25T12:00:00Z", "2026-11-25T14:00:00Z", "parking", "a"), one("2026-11-25T14:00:00Z", "2026-11-26T16:00:00Z", "parking", "b")];

  it("are cut to a day, and joined where the mode goes on", () => {
    expect(onDay(list, "2026-11-25")).toEqual([{ from: 0, to: 1200, mode: "travel", rule: "r" }, { from: 1200, to: 1440, mode: "parking", rule: "a" }]);
    expect(onDay(list, "2026-11-27")).toEqual([]);
  });

  it("differ in stretches", () => {
    const before = onDay([one("2026-11-24T16:00:00Z", "2026-11-25T16:00:00Z", "travel")], "2026-11-25");
    expect(shifts(before, onDay(list, "2026-11-25"))).toEqual([{ from: 1200, to: 1440, before: "travel", after: "parking" }]);
    expect(shifts([], before)).toEqual([{ from: 0, to: 1440, before: null, after: "travel" }]);
  });
});
