import { addDays, dayOf, daysInMonth, numberOf, weekdayIndex } from "./dates";

/** The weeks of a month, from Monday; null where a week has days of other months. */
export function monthGrid(year: number, month: number): Array<Array<string | null>> {
  const first = dayOf(Date.UTC(year, month - 1, 1) / 86_400_000);
  const cells: Array<string | null> = Array.from({ length: weekdayIndex(first) }, () => null);
  for (let i = 0; i < daysInMonth(year, month); i++) cells.push(addDays(first, i));
  while (cells.length % 7 > 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(7 * i, 7 * i + 7));
}

/** A stretch of days; anchor is where it began, focus where it is being extended. */
export interface Range {
  anchor: string;
  focus: string;
}

export function endsOf(r: Range): [first: string, last: string] {
  return r.anchor <= r.focus ? [r.anchor, r.focus] : [r.focus, r.anchor];
}

export function holds(r: Range | null, day: string): boolean {
  if (!r) return false;
  const [first, last] = endsOf(r);
  return first <= day && day <= last;
}

export function lengthOf(r: Range): number {
  const [first, last] = endsOf(r);
  return numberOf(last) - numberOf(first) + 1;
}

/** The day that a key leads to in the calendar of a year; null for other keys. It stays in the year. */
export function dayByKey(key: string, day: string): string | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const year = day.slice(0, 4);
  let next: string | null = null;
  if (key in steps) next = addDays(day, steps[key]!);
  else if (key === "Home") next = `${day.slice(0, 7)}-01`;
  else if (key === "End") next = `${day.slice(0, 7)}-${daysInMonth(Number(year), Number(day.slice(5, 7)))}`;
  else if (key === "PageUp" || key === "PageDown") next = monthsOn(day, key === "PageUp" ? -1 : 1);
  if (next === null) return null;
  return next < `${year}-01-01` ? `${year}-01-01` : next > `${year}-12-31` ? `${year}-12-31` : next;
}

/** The same date some months on, or the last of a shorter month. */
function monthsOn(day: string, by: number): string {
  const [y, m, d] = day.split("-").map(Number) as [number, number, number];
  const n = y * 12 + m - 1 + by;
  const [year, month] = [Math.floor(n / 12), (n % 12) + 1];
  return `${year}-${String(month).padStart(2, "0")}-${String(Math.min(d, daysInMonth(year, month))).padStart(2, "0")}`;
}
