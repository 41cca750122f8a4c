import { useState } from "preact/hooks";
import { Section, Skeleton } from "../panel/parts";
import { t, type Key } from "../text";
import { dayAt, type Days } from "./days";
import { alike, onDay, shifts } from "./intervals";
import { changedFields, type Difference } from "./merge";
import { DayStrip, stretchesText } from "./strip";
import type { Content, Exception, ModeWindow, Preview } from "./types";
import { daysText, dayText, exceptionText, modeName, rateText, usersText, windowText } from "./words";
import { addDays, clockOf, dayMinutes, lastDay } from "./dates";

interface Props {
  content: Content;
  /** What is published for the zone; null when nothing is. */
  published: Content | null;
  preview: Preview | null;
  /** The days that the preview covers begin here. */
  from: string;
  days: Days;
}

/** What would become different: fields, two weeks day by day, and the special days of the year ahead. */
export function DifferenceView({ content, published, preview, from, days }: Props) {
  const [only, setOnly] = useState(false);
  if (!preview) return <Skeleton lines={8} />;
  const fortnight = Array.from({ length: 14 }, (_, i) => addDays(from, i));
  const special = specialDays(content, published, days, from).filter((d) => !fortnight.includes(d));
  const changed = (day: string) => !alike(onDay(preview.published, day), onDay(preview.intervals, day));
  const listed = (list: string[]) => (only ? list.filter(changed) : list);
  const fields = published ? changedFields(published, content) : [];
  return (
    <div class="difference-view" data-test="difference-view">
      <Section title={t("plan.changed.fields")} count={fields.length}>
        {!published ? <p class="empty">{t("plan.first.revision")}</p> : fields.length === 0 ? <p class="empty">{t("plan.no.difference")}</p> : <FieldTable list={fields} nameOf={partName} shown={shown} />}
      </Section>
      <Section title={t("plan.fortnight", { first: dayText(fortnight[0] ?? from), last: dayText(fortnight.at(-1) ?? from) })}>
        <label class="switch-line">
          <input type="checkbox" role="switch" class="switch" checked={only} onChange={(e) => setOnly(e.currentTarget.checked)} />
          <span>{t("plan.only.different")}</span>
        </label>
        <DayTable dates={listed(fortnight)} preview={preview} days={days} />
      </Section>
      <Section title={t("plan.special.days")}>
        <DayTable dates={listed(special)} preview={preview} days={days} />
      </Section>
    </div>
  );
}

/** How many special days are compared at most. */
const mostSpecial = 60;

/** The days of the coming year that are not as their weekday says: holidays, make-up work days, days of exceptions. */
function specialDays(c: Content, published: Content | null, days: Days, from: string): string[] {
  const until = addDays(from, 360);
  const dated = [...(c.exceptions ?? []), ...(published?.exceptions ?? [])].flatMap((x) => [x.first_day, x.until_day && lastDay(x.until_day)]);
  const typed = [...days.byDate.values()].filter((d) => d.type === "holiday" || d.type === "makeup_workday").map((d) => d.date);
  const all = [...typed, ...dated].filter((d): d is string => Boolean(d) && d! >= from && d! < until);
  return [...new Set(all)].sort().slice(0, mostSpecial);
}

