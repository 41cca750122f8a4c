import { addDays, dayMinutes, instantMs } from "./dates";
import type { Mode } from "../style/palette";
import type { Interval } from "./types";

/** A stretch of one mode on one day, in minutes from its midnight. */
export interface Stretch {
  from: number;
  to: number;
  mode: Mode;
  rule: string;
}

/** What the intervals say of a day: stretches of one mode, without those of the days beside it. Rules that follow in one mode are one stretch. */
export function onDay(intervals: readonly Interval[], day: string): Stretch[] {
  const [start, end] = [instantMs(day), instantMs(addDays(day, 1))];
  const out: Stretch[] = [];
  for (const i of intervals) {
    const [from, to] = [Math.max(start, Date.parse(i.from)), Math.min(end, Date.parse(i.to))];
    if (from >= to) continue;
    const s = { from: (from - start) / 60_000, to: (to - start) / 60_000, mode: i.mode, rule: i.rule };
    const last = out.at(-1);
    if (last?.mode === s.mode && last.to === s.from) last.to = s.to;
    else out.push(s);
  }
  return out;
}

/** A part of a day on which two schedules differ. */
export interface Shift {
  from: number;
  to: number;
  before: Mode | null;
  after: Mode | null;
}

/** Where two days of stretches differ; null stands for nothing known. */
export function shifts(before: readonly Stretch[], after: readonly Stretch[]): Shift[] {
  const turns = [...new Set([0, dayMinutes, ...[...before, ...after].flatMap((s) => [s.from, s.to])])].sort((a, b) => a - b);
  const at = (list: readonly Stretch[], minute: number) => list.find((s) => s.from <= minute && minute < s.to)?.mode ?? null;
  const out: Shift[] = [];
  for (let i = 1; i < turns.length; i++) {
    const [from, to] = [turns[i - 1]!, turns[i]!];
    const [b, a] = [at(before, from), at(after, from)];
    if (b === a) continue;
    const last = out.at(-1);
    if (last?.to === from && last.before === b && last.after === a) last.to = to;
    else out.push({ from, to, before: b, after: a });
  }
  return out;
}

/** Whether two days of stretches are alike. */
export function alike(a: readonly Stretch[], b: readonly Stretch[]): boolean {
  return shifts(a, b).length === 0;
}
