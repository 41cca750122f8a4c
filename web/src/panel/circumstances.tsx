import { useState } from "preact/hooks";
import { channels, reporters, severities, type Feature } from "../api/types";
import { numberIn } from "../coord/number";
import { toggle } from "../keys";
import { everyOf } from "../names";
import { at, go } from "../state";
import { moment, nameOf, number, t, word } from "../text";
import { SelectField, TypedField } from "../plan/inputs";
import { caseNumberIn, confidenceIn } from "../report";
import type { PointTask, Reported } from "../url";
import { Picker, type Choice } from "./picker";
import { Section } from "./parts";
import { About } from "./shape";

const most = 10_000;
const accuracies = [5, 10, 15, 30, 50, 100, 200];

/** What can be said of a question, each of it left out while it is not known. */
const said = ["accuracy", "category", "channel", "severity", "reporter", "confidence", "caseNumber", "receivedBy"] as const;

type Change = { accuracy?: number | undefined; category?: string } & { [K in keyof Reported]?: string | number };

/** What else the question says: what it is about, how it came, how bad it is, how sure the position is, when, and more about the report. A choice asks again. */
export function Circumstances({ task }: { task: PointTask }) {
  const ask = (change: Change) => {
    const { answer: _, ...rest } = task;
    const next = { ...rest, ...change } as PointTask;
    for (const key of said) if (!next[key]) delete next[key];
    go(next);
  };
  return (
    <Section title={t("answer.question")}>
      <About task={task} />
      <Picker label={t("answer.category")} choices={categoryChoices(everyOf("categories"))} value={task.category ?? ""} placeholder={t("answer.category.none")} optional onChoose={(category) => ask({ category })} test="category" />
      <div class="pair">
        <SelectField<string> label={t("answer.channel")} value={task.channel ?? ""} options={options("channel", channels)} onValue={(channel) => ask({ channel })} test="channel" />
        <SelectField<string> label={t("answer.severity")} value={task.severity ?? ""} options={options("severity", severities)} onValue={(severity) => ask({ severity })} test="severity" />
        {!task.shape && <Accuracy metres={task.accuracy} ask={(accuracy) => ask({ accuracy })} />}
        <div class="field">
          <span id="asked-at">{t("answer.data.at")}</span>
          <button type="button" aria-describedby="asked-at" onClick={() => toggle("time")} data-opens="time" data-test="asked-at">
            {at.value ? moment(at.value) : t("bar.now")}
          </button>
        </div>
      </div>
      <MoreOfReport task={task} ask={ask} />
    </Section>
  );
}

function options(group: string, values: readonly string[]): Array<readonly [string, string]> {
  return [["", t("answer.unsaid")], ...values.map((v) => [v, word(group, v)] as const)];
}

/** What few reports say and some rules and agreements ask for; folded away until something of it is said. */
function MoreOfReport({ task, ask }: { task: PointTask; ask: (change: Change) => void }) {
  const n = (["reporter", "confidence", "caseNumber", "receivedBy"] as const).filter((key) => task[key]).length;
  const [open, setOpen] = useState(n > 0);
  // Grids are asked for only by those who come to choose one.
  const grids = open ? everyOf("grids") : null;
  return (
    <details class="more-of-report" open={open} onToggle={(e) => setOpen(e.currentTarget.open)} data-test="more-of-report">
      <summary>
        {t("answer.report.more")}
        {n > 0 && <span class="count">{t("answer.report.said", { n })}</span>}
      </summary>
      <div class="pair">
        <SelectField<string> label={t("answer.reporter")} value={task.reporter ?? ""} options={options("reporter", reporters)} onValue={(reporter) => ask({ reporter })} test="reporter" />
        <TypedField
          label={t("answer.confidence")}
          value={task.confidence ? String(task.confidence) : ""}
          read={(s) => {
            const v = confidenceIn(s);
            return v === null ? null : v ? String(v) : "";
          }}
          wrong={t("answer.confidence.bad")}
          mode="decimal"
          placeholder="0.92"
          onValue={(v) => ask({ confidence: Number(v) })}
          test="confidence"
        />
      </div>
      <TypedField label={t("answer.case")} value={task.caseNumber ?? ""} read={caseNumberIn} wrong={t("answer.case.bad")} hint={t("answer.case.hint")} placeholder="20260914-0017" onValue={(caseNumber) => ask({ caseNumber })} test="case-number" />
      <Picker label={t("answer.received")} choices={grids && grids.map((g) => ({ value: g.code ?? g.id, name: nameOf(g), detail: g.code ?? "", keys: [g.name, g.name_en].filter(Boolean).join(" ") }))} value={task.receivedBy ?? ""} placeholder={t("answer.received.none")} hint={t("answer.received.hint")} optional onChoose={(receivedBy) => ask({ receivedBy })} test="received-by" />
    </details>
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
