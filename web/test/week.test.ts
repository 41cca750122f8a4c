import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addDays, clockOf, lastDay, minuteOf, mondayOf, numberOf, placeOf, untilOf, weekOf, weekdayOf } from "../src/plan/dates";
import { daysFrom } from "../src/plan/days";
import { daysInYear, dayOfYear, later, minuteAt, withDayOfYear, withMinute } from "../src/bar/slide";
import { dragged, withDrag, type Drag } from "../src/plan/drag";
import { onDay, shifts } from "../src/plan/intervals";
import type { Content, Exception, Interval, ModeWindow, Year } from "../src/plan/types";
import { rowsOf } from "../src/plan/week";
import { barAction, type Pressed } from "../src/plan/weekkeys";
import { dayByKey, endsOf, holds, lengthOf, monthGrid } from "../src/plan/yeargrid";

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

describe("the mouse and the keys", () => {
  const w: ModeWindow = { id: "night", mode: "parking", weekdays: ["mon", "wed"], start: "20:07", duration_min: 600 };
  const drag = (more: Partial<Drag>): Drag => ({ ref: { window: "night" }, day: "2026-11-23", grip: "move", by: 0, rows: 0, ...more });

  it("put the edge that moves on the grid", () => {
    expect(dragged(w, drag({ by: 20 }), 15).start).toBe("20:30");
    expect(dragged(w, drag({ by: 20 }), 1).start).toBe("20:27");
    expect(dragged(w, drag({ grip: "end", by: 20 }), 15)).toMatchObject({ start: "20:07", duration_min: 623 });
    expect(dragged(w, drag({ grip: "start", by: -60 }), 15)).toMatchObject({ start: "19:00", duration_min: 667 });
    expect(dragged(w, drag({ rows: 1 }), 15)).toMatchObject({ start: "20:07", weekdays: ["tue", "wed"] });
    expect(dragged(w, drag({ rows: 2 }), 15).weekdays).toEqual(["mon", "wed"]);
  });

  it("leave the content as it is while nothing is dragged", () => {
    const c = content([w]);
    expect(withDrag(c, null, 15)).toBe(c);
    expect(withDrag(c, drag({ by: 60 }), 15).windows[0]!.start).toBe("21:00");
    expect(withDrag(c, drag({ ref: { window: "gone" } }), 15)).toBe(c);
  });

  const press = (key: string, more: Partial<Pressed> = {}) => barAction({ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more }, { ...w, start: "20:00" }, "mon");

  it("mean the same", () => {
    expect(press("ArrowRight")).toMatchObject({ kind: "edit", what: "move", next: { start: "20:15", duration_min: 600 } });
    expect(press("ArrowLeft", { altKey: true })).toMatchObject({ next: { start: "19:59" } });
    expect(press("ArrowRight", { shiftKey: true })).toMatchObject({ what: "resize", next: { start: "20:00", duration_min: 615 } });
    expect(press("ArrowRight", { shiftKey: true, altKey: true })).toMatchObject({ next: { duration_min: 601 } });
    expect(press("ArrowLeft", { ctrlKey: true })).toMatchObject({ next: { start: "19:45", duration_min: 615 } });
    expect(press("ArrowDown")).toMatchObject({ what: "day", next: { weekdays: ["tue", "wed"] } });
    expect(press("ArrowUp")).toEqual({ kind: "stuck" });
    expect(["Enter", "Delete", "Insert", "n"].map((k) => press(k)?.kind)).toEqual(["open", "remove", "add", "add"]);
    expect([press("x"), press("n", { ctrlKey: true }), press("Tab")]).toEqual([null, null, null]);
  });
});

describe("the calendar of a year", () => {
  it("has months of whole weeks", () => {
    const feb = monthGrid(2028, 2);
    expect(feb.map((w) => w.length)).toEqual([7, 7, 7, 7, 7]);
    expect([feb[0]!.indexOf("2028-02-01"), feb[4]![1]]).toEqual([1, "2028-02-29"]);
  });

  it("is walked by keys and does not leave its year", () => {
    expect(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "x"].map((k) => dayByKey(k, "2026-03-31"))).toEqual([
      "2026-03-30", "2026-04-01", "2026-03-24", "2026-04-07", "2026-03-01", "2026-03-31", "2026-02-28", "2026-04-30", null,
    ]);
    expect([dayByKey("ArrowUp", "2026-01-03"), dayByKey("PageDown", "2026-12-15")]).toEqual(["2026-01-01", "2026-12-31"]);
  });

  it("has ranges in either direction", () => {
    const r = { anchor: "2026-10-07", focus: "2026-10-01" };
    expect([endsOf(r), lengthOf(r), holds(r, "2026-10-03"), holds(r, "2026-10-08"), holds(null, "2026-10-03")]).toEqual([["2026-10-01", "2026-10-07"], 7, true, false, false]);
  });
});

describe("the sliders of time", () => {
  it("move within the day and within the year", () => {
    const at = "2028-02-29T21:00:00+08:00";
    expect([minuteAt(at), dayOfYear(at), daysInYear(2028), daysInYear(2027)]).toEqual([1260, 59, 366, 365]);
    expect(withMinute(at, 5)).toBe("2028-02-29T00:05:00+08:00");
    expect(withDayOfYear(at, 365)).toBe("2028-12-31T21:00:00+08:00");
    expect([later(at, 15), later(at, -24 * 60), later("2028-12-31T16:30:45Z", 0)]).toEqual(["2028-02-29T21:15:00+08:00", "2028-02-28T21:00:00+08:00", "2029-01-01T00:30:00+08:00"]);
  });
});
