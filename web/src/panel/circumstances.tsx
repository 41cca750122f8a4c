import { useState } from "preact/hooks";
import { numberIn } from "../coord/number";
import { go } from "../state";
import { number, t } from "../text";
import type { Task } from "../url";
import { Section } from "./parts";

type PointTask = Extract<Task, { kind: "point" }>;

const most = 10_000;
const accuracies = [5, 10, 15, 30, 50, 100, 200];
const categories = [
  ["part.pole", "answer.category.pole"],
  ["part.pole.abandoned", "answer.category.abandoned"],
] as const;

/** What else the question says: how sure the position is, and what it is about. A choice asks again. */
export function Circumstances({ task }: { task: PointTask }) {
  const ask = (change: { accuracy?: number | undefined; category?: string }) => {
    const { answer: _, ...rest } = task;
    const next = { ...rest, ...change } as PointTask;
    if (!next.accuracy) delete next.accuracy;
    if (!next.category) delete next.category;
    go(next);
  };
  const known = categories.some(([value]) => value === task.category);
  return (
    <Section title={t("answer.question")}>
      <div class="pair">
        <Accuracy metres={task.accuracy} ask={(accuracy) => ask({ accuracy })} />
        <label class="field">
          <span>{t("answer.category")}</span>
          <select value={task.category ?? ""} onChange={(e) => ask({ category: e.currentTarget.value })} data-test="category">
            <option value="">{t("answer.category.none")}</option>
            {categories.map(([value, key]) => (
              <option key={value} value={value}>
                {t(key)}
              </option>
            ))}
            {task.category && !known && <option value={task.category}>{task.category}</option>}
          </select>
        </label>
      </div>
    </Section>
  );
}

/** The radius within which the position lies with 68 %, in metres: any, or one of the usual ones. */
function Accuracy({ metres, ask }: { metres: number | undefined; ask: (metres: number | undefined) => void }) {
  const known = metres === undefined ? "" : String(metres);
  // What is typed belongs to the question that is shown, and is gone with it.
  const [state, setState] = useState({ of: known, typed: known, bad: false });
  const { typed, bad } = state.of === known ? state : { typed: known, bad: false };
  const change = (text: string) => {
    const v = numberIn(text);
    if (text.trim() === "") ask(undefined);
    else if (v > 0 && v <= most) ask(v);
    else setState({ of: known, typed: text, bad: true });
  };
  return (
    <label class="field">
      <span>{t("answer.accuracy.metres")}</span>
      <input
        type="text"
        inputMode="decimal"
        autocomplete="off"
        list="accuracies"
        placeholder={t("answer.accuracy.none")}
        value={typed}
        aria-invalid={bad}
        aria-describedby={bad ? "accuracy-hint" : undefined}
        onInput={(e) => setState({ of: known, typed: e.currentTarget.value, bad: false })}
        onChange={(e) => change(e.currentTarget.value)}
        data-test="accuracy"
      />
      <datalist id="accuracies">
        {accuracies.map((m) => (
          <option key={m} value={String(m)} />
        ))}
      </datalist>
      {bad && (
        <small id="accuracy-hint" class="hint bad" role="alert">
          {t("answer.accuracy.bad", { most: number(most) })}
        </small>
      )}
    </label>
  );
}
