import { clockOf, dayMinutes, minuteOf } from "./dates";
import { dayAt, meets, type Days } from "./days";
import type { Ref } from "./content";
import type { Content, Exception, ModeWindow } from "./types";

// The week of the editor: seven rows of which each goes on to noon of the next day, so that a night is one piece.

/** How long a row is, in minutes from its midnight. */
export const rowMinutes = 36 * 60;

/** A stretch of a window that begins on the day of a row. Minutes are counted from the midnight of the row. */
export interface Bar {
  ref: Ref;
  window: ModeWindow;
  /** Date of the row. */
  day: string;
  from: number;
  to: number;
  /** What the rule of the tail cuts off, in minutes; 0 mostly. */
  cut: number;
  /** Of those that are open together, the place from above. */
  lane: number;
}

/** The part after midnight of a night before, which the next row shows lightly. */
export interface TailPart {
  window: ModeWindow;
  from: number;
  to: number;
}

export interface Row {
  day: string;
  bars: Bar[];
  tails: TailPart[];
  lanes: number;
  /** The exceptions that decide about the day. */
  exceptions: Exception[];
  /** Whether the usual windows do not begin on it. */
  closed: boolean;
}

/** What begins on a day: the windows of its exceptions, then the usual ones unless an exception closes or replaces them. */
export function beginning(c: Content, days: Days, date: string): { found: Array<{ ref: Ref; window: ModeWindow }>; exceptions: Exception[]; closed: boolean } {
  const found: Array<{ ref: Ref; window: ModeWindow }> = [];
  const exceptions: Exception[] = [];
  if (date < c.from || (c.until !== undefined && date >= c.until)) return { found, exceptions, closed: false };
  const day = dayAt(days, date);
  let closed = false;
  for (const x of c.exceptions ?? []) {
    if ((x.event && !x.bound) || (closed && x.effect !== "extend") || !meets(x, day)) continue;
    closed ||= x.effect !== "extend";
    exceptions.push(x);
    for (const window of x.windows ?? []) if (meets(window, day)) found.push({ ref: { exception: x.id, window: window.id }, window });
  }
  if (!closed) for (const window of c.windows) if (meets(window, day)) found.push({ ref: { window: window.id }, window });
  return { found, exceptions, closed };
}

/** How long the stretch of a window is that begins on a day, after its rule about the tail. */
export function lengthOn(w: ModeWindow, days: Days, next: string): number {
  const end = minuteOf(w.start) + w.duration_min;
  const cut = w.tail_policy === "cut_midnight" ? dayMinutes : w.tail_policy === "cut_at" ? dayMinutes + minuteOf(w.cut_at ?? "00:00") : 2 * dayMinutes;
  return (end > cut && !meets(w, dayAt(days, next)) ? cut : end) - minuteOf(w.start);
}

/** The rows of some days, which follow each other; before is the day before the first. */
export function rowsOf(c: Content, days: Days, dates: readonly string[], nextDay: (date: string, by: number) => string): Row[] {
  const start = (date: string) => {
    const { found, exceptions, closed } = beginning(c, days, date);
    const bars = found.map(({ ref, window }): Bar => {
      const from = minuteOf(window.start);
      const length = lengthOn(window, days, nextDay(date, 1));
      return { ref, window, day: date, from, to: from + length, cut: window.duration_min - length, lane: 0 };
    });
    return { bars, exceptions, closed };
  };
  let before = dates[0] ? start(nextDay(dates[0], -1)).bars : [];
  return dates.map((day) => {
    const { bars, exceptions, closed } = start(day);
    const tails = before.filter((b) => b.to > dayMinutes).map((b) => ({ window: b.window, from: 0, to: b.to - dayMinutes }));
    before = bars;
    return { day, bars: bars.sort((a, b) => a.from - b.from || a.to - b.to), tails, lanes: layLanes(bars), exceptions, closed };
  });
}

/** Puts bars that are open together below each other; returns how many lie below each other at most, at least 1. */
function layLanes(bars: Bar[]): number {
  const ends: number[] = [];
  for (const b of bars) {
    const lane = ends.findIndex((end) => end <= b.from);
    b.lane = lane < 0 ? ends.length : lane;
    ends[b.lane] = b.to;
  }
  return Math.max(1, ends.length);
}

/** The minutes between which something is drawn or dragged, on the grid of step minutes. */
export function snap(minute: number, step: number): number {
  return Math.round(minute / step) * step;
}

/** When a bar ends, and on which day: 0 for the day of its row, 1 for the next. */
export function endOf(b: { from: number; to: number }): { clock: string; dayAfter: number } {
  return { clock: clockOf(b.to), dayAfter: b.to > dayMinutes ? 1 : 0 };
}
