import { go } from "../state";
import { t } from "../text";
import type { Task } from "../url";
import { Section } from "./parts";

type PointTask = Extract<Task, { kind: "point" }>;

const accuracies = [5, 10, 15, 30, 50, 100, 200];
const categories = [
  ["part.pole", "answer.category.pole"],
  ["part.pole.abandoned", "answer.category.abandoned"],
] as const;

/** What else the question says: how sure the position is, and what it is about. A choice asks again. */
export function Circumstances({ task }: { task: PointTask }) {
  const ask = (change: Partial<Pick<PointTask, "accuracy" | "category">>) => {
    const { answer: _, ...rest } = task;
    const next: PointTask = { ...rest, ...change };
    if (!next.accuracy) delete next.accuracy;
    if (!next.category) delete next.category;
    go(next);
  };
  const choices = task.accuracy && !accuracies.includes(task.accuracy) ? [...accuracies, task.accuracy].sort((a, b) => a - b) : accuracies;
  const known = categories.some(([value]) => value === task.category);
  return (
    <Section title={t("answer.question")}>
      <div class="pair">
        <label class="field">
          <span>{t("answer.accuracy")}</span>
          <select value={String(task.accuracy ?? "")} onChange={(e) => ask({ accuracy: Number(e.currentTarget.value) })} data-test="accuracy">
            <option value="">{t("answer.accuracy.none")}</option>
            {choices.map((m) => (
              <option key={m} value={String(m)}>
                ± {m} m
              </option>
            ))}
          </select>
        </label>
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
