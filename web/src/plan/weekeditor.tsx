import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { announcement } from "../state";
import { t } from "../text";
import { addWindow, newWindow, removeWindow, replaceWindow, sameRef, windowAt, type Ref } from "./content";
import { addDays, dayMinutes, weekdayOf, weekOf } from "./dates";
import { dayAt, isProvisional, signOf, type Days } from "./days";
import { dragged, isDragged, stepOf, withDrag, type Drag, type Grip } from "./drag";
import type { Content } from "./types";
import { barAction } from "./weekkeys";
import { endOf, rowMinutes, rowsOf, snap, type Bar, type Row } from "./week";
import { daysText, modeName, shortDay, timesText, weekdayName, windowText } from "./words";

interface Props {
  content: Content;
  days: Days;
  /** Any day of the week that is shown. */
  day: string;
  editable: boolean;
  selected: Ref | null;
  /** Rules of windows in a finding that blocks. */
  blocked: ReadonlySet<string>;
  onEdit: (what: string, next: Content) => void;
  /** Opens the form of a window; byKey says that the focus is to follow. */
  onOpen: (ref: Ref, byKey: boolean) => void;
  onDay: (day: string) => void;
}

/** What is being drawn on an empty stretch of a row. */
interface Drawn {
  day: string;
  from: number;
  to: number;
}

const hours = [0, 6, 12, 18, 24, 30, 36];
/** How near an end the mouse takes it, in pixels. */
const endWidth = 7;
const share = (minutes: number) => `${(minutes / rowMinutes) * 100}%`;
export const barKey = (day: string, ref: Ref) => `${day}/${ref.exception ?? ""}/${ref.window}`;

/**
 * The week to draw in: a row for each day that goes on to noon of the next. Windows are bars that the mouse draws, moves and
 * resizes, and that the keyboard does the same with. Every bar of a window is the window: what is done to one is done to its rule.
 */
