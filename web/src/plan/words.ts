import { lang, number, t, word, type Key } from "../text";
import type { Mode } from "../style/palette";
import { dayMinutes, isDay, lastDay, minuteOf, numberOf, weekdayIndex } from "./dates";
import { endOf } from "./week";
import { weekdays, type Content, type DaysRule, type Exception, type Finding, type ModeWindow, type Rate, type UserClasses, type Weekday } from "./types";

// Schedules in the reader's words.

const locale = () => (lang.value === "zh" ? "zh-CN" : "en-GB");
const at = (day: string) => new Date(numberOf(day) * 86_400_000);

/** A date as it is written, with its weekday on demand. */
export function dayText(day: string, withWeekday = false): string {
  if (!isDay(day)) return day;
  const date = new Intl.DateTimeFormat(locale(), { timeZone: "UTC", year: "numeric", month: lang.value === "zh" ? "2-digit" : "short", day: "2-digit" }).format(at(day));
  return withWeekday ? `${date} ${weekdayName(day)}` : date;
}

/** A date without its year: 11月25日. */
export function shortDay(day: string): string {
  return isDay(day) ? new Intl.DateTimeFormat(locale(), { timeZone: "UTC", month: lang.value === "zh" ? "numeric" : "short", day: "numeric" }).format(at(day)) : day;
}

export function monthName(month: number, form: "long" | "short" = "short"): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: "UTC", month: form }).format(new Date(Date.UTC(2026, month - 1, 1)));
}

export function weekdayName(day: string): string {
  return t(`weekday.${weekdayIndex(day)}` as Key);
}

/** A day of the week as a rule names it. */
export function weekdayWord(d: Weekday): string {
  return t(`weekday.${weekdays.indexOf(d)}` as Key);
}

export function modeName(mode: Mode): string {
  return word("mode", mode);
}

/** From when until when: 20:00–次日 07:00. */
export function timesText(start: string, minutes: number): string {
  const from = minuteOf(start);
  const end = endOf({ from, to: from + minutes });
  const clock = from + minutes === dayMinutes ? "24:00" : end.clock;
  return `${start}–${end.dayAfter ? t("plan.next.day", { clock }) : clock}`;
}

/** Hours and minutes: 11 小时 30 分. */
export function lengthText(minutes: number): string {
  const [h, m] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  return [h > 0 ? t("plan.hours", { n: number(h) }) : "", m > 0 || h === 0 ? t("plan.minutes", { n: m }) : ""].filter(Boolean).join(lang.value === "zh" ? "" : " ");
}

/** A window in one line: mode, times, days. */
export function windowText(w: ModeWindow): string {
  return `${modeName(w.mode)} ${timesText(w.start, w.duration_min)}${t("text.comma")}${daysText(w)}`;
}

/** On which days something begins. */
export function daysText(r: DaysRule): string {
  const parts: string[] = [];
  if (r.day_types?.length) parts.push(r.day_types.map(dayTypeName).join(t("text.list")) + (r.makeup_apart ? t("plan.makeup.not") : ""));
  const names = (r.weekdays ?? []).map(weekdayWord);
  if (r.nth?.length) parts.push(t("plan.nth.of", { n: r.nth.map(nthName).join(t("text.list")), days: names.length ? names.join(t("text.list")) : t("plan.any.weekday") }));
  else if (names.length) parts.push(names.join(t("text.list")));
  if (r.months?.length) parts.push(r.months.map((m) => monthName(m)).join(t("text.list")));
  const last = lastDay(r.until_day);
  if (r.first_day && last) parts.push(r.first_day === last ? dayText(last) : `${dayText(r.first_day)}–${dayText(last)}`);
  else if (r.first_day) parts.push(t("plan.from.day", { day: dayText(r.first_day) }));
  else if (last) parts.push(t("plan.to.day", { day: dayText(last) }));
  return parts.join(t("text.comma")) || t("plan.every.day");
}

export function dayTypeName(type: string): string {
  return type.startsWith("holiday:") ? type.slice("holiday:".length) : t(`daytype.${type}` as Key);
}

export function nthName(n: number): string {
  return n > 0 ? t("plan.nth", { n }) : n === -1 ? t("plan.nth.last") : t("plan.nth.back", { n: -n });
}

export function rateText(r: Rate | undefined): string {
  return r ? t(`plan.rate.${r.per}`, { yuan: number(r.fen / 100, 2) }) : t("plan.rate.free");
}

export function usersText(u: UserClasses | undefined): string {
  const names = (list: string[] | undefined) => (list ?? []).map((c) => word("user", c)).join(t("text.list"));
  const parts = [u?.any_of?.length ? t("plan.users.any", { list: names(u.any_of) }) : "", u?.all_of?.length ? t("plan.users.all", { list: names(u.all_of) }) : "", u?.none_of?.length ? t("plan.users.none", { list: names(u.none_of) }) : ""];
  return parts.filter(Boolean).join(t("text.comma")) || t("plan.users.everybody");
}

export function exceptionText(x: Exception): string {
  return [t(`effect.${x.effect}`), daysText(x), x.reason].filter(Boolean).join(t("text.comma"));
}

/** When a revision is in force. */
export function spanText(s: { from: string; until?: string }): string {
  const last = lastDay(s.until);
  return last ? `${dayText(s.from)}–${dayText(last)}` : t("plan.from.day", { day: dayText(s.from) });
}

/** How a revision is called in lists. */
export function revisionName(s: { number: number }): string {
  return t("plan.revision", { n: s.number });
}

/** A finding in a sentence; the service's own where this page knows no words for it. */
export function findingText(f: Finding, content: Content | null): string {
  const key = `finding.${f.code}` as Key;
  const text = word("finding", f.code);
  if (text === f.code) return f.detail;
  const names = f.ids.map((id) => thingName(id, content)).filter(Boolean);
  const about = names.length > 0 ? names.join(t("plan.and")) : "";
  return t(key, { things: about, day: f.date ? dayText(f.date, true) : "" });
}

/** What an id of a finding names, in words. */
function thingName(id: string, content: Content | null): string {
  const [, ...names] = id.split("/");
  const exception = content?.exceptions?.find((x) => x.id === names[0]);
  const window = names.length === 1 ? content?.windows.find((w) => w.id === names[0]) : exception?.windows?.find((w) => w.id === names[1]);
  if (window) return `${modeName(window.mode)} ${timesText(window.start, window.duration_min)}`;
  if (exception && names.length === 1) return exception.reason || exception.id;
  return names.length === 0 ? id : names.join("/");
}

/** What a rule of an interval names: a window, an order, or that none decides. */
export function ruleText(rule: string, content: Content | null): string {
  return rule === "default" ? t("plan.default") : thingName(rule, content);
}