function DayTable({ dates, preview, days }: { dates: string[]; preview: Preview; days: Days }) {
  if (dates.length === 0) return <p class="empty">{t("plan.no.difference")}</p>;
  return (
    <table class="day-table">
      <thead>
        <tr>
          <th scope="col">{t("plan.day")}</th>
          <th scope="col">{t("plan.before")}</th>
          <th scope="col">{t("plan.after")}</th>
        </tr>
      </thead>
      <tbody>
        {dates.map((date) => {
          const [before, after] = [onDay(preview.published, date), onDay(preview.intervals, date)];
          const list = shifts(before, after);
          const d = dayAt(days, date);
          return (
            <tr key={date} class={list.length > 0 ? "differs" : ""}>
              <th scope="row">
                {dayText(date, true)}
                <small>{d.type === "holiday" && d.holiday ? d.holiday : t(`daytype.${d.type}`)}</small>
              </th>
              <td>
                <DayStrip stretches={before} label={t("plan.before")} />
              </td>
              <td>
                <DayStrip stretches={after} label={t("plan.after")} />
                {list.length > 0 && (
                  <small title={stretchesText(after)}>
                    {list.map((s) => `${clockOf(s.from)}–${s.to === dayMinutes ? "24:00" : clockOf(s.to)} ${s.before ? modeName(s.before) : t("plan.nothing.known")} → ${s.after ? modeName(s.after) : t("plan.nothing.known")}`).join(t("text.list"))}
                  </small>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Fields before and after. */
export function FieldTable({ list, nameOf, shown }: { list: readonly Difference[]; nameOf: (d: Difference) => string; shown: (d: Difference, value: unknown) => string }) {
  return (
    <table class="field-table">
      <thead>
        <tr>
          <th scope="col">{t("plan.field")}</th>
          <th scope="col">{t("plan.before")}</th>
          <th scope="col">{t("plan.after")}</th>
        </tr>
      </thead>
      <tbody>
        {list.map((d) => (
          <tr key={d.part + d.field}>
            <th scope="row">{nameOf(d)}</th>
            <td>{shown(d, d.theirs)}</td>
            <td>{shown(d, d.mine)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a difference is about: the window or exception, and its field. */
export function partName(d: Difference): string {
  const field = d.field ? fieldLabel(d) : "";
  if (!d.part) return field;
  const [group, id] = [d.part.slice(0, d.part.indexOf("/")), d.part.slice(d.part.indexOf("/") + 1)];
  const thing = t(group === "windows" ? "plan.window.named" : "plan.exception.named", { name: id });
  return field ? `${thing} · ${field}` : thing;
}

const labels: Readonly<Record<string, Key>> = {
  name: "plan.name", from: "plan.first.day", until: "plan.last.day", documents: "plan.documents", mode: "plan.mode", start: "plan.start", duration_min: "plan.duration", tail_policy: "plan.tail",
  cut_at: "plan.cut", user_classes: "plan.users", max_stay_min: "plan.stay", rate: "plan.rate", clear_by: "plan.clear", grace_min: "plan.grace", day_types: "plan.daytypes", makeup_apart: "plan.makeup.apart",
  weekdays: "plan.weekdays", nth: "plan.nth.label", months: "plan.months", first_day: "plan.first.day", until_day: "plan.last.day", effect: "plan.effect", reason: "plan.reason", document: "plan.document",
  event: "plan.event", bound: "plan.bound", windows: "plan.exception.windows",
};

function fieldLabel({ field }: Pick<Difference, "field">): string {
  const key = labels[field];
  return key ? t(key) : field;
}

/** What a pointer of a refusal is about: the window or exception in words, and the field. */
export function pointerName(pointer: string, c: Content): string {
  const names = pointer.split("/").slice(1);
  const exception = names[0] === "exceptions" ? c.exceptions?.[Number(names[1])] : undefined;
  const own = exception && names[2] === "windows" ? exception.windows?.[Number(names[3])] : undefined;
  const window = names[0] === "windows" ? c.windows[Number(names[1])] : own;
  const thing = window ? windowText(window) : exception ? exceptionText(exception) : "";
  const field = [...names].reverse().find((n) => n in labels && n !== "windows");
  return [thing, field ? fieldLabel({ field }) : ""].filter(Boolean).join(" · ") || pointer;
}

/** A value of a field in the reader's words. */
export function shown(d: Difference, value: unknown): string {
  if (value === undefined || value === null || value === "") return t("edit.empty.value");
  if (!d.field) return d.part.startsWith("windows/") ? windowText(value as ModeWindow) : exceptionText(value as Exception);
  switch (d.field) {
    case "until":
    case "until_day":
      return dayText(lastDay(String(value)));
    case "from":
    case "first_day":
      return dayText(String(value));
    case "mode":
      return modeName(value as ModeWindow["mode"]);
    case "effect":
      return t(`effect.${value as Exception["effect"]}`);
    case "tail_policy":
      return t(`plan.tail.${value as "keep"}`);
    case "rate":
      return rateText(value as ModeWindow["rate"]);
    case "user_classes":
      return usersText(value as ModeWindow["user_classes"]);
    case "day_types":
    case "weekdays":
    case "nth":
    case "months":
      return daysText({ [d.field]: value });
    case "windows":
      return (value as ModeWindow[]).map(windowText).join("；");
  }
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  return Array.isArray(value) ? value.join("；") : String(value);
}
