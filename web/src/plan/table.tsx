import { t } from "../text";
import { sameRef, type Ref } from "./content";
import type { Content, ModeWindow } from "./types";
import { daysText, exceptionText, modeName, rateText, timesText, usersText } from "./words";

interface Props {
  content: Content;
  selected: Ref | null;
  selectedException: string | null;
  editable: boolean;
  onOpen: (ref: Ref) => void;
  onException: (id: string) => void;
  onAdd: () => void;
}

/** All windows and exceptions as rows of text: the same that the week and the year show. */
export function RuleTable({ content, selected, selectedException, editable, onOpen, onException, onAdd }: Props) {
  const row = (w: ModeWindow, exception?: string) => {
    const ref: Ref = { window: w.id, ...(exception !== undefined && { exception }) };
    const more = [w.clear_by ? t("plan.clear.by", { clock: w.clear_by }) : "", w.rate ? rateText(w.rate) : "", w.user_classes ? usersText(w.user_classes) : ""].filter(Boolean).join(t("text.comma"));
    return (
      <tr key={`${exception ?? ""}/${w.id}`} aria-current={sameRef(selected, ref) || undefined}>
        <td>
          <button type="button" class="link" onClick={() => onOpen(ref)} data-test={`row-${w.id}`}>
            <span class="mode-chip" data-mode={w.mode}>
              <i aria-hidden="true" />
              {modeName(w.mode)}
            </span>
          </button>
        </td>
        <td>{timesText(w.start, w.duration_min)}</td>
        <td>
          {exception ? t("plan.of.exception") + (w.day_types || w.weekdays ? `${t("text.comma")}${daysText(w)}` : "") : daysText(w)}
          {more && <small>{more}</small>}
        </td>
      </tr>
    );
  };
  return (
    <div class="rule-table">
      <table class="list" data-test="rules">
        <caption class="hidden">{t("plan.rules")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("plan.mode")}</th>
            <th scope="col">{t("plan.times")}</th>
            <th scope="col">{t("plan.days")}</th>
          </tr>
        </thead>
        <tbody>
          {content.windows.map((w) => row(w))}
          {(content.exceptions ?? []).flatMap((x) => [
            <tr key={x.id} class="exception-row" aria-current={selectedException === x.id || undefined}>
              <td colSpan={3}>
                <button type="button" class="link" onClick={() => onException(x.id)} data-test={`row-${x.id}`}>
                  ◆ {exceptionText(x)}
                </button>
              </td>
            </tr>,
            ...(x.windows ?? []).map((w) => row(w, x.id)),
          ])}
        </tbody>
      </table>
      {content.windows.length === 0 && <p class="empty">{t(editable ? "plan.rules.none" : "plan.rules.none.plain")}</p>}
      {editable && (
        <button type="button" onClick={onAdd} data-test="window-add">
          {t("plan.window.add")}
        </button>
      )}
    </div>
  );
}
