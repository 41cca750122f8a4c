import { signal } from "@preact/signals";
import { en } from "./en";
import { zh, type Key } from "./zh";

export type { Key } from "./zh";
export type Lang = "zh" | "en";

/** The language of the page; set through state.ts. */
export const lang = signal<Lang>("zh");

const tables: Record<Lang, Record<Key, string>> = { zh, en };

/** The text of a key in the page's language, with {names} filled in. */
export function t(key: Key, fill: Record<string, string | number> = {}): string {
  return tables[lang.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in fill ? String(fill[name]) : whole));
}

/** A text as a sentence begins. */
export function sentenceOf(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The text of a word that the service uses, such as a state; the word itself where the table has none. */
export function word(group: string, value: string): string {
  const key = `${group}.${value}`;
  return key in zh ? t(key as Key) : value;
}

/** What a field is called. */
export function fieldName(name: string): string {
  return `field.${name}` in zh ? word("field", name) : name;
}

/** The name in the page's language. */
export function nameOf(thing: { name?: string; name_en?: string; code?: string }): string {
  const name = lang.value === "en" ? thing.name_en || thing.name : thing.name;
  return name || thing.code || "";
}

const locale = () => (lang.value === "zh" ? "zh-CN" : "en-GB");

/** A number with the language's grouping, at most digits decimals. */
export function number(v: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(v);
}

/** A length that the service measured, in metres below a kilometre. */
export function distance(metres: number): string {
  const unit = metres < 1000 ? "meter" : "kilometer";
  const value = metres < 1000 ? metres : metres / 1000;
  const digits = metres < 1000 ? (metres < 100 ? 1 : 0) : metres < 10_000 ? 2 : 1;
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: lang.value === "zh" ? "long" : "short", maximumFractionDigits: digits }).format(value);
}

/** A moment in the district's time, whatever the zone of the machine. */
export function moment(iso: string | number | Date): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return String(iso);
  return new Intl.DateTimeFormat(locale(), {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: lang.value === "zh" ? "2-digit" : "short",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(date);
}

/** A length of time in milliseconds, to the minute, in the two largest of days, hours and minutes. */
export function spanOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const parts = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const first = parts.findIndex((n) => n > 0);
  const keys = ["span.days", "span.hours", "span.minutes"] as const;
  if (first < 0) return t("span.minutes", { n: 0 });
  return keys.flatMap((key, i) => (i >= first && i < first + 2 && parts[i]! > 0 ? [t(key, { n: number(parts[i]!) })] : [])).join(" ");
}

/** A share of one as per cent. */
export function percent(v: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(v);
}
