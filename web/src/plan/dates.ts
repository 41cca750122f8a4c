import { weekdays, type Weekday } from "./types";

// Days are dates such as 2026-11-25 and clock times HH:MM, in the district's time; minutes are counted from midnight.

const dayMs = 86_400_000;
export const dayMinutes = 1440;

/** The number of a day, counted from 1970-01-01; NaN for what is no date. */
export function numberOf(day: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  return Number.isNaN(ms) || dayOf(ms / dayMs) !== day ? NaN : ms / dayMs;
}

/** The day of a number. */
export function dayOf(n: number): string {
  return new Date(n * dayMs).toISOString().slice(0, 10);
}

export function isDay(day: string): boolean {
  return !Number.isNaN(numberOf(day));
}

export function addDays(day: string, n: number): string {
  return dayOf(numberOf(day) + n);
}

/** Place of a day in its week, 0 for Monday. */
export function weekdayIndex(day: string): number {
  return (((numberOf(day) + 3) % 7) + 7) % 7;
}

export function weekdayOf(day: string): Weekday {
  return weekdays[weekdayIndex(day)]!;
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return addDays(day, -weekdayIndex(day));
}

/** The seven days of the week that holds a day, from Monday. */
export function weekOf(day: string): string[] {
  const monday = numberOf(mondayOf(day));
  return weekdays.map((_, i) => dayOf(monday + i));
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** What a planner calls the last day: the one before until. "" for no end. */
export function lastDay(until: string | undefined): string {
  return until && isDay(until) ? addDays(until, -1) : "";
}

/** The day after a last day; undefined for none. */
export function untilOf(last: string): string | undefined {
  return isDay(last) ? addDays(last, 1) : undefined;
}

/** The minute of a clock time from 00:00 to 23:59, also written 7:05 or 0705; NaN for what is none. */
export function minuteOf(clock: string): number {
  const m = /^(\d{1,2})[:：.](\d\d)$/.exec(clock.trim()) ?? /^(\d\d)(\d\d)$/.exec(clock.trim());
  if (!m) return NaN;
  const [h, min] = [Number(m[1]), Number(m[2])];
  return h < 24 && min < 60 ? h * 60 + min : NaN;
}

/** A minute as HH:MM; minutes of other days as those of this one. */
export function clockOf(minute: number): string {
  const m = ((minute % dayMinutes) + dayMinutes) % dayMinutes;
  return `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;
}

/** The instant of a minute of a day in the district's time, in milliseconds. */
export function instantMs(day: string, minute = 0): number {
  return numberOf(day) * dayMs + minute * 60_000 - 8 * 3_600_000;
}

/** The day on which an instant lies in the district, and the minute of it. */
export function placeOf(instant: string | number): { day: string; minute: number } {
  const ms = new Date(instant).getTime() + 8 * 3_600_000;
  return { day: dayOf(Math.floor(ms / dayMs)), minute: Math.floor((ms % dayMs) / 60_000) };
}