export function WeekEditor(props: Props) {
  const { content, days, day, editable, selected, onEdit, onOpen, onDay } = props;
  const [drag, setDrag] = useState<Drag | null>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const fine = useRef(false);
  const body = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);
  const dates = weekOf(day);
  const shown = withDrag(content, drag, stepOf(fine.current));
  const rows = rowsOf(shown, days, dates, addDays);

  // After an edit the focus is where its bar is now. The page may be drawn once more before it has the edit.
  useLayoutEffect(() => {
    const bar = focusNext.current && body.current?.querySelector<HTMLElement>(`[data-bar="${CSS.escape(focusNext.current)}"]`);
    if (!bar) return;
    focusNext.current = null;
    bar.focus();
  });

  const add = (date: string, from = 20 * 60, minutes = 660) => {
    const w = newWindow(content, from, minutes, weekdayOf(date));
    focusNext.current = barKey(date, { window: w.id });
    announcement.value = t("plan.said.added", { window: windowText(w) });
    onEdit(t("plan.step.add"), addWindow(content, w));
  };

  const press = (e: KeyboardEvent, bar: Bar) => {
    const w = windowAt(content, bar.ref);
    const action = w && barAction(e, w, weekdayOf(bar.day));
    if (!w || !action || (!editable && action.kind !== "open")) return;
    e.preventDefault();
    focusNext.current = null;
    switch (action.kind) {
      case "open":
        return onOpen(bar.ref, true);
      case "add":
        return add(bar.day);
      case "stuck":
        announcement.value = t("plan.said.stuck");
        return;
      case "remove":
        announcement.value = t("plan.said.removed", { window: windowText(w) });
        body.current?.querySelector<HTMLElement>(`[data-day="${bar.day}"]`)?.focus();
        return onEdit(t("plan.step.remove"), removeWindow(content, bar.ref));
      case "edit": {
        const by = action.what === "day" ? (e.key === "ArrowUp" ? -1 : 1) : 0;
        const on = addDays(bar.day, by);
        focusNext.current = barKey(dates.includes(on) ? on : bar.day, bar.ref);
        announcement.value = t("plan.said.now", { window: windowText(action.next) });
        return onEdit(t(`plan.step.${action.what}`), replaceWindow(content, bar.ref, action.next));
      }
    }
  };

  const take = (e: PointerEvent & { currentTarget: HTMLElement }, bar: Bar) => {
    if (e.button !== 0 || !editable) return;
    const element = e.currentTarget;
    const box = element.getBoundingClientRect();
    const reach = Math.min(endWidth, box.width / 4);
    const ends: Grip = e.clientX - box.left < reach ? "start" : box.right - e.clientX < reach ? "end" : "move";
    const grip: Grip = e.pointerType === "touch" ? "move" : ends;
    follow(e, element.parentElement!, (minutes, row, over) => {
      const now: Drag = { ref: bar.ref, day: bar.day, grip, by: minutes, rows: row };
      if (!over) return setDrag(minutes === 0 && row === 0 ? null : now);
      setDrag(null);
      const w = windowAt(content, bar.ref);
      const next = w && dragged(w, now, stepOf(fine.current));
      if (!w || !next || (minutes === 0 && row === 0)) return onOpen(bar.ref, false);
      announcement.value = t("plan.said.now", { window: windowText(next) });
      onEdit(t(grip === "move" ? (row ? "plan.step.day" : "plan.step.move") : "plan.step.resize"), replaceWindow(content, bar.ref, next));
    });
  };

  const draw = (e: PointerEvent & { currentTarget: HTMLElement }, date: string) => {
    if (e.button !== 0 || !editable || e.target !== e.currentTarget || e.pointerType === "touch") return;
    const box = e.currentTarget.getBoundingClientRect();
    const start = ((e.clientX - box.left) / box.width) * rowMinutes;
    if (start >= dayMinutes) return; // that is the morning of the next row
    follow(e, e.currentTarget, (minutes, _, over) => {
      const step = stepOf(fine.current);
      const [a, b] = [snap(start, step), snap(start + minutes, step)];
      const [from, to] = [Math.max(0, Math.min(a, b)), Math.min(Math.max(a, b), Math.max(0, Math.min(a, b)) + dayMinutes)];
      if (!over) return setDrawn(to > from ? { day: date, from, to } : null);
      setDrawn(null);
      if (to > from && Math.abs(minutes) > 0) add(date, from, to - from);
    });
  };

  /** Follows the pointer until it is let go: by how many minutes and rows it has moved. Esc gives up. */
  const follow = (e: PointerEvent, track: HTMLElement, tell: (minutes: number, rows: number, over: boolean) => void) => {
    const [x, y] = [e.clientX, e.clientY];
    const width = track.getBoundingClientRect().width;
    const tops = [...(body.current?.querySelectorAll<HTMLElement>(".week-row") ?? [])].map((r) => r.getBoundingClientRect());
    const rowAt = (py: number) => tops.findIndex((r) => py >= r.top && py < r.bottom);
    const begun = rowAt(y);
    let moved = false;
    const at = (m: PointerEvent, over: boolean) => {
      moved ||= Math.abs(m.clientX - x) + Math.abs(m.clientY - y) > 3;
      fine.current = m.altKey;
      const row = rowAt(m.clientY);
      tell(moved ? ((m.clientX - x) / width) * rowMinutes : 0, moved && row >= 0 ? row - begun : 0, over);
    };
    const move = (m: PointerEvent) => at(m, false);
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", esc, true);
    };
    const up = (m: PointerEvent) => {
      end();
      at(m, true);
    };
    const cancel = () => {
      end();
      setDrag(null);
      setDrawn(null);
    };
    const esc = (k: KeyboardEvent) => {
      if (k.key !== "Escape") return;
      k.preventDefault();
      k.stopPropagation();
      cancel();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", cancel);
    addEventListener("keydown", esc, true);
  };

  return (
    <div class="week-scroll">
      <div ref={body} class={drag || drawn ? "week dragging" : "week"} role="group" aria-label={t("plan.week.label")} aria-describedby="week-keys" data-test="week">
        <div class="week-axis" aria-hidden="true">
          {hours.map((h) => (
            <span key={h} style={{ left: `${(h / 36) * 100}%` }}>
              {h === 24 ? t("plan.axis.next") : h % 24}
            </span>
          ))}
        </div>
        {rows.map((row) => (
          <WeekRow key={row.day} row={row} props={props} drag={drag} drawn={drawn?.day === row.day ? drawn : null} selected={selected} onAdd={() => add(row.day)} onDay={() => onDay(row.day)} onPress={press} onTake={take} onDraw={draw} />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: Row;
  props: Props;
  drag: Drag | null;
  drawn: Drawn | null;
  selected: Ref | null;
  onAdd: () => void;
  onDay: () => void;
  onPress: (e: KeyboardEvent, bar: Bar) => void;
  onTake: (e: PointerEvent & { currentTarget: HTMLElement }, bar: Bar) => void;
  onDraw: (e: PointerEvent & { currentTarget: HTMLElement }, date: string) => void;
}

function WeekRow({ row, props, drag, drawn, selected, onAdd, onPress, onTake, onDraw }: RowProps) {
  const { days, editable, blocked, content, onOpen } = props;
  const type = dayAt(days, row.day);
  const sign = signOf(type.type);
  const key = (e: KeyboardEvent) => {
    if (!editable || e.ctrlKey || e.metaKey || e.altKey || !["Insert", "n"].includes(e.key)) return;
    e.preventDefault();
    onAdd();
  };
  const typeName = type.holiday && type.type === "holiday" ? type.holiday : t(`daytype.${type.type}`);
  const name = `${weekdayName(row.day)} ${shortDay(row.day)}${t("text.comma")}${typeName}`;
  const outside = row.day < content.from || (content.until !== undefined && row.day >= content.until);
  return (
    <div class={`week-row${isProvisional(days, row.day) ? " provisional" : ""}`} data-type={type.type} style={{ "--lanes": row.lanes }}>
      <button
        type="button"
        class="week-day"
        aria-label={editable ? t("plan.day.add", { day: name }) : name}
        title={name}
        aria-disabled={!editable}
        onClick={() => editable && onAdd()}
        onKeyDown={key}
        data-day={row.day}
        data-test={`week-day-${weekdayOf(row.day)}`}
      >
        <span>
          {weekdayName(row.day)}
          {sign && <b class={`day-sign day-sign-${sign}`}>{t(`plan.sign.${sign}`)}</b>}
        </span>
        <small>
          {shortDay(row.day)}
          {row.exceptions.length > 0 && <b class="exception-mark" title={row.exceptions.map((x) => x.reason).join(t("text.list"))}>◆</b>}
        </small>
      </button>
      <div class={outside ? "week-track outside" : "week-track"} onPointerDown={(e) => onDraw(e, row.day)}>
        {row.tails.map((tail, i) => (
          <span key={i} class="week-tail" data-mode={tail.window.mode} style={{ left: share(tail.from), width: share(tail.to - tail.from) }} title={t("plan.tail.of", { window: windowText(tail.window) })} />
        ))}
        {row.closed && row.bars.length === 0 && <span class="week-closed">{row.exceptions[0]?.reason}</span>}
        {row.bars.map((bar) => (
          <WeekBar
            key={barKey(bar.day, bar.ref)}
            bar={bar}
            editable={editable}
            selected={sameRef(selected, bar.ref)}
            dragged={isDragged(drag, bar.ref)}
            blocked={blocked.has([bar.ref.exception, bar.ref.window].filter(Boolean).join("/"))}
            onOpen={() => onOpen(bar.ref, true)}
            onPress={onPress}
            onTake={onTake}
          />
        ))}
        {drawn && (
          <span class="week-bar drawn" data-mode="parking" style={{ left: share(drawn.from), width: share(drawn.to - drawn.from) }}>
            <span>{timesText(endOf({ from: 0, to: drawn.from }).clock, drawn.to - drawn.from)}</span>
          </span>
        )}
      </div>
    </div>
  );
}

interface BarProps {
  bar: Bar;
  editable: boolean;
  selected: boolean;
  dragged: boolean;
  blocked: boolean;
  onOpen: () => void;
  onPress: (e: KeyboardEvent, bar: Bar) => void;
  onTake: (e: PointerEvent & { currentTarget: HTMLElement }, bar: Bar) => void;
}

function WeekBar({ bar, editable, selected, dragged, blocked, onOpen, onPress, onTake }: BarProps) {
  const { window: w, ref } = bar;
  const to = Math.min(bar.to, rowMinutes);
  const times = timesText(w.start, bar.to - bar.from);
  const name = [modeName(w.mode), times, daysText(w), ref.exception ? t("plan.of.exception") : "", blocked ? t("plan.in.conflict") : ""].filter(Boolean).join(t("text.comma"));
  const classes = ["week-bar", selected ? "selected" : "", dragged ? "moving" : "", ref.exception ? "exceptional" : "", blocked ? "blocked" : "", bar.to > rowMinutes ? "goes-on" : ""].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      class={classes}
      data-mode={w.mode}
      data-bar={barKey(bar.day, ref)}
      data-test={`bar-${w.id}-${weekdayOf(bar.day)}`}
      aria-label={name}
      aria-roledescription={t("plan.bar")}
      aria-pressed={selected}
      title={name}
      style={{ left: share(bar.from), width: share(to - bar.from), "--lane": bar.lane }}
      onKeyDown={(e) => onPress(e, bar)}
      onPointerDown={(e) => onTake(e, bar)}
      onClick={(e) => (!editable || e.detail === 0) && onOpen()}
    >
      <span>
        {blocked && <b aria-hidden="true">! </b>}
        {w.start}–{endOf(bar).clock} {modeName(w.mode)}
      </span>
    </button>
  );
}
