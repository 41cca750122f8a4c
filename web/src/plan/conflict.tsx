import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { Failure } from "../panel/problem";
import { t } from "../text";
import { keyOf, type Difference } from "./merge";

interface Props<C> {
  /** Their content with what was chosen of mine; null while a choice is missing. */
  resolvedBy: (choices: readonly Difference[]) => C | null;
  /** What a difference is about. */
  nameOf: (d: Difference) => string;
  /** A value of it in words. */
  shown: (d: Difference, value: unknown) => string;
  /** Who saved in between, "" when it is not known. */
  by: string;
  list: Difference[];
  saving: boolean;
  problem: Problem | null;
  onResolve: (content: C) => void;
  onCancel: () => void;
}

/** Two planners on one draft: both versions, part by part and field by field. What only one has changed is chosen already. */
export function PlanConflict<C>({ resolvedBy, nameOf, shown, by, list, saving, problem, onResolve, onCancel }: Props<C>) {
  const [differences, setDifferences] = useState(list);
  const choose = (d: Difference, choice: "mine" | "theirs") => setDifferences(differences.map((o) => (keyOf(o) === keyOf(d) ? { ...o, choice } : o)));
  const open = differences.filter((d) => d.choice === null).length;
  const result = resolvedBy(differences);
  const submit = (e: Event) => {
    e.preventDefault();
    if (result) onResolve(result);
  };
  return (
    <form class="form" onSubmit={submit} data-test="conflict">
      <p class="prose" role="alert">
        {by ? t("plan.conflict.by", { by }) : t("edit.conflict")} {open > 0 ? t("plan.conflict.open", { n: open }) : t("plan.conflict.ready")}
      </p>
      {differences.map((d) => (
        <fieldset key={keyOf(d)} class={d.choice === null ? "difference open" : "difference"} data-test={`difference-${keyOf(d)}`}>
          <legend>{nameOf(d)}</legend>
          {(["mine", "theirs"] as const).map((side) => (
            <label key={side} class="side">
              <input type="radio" name={`keep-${keyOf(d)}`} checked={d.choice === side} onChange={() => choose(d, side)} data-test={`${side}-${keyOf(d)}`} />
              <span>
                <small>{t(`edit.${side}`)}</small>
                {d[side] === undefined && !d.field ? t(d.before === undefined ? "plan.was.not" : "plan.gone") : shown(d, d[side])}
              </span>
            </label>
          ))}
          <p class="hint">
            {t("edit.before")}
            {t("text.colon")}
            {d.before === undefined && !d.field ? t("plan.was.not") : shown(d, d.before)}
          </p>
        </fieldset>
      ))}
      {differences.length === 0 && <p class="empty">{t("plan.no.difference")}</p>}
      {problem && <Failure problem={problem} />}
      <div class="actions sticky">
        <button type="submit" class="primary" disabled={saving || !result} data-test="resolve">
          {t("plan.conflict.take")}
        </button>
        <button type="button" onClick={onCancel} data-test="conflict-later">
          {t("plan.conflict.later")}
        </button>
      </div>
    </form>
  );
}
