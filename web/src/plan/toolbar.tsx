import type { ComponentChildren } from "preact";
import { Icon } from "../icon";
import { Failure } from "../panel/problem";
import { t } from "../text";
import { today } from "./api";
import { addDays, isDay, mondayOf } from "./dates";
import { isProvisional, type Days } from "./days";
import type { Editor } from "./editor";
import type { Revision } from "./types";
import { dayText } from "./words";

/** Which week is shown, and the way to others. */
export function WeekHead({ day, days, onDay }: { day: string; days: Days; onDay: (day: string) => void }) {
  const monday = mondayOf(day);
  return (
    <div class="week-head">
      <button type="button" class="quiet" aria-label={t("plan.week.before")} title={t("plan.week.before")} onClick={() => onDay(addDays(monday, -7))}>
        <Icon name="back" />
      </button>
      <input type="date" aria-label={t("plan.week.of")} value={day} onChange={(e) => isDay(e.currentTarget.value) && onDay(e.currentTarget.value)} data-test="week-date" />
      <button type="button" class="quiet" aria-label={t("plan.week.after")} title={t("plan.week.after")} onClick={() => onDay(addDays(monday, 7))} data-test="week-after">
        <Icon name="next" />
      </button>
      <button type="button" class="link" disabled={mondayOf(today()) === monday} onClick={() => onDay(today())}>
        {t("plan.week.this")}
      </button>
      {isProvisional(days, addDays(monday, 6)) && <span class="chip provisional-chip">{t("plan.provisional")}</span>}
    </div>
  );
}

/** A quiet line that somebody else has saved this revision. */
export function NewsLine<C, R extends Revision>({ editor }: { editor: Editor<C, R> }) {
  const { news, changed } = editor;
  if (!news) return null;
  const s = news.body.subject;
  const lost = changed && s.state !== "draft";
  return (
    <div class="changed" role="status" data-test="plan-news">
      <span>{lost ? t("plan.news.frozen", { state: t(`schedule.${s.state}`) }) : t(s.state === "draft" ? "plan.news" : "plan.news.state", { state: t(`schedule.${s.state}`) })}</span>
      {lost && (
        <button type="button" class="link" onClick={() => void editor.saveAsNew()}>
          {t("plan.save.as.new")}
        </button>
      )}
      <button type="button" class="link" onClick={editor.show} data-test="plan-news-show">
        {t("plan.show")}
      </button>
    </div>
  );
}

interface SaveBarProps<C, R extends Revision> {
  editor: Editor<C, R>;
  /** Whether the draft is stored already. */
  stored: boolean;
  faults: number;
  onReview: () => void;
  onDrop: () => void;
  /** What else is to be known before it is saved. */
  children?: ComponentChildren;
}

/** Save, undo, redo; and the way to review once everything is stored. */
export function SaveBar<C extends { from: string }, R extends Revision>({ editor, stored, faults, onReview, onDrop, children }: SaveBarProps<C, R>) {
  const { changed, busy, undoable, redoable, content } = editor;
  const ready = changed || !stored;
  const why = faults > 0 ? t("plan.save.faults") : "";
  return (
    <div class="actions sticky plan-save">
      <button type="button" class={ready ? "primary" : ""} disabled={busy !== null || !ready || faults > 0} onClick={() => void editor.save()} title="Ctrl+S" data-test="plan-save">
        {t(stored ? "plan.save" : "plan.save.new")}
      </button>
      {stored && (
        <button type="button" class={ready ? "" : "primary"} disabled={busy !== null} onClick={onReview} data-test="plan-review">
          {t("plan.to.review")}
        </button>
      )}
      <button type="button" class="quiet" aria-label={undoable ? `${t("edit.undo")}${t("text.colon")}${undoable}` : t("edit.undo")} title={`${t("edit.undo")} ${undoable ?? ""} (Ctrl+Z)`} disabled={!undoable} onClick={editor.undo} data-test="plan-undo">
        <Icon name="undo" />
      </button>
      <button type="button" class="quiet" aria-label={redoable ? `${t("edit.redo")}${t("text.colon")}${redoable}` : t("edit.redo")} title={`${t("edit.redo")} ${redoable ?? ""} (Ctrl+Y)`} disabled={!redoable} onClick={editor.redo} data-test="plan-redo">
        <Icon name="redo" />
      </button>
      {changed && (
        <button type="button" class="link" onClick={onDrop} data-test="plan-drop">
          {t("plan.drop")}
        </button>
      )}
      <p class="hint" data-test="plan-state">
        {why || (changed ? t("plan.unsaved") : stored ? t("plan.all.saved", { day: dayText(content.from) }) : t("plan.new.unsaved"))}
      </p>
      {children}
      {editor.problem && <Failure problem={editor.problem} />}
    </div>
  );
}
