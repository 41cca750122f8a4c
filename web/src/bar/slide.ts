import { addDays, clockOf, dayMinutes, minuteOf, numberOf } from "../plan/dates";
import { instantOf, partsOf } from "../time";

// The sliders of the time control: a minute of a day, and a day of a year.

/** The minute of the day at an instant. */
export function minuteAt(instant: string): number {
  return minuteOf(partsOf(instant).clock);
}

/** The place of an instant's day in its year, from 0. */
export function dayOfYear(instant: string): number {
  const { day } = partsOf(instant);
  return numberOf(day) - numberOf(`${day.slice(0, 4)}-01-01`);
}

export function daysInYear(year: number): number {
  return numberOf(`${year + 1}-01-01`) - numberOf(`${year}-01-01`);
}

/** The instant at another minute of the same day. */
export function withMinute(instant: string, minute: number): string {
  return instantOf(partsOf(instant).day, clockOf(Math.min(dayMinutes - 1, Math.max(0, minute)))) ?? instant;
}

/** The instant at the same time on another day of the same year. */
export function withDayOfYear(instant: string, n: number): string {
  const { day, clock } = partsOf(instant);
  return instantOf(addDays(`${day.slice(0, 4)}-01-01`, n), clock) ?? instant;
}

/** The instant some minutes later, on the grid of minutes. */
export function later(instant: string, minutes: number): string {
  const { day, clock } = partsOf(Date.parse(instant) + minutes * 60_000);
  return instantOf(day, clock) ?? instant;
}
