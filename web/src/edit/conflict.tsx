import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Feature, Value } from "../api/types";
import { Head } from "../panel/parts";
import { Failure } from "../panel/problem";
import { valueText } from "../panel/value";
import { fieldName, t } from "../text";
import { resolved, type Difference } from "./merge";

interface Props {
  name: string;
  list: Difference[];
  theirs: Feature;
  saving: boolean;
  problem: Problem | null;
  onSave: (feature: Feature) => void;
  onCancel: () => void;
}

/** Two people on one thing: both versions, field by field, to choose from. */
export function Conflict({ name, list, theirs, saving, problem, onSave, onCancel }: Props) {
  const [differences, setDifferences] = useState(list);
  const choose = (field: string, choice: "mine" | "theirs") => setDifferences(differences.map((d) => (d.field === field ? { ...d, choice } : d)));
  const result = resolved(theirs, differences);
  const submit = (e: Event) => {
    e.preventDefault();
    if (result) onSave(result);
  };
  return (
    <form class="form" onSubmit={submit} data-test="conflict">
      <Head title={t("edit.title", { name })} />
      <p class="prose" role="alert">
        {t("edit.conflict")}
      </p>
      {differences.map((d) => (
        <fieldset key={d.field} class="difference" data-test={`difference-${d.field}`}>
          <legend>{fieldName(d.field)}</legend>
          <Side d={d} side="mine" onChoose={choose} />
          <Side d={d} side="theirs" onChoose={choose} />
          <p class="hint">
            {t("edit.before")}
            {t("text.colon")}
            {shown(d.field, d.before)}
          </p>
        </fieldset>
      ))}
      {problem && <Failure problem={problem} />}
      <div class="actions sticky">
        <button type="submit" class="primary" disabled={saving || !result} data-test="resolve">
          {t("edit.resolve")}
        </button>
        <button type="button" onClick={onCancel}>
          {t("edit.cancel")}
        </button>
      </div>
    </form>
  );
}

function Side({ d, side, onChoose }: { d: Difference; side: "mine" | "theirs"; onChoose: (field: string, side: "mine" | "theirs") => void }) {
  return (
    <label class="side">
      <input type="radio" name={`keep-${d.field}`} checked={d.choice === side} onChange={() => onChoose(d.field, side)} data-test={`${side}-${d.field}`} />
      <span>
        <small>{t(`edit.${side}`)}</small>
        {shown(d.field, d[side])}
      </span>
    </label>
  );
}

function shown(field: string, v: Value | undefined): string {
  return field === "geometry" ? t("edit.shape") : valueText(field, v) || t("edit.empty.value");
}
