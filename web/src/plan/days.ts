import { daysInMonth, numberOf, weekdayIndex, weekdayOf } from "./dates";
import type { CalendarDay, DayKind, DaysRule, Year } from "./types";

/** What is known of days: their types, and the years that have not been announced. */
export interface Days {
  byDate: ReadonlyMap<string, CalendarDay>;
  provisional: ReadonlySet<number>;
}

export const noDays: Days = { byDate: new Map(), provisional: new Set() };

export function daysFrom(answer: Year): Days {
  return { byDate: new Map(answer.days.map((d) => [d.date, d])), provisional: new Set(answer.provisional_years ?? []) };
}

/** A day; one that is not known yet goes by its weekday. */
export function dayAt(days: Days, date: string): CalendarDay {
  return days.byDate.get(date) ?? { date, weekday: weekdayOf(date), type: weekdayIndex(date) > 4 ? "restday" : "workday" };
}

/** Whether the type of a day may change, because its year has no notice of days off. */
export function isProvisional(days: Days, date: string): boolean {
  return days.provisional.has(Number(date.slice(0, 4)));
}

/** Whether something with the rule begins on the day. The twin of calendar.Days.On of the service; test/golden/days.json holds the two together. */
export function meets(rule: DaysRule, day: CalendarDay): boolean {
  const { date } = day;
  if (rule.first_day && date < rule.first_day) return false;
  if (rule.until_day && date >= rule.until_day) return false;
  if (rule.weekdays?.length && !rule.weekdays.includes(weekdayOf(date))) return false;
  if (rule.day_types?.length && !rule.day_types.some((t) => isOfType(t, rule.makeup_apart ?? false, day))) return false;
  const [year, month, n] = date.split("-").map(Number) as [number, number, number];
  if (rule.months?.length && !rule.months.includes(month)) return false;
  return !rule.nth?.length || rule.nth.some((k) => (k > 0 ? Math.floor((n - 1) / 7) + 1 === k : Math.floor((daysInMonth(year, month) - n) / 7) + 1 === -k));
}

function isOfType(want: string, apart: boolean, { type, holiday }: CalendarDay): boolean {
  if (want.startsWith("holiday:")) return type === "holiday" && want.slice("holiday:".length) === holiday;
  return want === type || (want === "workday" && type === "makeup_workday" && !apart);
}

/** Whether the rule names days by anything but their dates. */
export function hasPattern(rule: DaysRule): boolean {
  return Boolean(rule.day_types?.length || rule.weekdays?.length || rule.nth?.length || rule.months?.length);
}

/** The names of the holidays that are known, in the order of the year. */
export function holidayNames(days: Days): string[] {
  const names = [...days.byDate.values()].filter((d) => d.type === "holiday" && d.holiday).sort((a, b) => numberOf(a.date) - numberOf(b.date));
  return [...new Set(names.map((d) => d.holiday!))];
}

/** The sign of a day type where there is no room for its word; "" for days that are as their weekday says. */
export function signOf(type: DayKind): "off" | "work" | "" {
  return type === "holiday" ? "off" : type === "makeup_workday" ? "work" : "";
}
