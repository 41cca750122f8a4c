import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icon";
import { announcement } from "../state";
import { number, t, type Key } from "../text";
import { exceptionAt } from "./content";
import { dayAt, isProvisional, meets, signOf, type Days } from "./days";
import type { Content, Exception } from "./types";
import { dayText, exceptionText, monthName } from "./words";
import { dayByKey, endsOf, holds, lengthOf, monthGrid, type Range } from "./yeargrid";

interface Props {
  content: Content;
  days: Days;
  year: number;
  editable: boolean;
  selected: string | null;
  today: string;
  onYear: (year: number) => void;
  /** Makes an exception of a stretch of days. */
  onAdd: (first: string, last: string) => void;
  onOpen: (exception: string) => void;
  onWeek: (day: string) => void;
}

/** The twelve months of a year: each day by its type, with the exceptions that are about it. Days are chosen by click, keys and shift. */
export function YearCalendar({ content, days, year, editable, selected, today, onYear, onAdd, onOpen, onWeek }: Props) {
  const start = today.startsWith(`${year}-`) ? today : `${year}-01-01`;
  const [range, setRange] = useState<Range>({ anchor: start, focus: start });
  const [touched, setTouched] = useState(false);
  const grid = useRef<HTMLDivElement>(null);
  const follow = useRef(false);
  const here = range.focus.startsWith(`${year}-`) ? range : { anchor: start, focus: start };
  useLayoutEffect(() => {
    if (!follow.current) return;
    follow.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-date="${here.focus}"]`)?.focus();
  });
  const exceptionsOn = (date: string) => (content.exceptions ?? []).filter((x) => meets(x, dayAt(days, date)));
  const choose = (day: string, extend: boolean) => {
    setTouched(true);
    const next = { anchor: extend ? here.anchor : day, focus: day };
    setRange(next);
    if (extend) announcement.value = t("plan.range", { first: dayText(endsOf(next)[0]), last: dayText(endsOf(next)[1]), n: lengthOf(next) });
  };
  const key = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const next = dayByKey(e.key, here.focus);
    if (next) {
      follow.current = true;
      choose(next, e.shiftKey);
    } else if ((e.key === "n" || e.key === "Insert") && editable) onAdd(...endsOf(here));
    else return;
    e.preventDefault();
  };
  const [first, last] = endsOf(here);
  const chosen = exceptionsOn(here.focus);
  return (
    <div class="year" data-test="year">
      <div class="year-head">
        <button type="button" class="quiet" aria-label={t("plan.year.before")} title={t("plan.year.before")} onClick={() => onYear(year - 1)}>
          <Icon name="back" />
        </button>
        <strong aria-live="polite">{year}</strong>
        <button type="button" class="quiet" aria-label={t("plan.year.after")} title={t("plan.year.after")} onClick={() => onYear(year + 1)} data-test="year-after">
          <Icon name="next" />
        </button>
        {days.provisional.has(year) && <span class="chip">{t("plan.year.provisional")}</span>}
      </div>
      <div ref={grid} class="year-grid" onKeyDown={key}>
        {Array.from({ length: 12 }, (_, m) => (
          <table key={m} role="grid" aria-label={`${monthName(m + 1, "long")} ${year}`} class={days.provisional.has(year) ? "month provisional" : "month"}>
            <caption>{monthName(m + 1)}</caption>
            <thead>
              <tr>
                {Array.from({ length: 7 }, (_, i) => (
                  <th key={i} scope="col" abbr={t(`weekday.${i}` as Key)}>
                    {t(`weekday.short.${i}` as Key)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {monthGrid(year, m + 1).map((week, i) => (
                <tr key={i}>
                  {week.map((date, k) => (date ? <DayCell key={date} date={date} days={days} exceptions={exceptionsOn(date)} chosen={touched && holds(here, date)} focus={date === here.focus} today={date === today} marked={exceptionsOn(date).some((x) => x.id === selected)} onChoose={choose} /> : <td key={k} />))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <YearLegend />
      <div class="year-chosen" data-test="year-chosen">
        <p>
          <strong>{first === last ? dayText(first, true) : t("plan.range", { first: dayText(first), last: dayText(last), n: number(lengthOf(here)) })}</strong>
          {first === last && <> · {dayTitle(dayAt(days, first))}</>}
          {isProvisional(days, first) && <> · {t("plan.provisional")}</>}
        </p>
        {chosen.map((x) => (
          <button key={x.id} type="button" class="link" onClick={() => onOpen(x.id)} data-test={`year-exception-${x.id}`}>
            ◆ {exceptionText(exceptionAt(content, x.id) ?? x)}
          </button>
        ))}
        <div class="actions">
          {editable && (
            <button type="button" onClick={() => onAdd(first, last)} data-test="exception-add">
              <Icon name="plus" />
              {t("plan.exception.add")}
            </button>
          )}
          <button type="button" onClick={() => onWeek(here.focus)}>
            {t("plan.week.show")}
          </button>
        </div>
      </div>
    </div>
  );
}

function dayTitle(d: { type: string; holiday?: string; name?: string }): string {
  return d.type === "holiday" && d.holiday ? d.holiday : t(`daytype.${d.type}` as Key) + (d.type === "makeup_workday" && d.name ? `（${d.name}）` : "");
}

interface CellProps {
  date: string;
  days: Days;
  exceptions: Exception[];
  chosen: boolean;
  focus: boolean;
  today: boolean;
  marked: boolean;
  onChoose: (day: string, extend: boolean) => void;
}

function DayCell({ date, days, exceptions, chosen, focus, today, marked, onChoose }: CellProps) {
  const d = dayAt(days, date);
  const sign = signOf(d.type);
  const name = [dayText(date, true), dayTitle(d), ...exceptions.map((x) => t("plan.exception.on", { reason: x.reason || x.id }))].join(t("text.comma"));
  return (
    <td aria-selected={chosen} data-type={d.type} class={[chosen ? "chosen" : "", today ? "today" : "", marked ? "marked" : ""].filter(Boolean).join(" ")}>
      <button type="button" tabIndex={focus ? 0 : -1} aria-label={name} title={name} data-date={date} onClick={(e) => onChoose(date, e.shiftKey)}>
        {Number(date.slice(8))}
        {sign && <b class={`day-sign day-sign-${sign}`}>{t(`plan.sign.${sign}`)}</b>}
        {exceptions.length > 0 && <b class="exception-mark">◆</b>}
      </button>
    </td>
  );
}

function YearLegend() {
  return (
    <ul class="legend year-legend" aria-label={t("layers.legend")}>
      <li>
        <b class="day-sign day-sign-off">{t("plan.sign.off")}</b> {t("daytype.holiday")}
      </li>
      <li>
        <b class="day-sign day-sign-work">{t("plan.sign.work")}</b> {t("daytype.makeup_workday")}
      </li>
      <li>
        <span class="rest-sample">6</span> {t("daytype.restday")}
      </li>
      <li>
        <b class="exception-mark">◆</b> {t("plan.exceptions")}
      </li>
      <li>
        <span class="provisional-sample" /> {t("plan.year.provisional")}
      </li>
    </ul>
  );
}
