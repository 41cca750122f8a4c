import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Feature, LayerName } from "../api/types";
import { Icon } from "../icon";
import { asProblem } from "../load";
import { Head } from "../panel/parts";
import { Failure, problemText } from "../panel/problem";
import type { SavedEdit } from "../panel/saved";
import { announcement, client, unsaved } from "../state";
import { fieldName, nameOf, t } from "../text";
import { Conflict } from "./conflict";
import { keepDraft, readDraft } from "./draft";
import { fields } from "./fields";
import { applied, change, changedFields, redo, undo, type History } from "./history";
import { FieldInput } from "./input";
import { differences, type Difference } from "./merge";

interface Props {
  layer: LayerName;
  feature: Feature;
  etag: string;
  /** Called when the work ends: with what was saved, or null when it was given up. */
  onEnd: (edit: SavedEdit | null) => void;
}

interface Theirs {
  feature: Feature;
  etag: string;
  list: Difference[];
}

/** The plain fields of a feature to change; nothing is sent before "save", and nothing of others is overwritten. */
export function EditForm({ layer, feature, etag, onEnd }: Props) {
  const [start] = useState(() => readDraft(layer, feature.id) ?? { base: feature, etag, history: { done: [], undone: [] } as History });
  const [history, setHistory] = useState(start.history);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [saving, setSaving] = useState(false);
  const [bad, setBad] = useState<ReadonlySet<string>>(new Set());
  const { base } = start;
  const now = applied(base, history);
  const changed = changedFields(base, history);
  useEffect(() => {
    unsaved.value = changed.length > 0;
    keepDraft(layer, feature.id, { base, etag: start.etag, history });
  }, [history]);
  useEffect(() => {
    const ask = (e: BeforeUnloadEvent) => unsaved.value && e.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);

  const end = (edit: SavedEdit | null) => {
    unsaved.value = false;
    keepDraft(layer, feature.id, null);
    onEnd(edit);
  };
  const send = async (body: Feature, tag: string, before: Feature) => {
    setSaving(true);
    setProblem(null);
    try {
      const answer = await client.replace(layer, feature.id, body, tag);
      announcement.value = t("edit.saved");
      end({ before, etag: answer.etag });
    } catch (cause) {
      const p = asProblem(cause);
      if (p.status === 412) await compare(body, p);
      else setProblem(p);
    }
    setSaving(false);
  };
  const compare = async (mine: Feature, p: Problem) => {
    try {
      const current = await client.feature(layer, feature.id);
      setTheirs({ ...current, list: differences(base, mine, current.feature) });
    } catch {
      setProblem(p);
    }
  };
  const submit = (e: Event) => {
    e.preventDefault();
    if (changed.length > 0 && bad.size === 0) void send(now, start.etag, base);
  };
  const key = (e: KeyboardEvent) => {
    if (!(e.ctrlKey || e.metaKey) || typing(e.target)) return;
    if (e.key === "z" && !e.shiftKey) setHistory(undo(history));
    else if (e.key === "y" || (e.key.toLowerCase() === "z" && e.shiftKey)) setHistory(redo(history));
    else return;
    e.preventDefault();
  };
  if (theirs) return <Conflict name={nameOf(feature)} list={theirs.list} theirs={theirs.feature} saving={saving} problem={problem} onSave={(f) => void send(f, theirs.etag, theirs.feature)} onCancel={() => end(null)} />;
  return (
    <form class="form" onSubmit={submit} onKeyDown={key} noValidate data-test="edit-form">
      <Head title={t("edit.title", { name: nameOf(feature) })} line={changed.length > 0 ? t("edit.changes", { n: changed.length }) : t("edit.none")} />
      {(fields[layer] ?? []).map((f) => (
        <FieldInput
          key={f.name}
          field={f}
          feature={now}
          changed={changed.includes(f.name)}
          fault={faultOf(problem, f.name)}
          onBad={(is) => setBad(is ? new Set([...bad, f.name]) : new Set([...bad].filter((n) => n !== f.name)))}
          onValue={(value) => setHistory(change(base, history, f.name, value))}
        />
      ))}
      {problem && <Failure problem={problem} />}
      {problem && problem.errors.length > 0 && <p class="hint bad">{problem.errors.map((e) => `${fieldName((e.pointer ?? "").slice(1))}: ${e.detail ?? problemText(problem)}`).join("\n")}</p>}
      <div class="actions sticky">
        <button type="submit" class="primary" disabled={saving || changed.length === 0 || bad.size > 0} data-test="save">
          {t("edit.save")}
        </button>
        <button type="button" onClick={() => end(null)} data-test="discard">
          {t("edit.cancel")}
        </button>
        <button type="button" class="quiet" aria-label={t("edit.undo")} title={`${t("edit.undo")} (Ctrl+Z)`} disabled={history.done.length === 0} onClick={() => setHistory(undo(history))}>
          <Icon name="undo" />
        </button>
        <button type="button" class="quiet" aria-label={t("edit.redo")} title={`${t("edit.redo")} (Ctrl+Y)`} disabled={history.undone.length === 0} onClick={() => setHistory(redo(history))}>
          <Icon name="redo" />
        </button>
        {changed.length > 0 && <p class="hint">{t("edit.draft")}</p>}
      </div>
    </form>
  );
}

/** Whether the keys belong to a text field whose typing is not yet a change: its own undo comes first. */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "text" && target.value !== target.dataset["committed"];
}

function faultOf(problem: Problem | null, field: string): string {
  return problem?.errors.find((e) => e.pointer === `/${field}`)?.detail ?? "";
}
