import { useState } from "preact/hooks";
import { channels, severities, type Channel, type Feature, type Severity } from "../api/types";
import { numberIn } from "../coord/number";
import { toggle } from "../keys";
import { everyOf } from "../names";
import { at, go } from "../state";
import { moment, nameOf, number, t, word } from "../text";
import type { Task } from "../url";
import { Picker, type Choice } from "./picker";
import { Section } from "./parts";

type PointTask = Extract<Task, { kind: "point" }>;

const most = 10_000;
const accuracies = [5, 10, 15, 30, 50, 100, 200];

/** What else the question says: what it is about, how it came, how bad it is, how sure the position is, and when. A choice asks again. */
export function Circumstances({ task }: { task: PointTask }) {
  const ask = (change: { accuracy?: number | undefined; category?: string; channel?: string; severity?: string }) => {
    const { answer: _, ...rest } = task;
    const next = { ...rest, ...change } as PointTask;
    for (const key of ["accuracy", "category", "channel", "severity"] as const) if (!next[key]) delete next[key];
    go(next);
  };
  return (
    <Section title={t("answer.question")}>
      <Picker label={t("answer.category")} choices={categoryChoices(everyOf("categories"))} value={task.category ?? ""} placeholder={t("answer.category.none")} optional onChoose={(category) => ask({ category })} test="category" />
      <div class="pair">
        <label class="field">
          <span>{t("answer.channel")}</span>
          <select value={task.channel ?? ""} onChange={(e) => ask({ channel: e.currentTarget.value })} data-test="channel">
            <option value="">{t("answer.unsaid")}</option>
            {channels.map((c: Channel) => (
              <option key={c} value={c}>
                {word("channel", c)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t("answer.severity")}</span>
          <select value={task.severity ?? ""} onChange={(e) => ask({ severity: e.currentTarget.value })} data-test="severity">
            <option value="">{t("answer.unsaid")}</option>
            {severities.map((s: Severity) => (
              <option key={s} value={s}>
                {word("severity", s)}
              </option>
            ))}
          </select>
        </label>
        <Accuracy metres={task.accuracy} ask={(accuracy) => ask({ accuracy })} />
        <div class="field">
          <span id="asked-at">{t("answer.data.at")}</span>
          <button type="button" aria-describedby="asked-at" onClick={() => toggle("time")} data-opens="time" data-test="asked-at">
            {at.value ? moment(at.value) : t("bar.now")}
          </button>
        </div>
      </div>
    </Section>
  );
}

/** Categories to choose from: found by code, by name in both languages, and by what others call them, such as the number of a whistle item. */
export function categoryChoices(list: readonly Feature[] | null): Choice[] | null {
  if (!list) return null;
  return list.map((c) => {
    const codes = (c["codes"] ?? []) as Array<{ scheme: string; code: string }>;
    const item = codes.find((o) => o.scheme === "whistle")?.code;
    return {
      value: c.id,
      name: nameOf(c),
      detail: item ? `${c.code} · ${t("basis.item.short", { n: item })}` : (c.code ?? ""),
      keys: [c.name, c.name_en, ...codes.map((o) => o.code), item && `吹哨${item} whistle${item}`].filter(Boolean).join(" "),
    };
  });
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
