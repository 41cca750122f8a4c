import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Answer, Refused } from "../api/types";
import { Icon } from "../icon";
import { asProblem } from "../load";
import { everyOf, nameFor } from "../names";
import { announcement, client, go, me } from "../state";
import { nameOf, t, word } from "../text";
import type { PointTask } from "../url";
import { Picker } from "./picker";
import { Section, TaskLink } from "./parts";
import { Failure } from "./problem";

/** Why a unit says that a case is not its own. */
export const reasons = ["not_our_area", "not_our_duty", "not_our_property", "already_transferred", "no_such_thing", "other"] as const;
export type Reason = (typeof reasons)[number];

/** "Not mine": the responsible unit, or a dispatcher for it, says why and whose it is; the case is decided again without that unit. */
export function NotMine({ task, answer }: { task: PointTask; answer: Answer }) {
  const [open, setOpen] = useState(false);
  const unit = answer.responsibility?.primary?.unit;
  if (!unit || !answer.answer_id) return null;
  const who = me.value;
  const may = who?.role === "dispatcher" || (who?.role === "unit-agent" && who.unit === unit);
  if (!open) {
    return (
      <div class="actions">
        <button type="button" onClick={() => setOpen(true)} disabled={who !== null && !may} aria-describedby="refusal-who" data-test="not-mine">
          <Icon name="undo" />
          {t("refusal.open")}
        </button>
        {who && !may && (
          <p id="refusal-who" class="hint">
            {t("refusal.who", { unit: nameFor("units", unit) })}
          </p>
        )}
      </div>
    );
  }
  return (
    <Section title={t("refusal.title", { unit: nameFor("units", unit) })}>
      {may ? (
        <Form task={task} id={answer.answer_id} unit={unit} onClose={() => setOpen(false)} />
      ) : (
        <p class="hint">
          <TaskLink to={{ kind: "account" }}>{t("refusal.signin")}</TaskLink>
        </p>
      )}
    </Section>
  );
}

function Form({ task, id, unit, onClose }: { task: PointTask; id: string; unit: string; onClose: () => void }) {
  const [reason, setReason] = useState<Reason>("not_our_duty");
  const [text, setText] = useState("");
  const [proposed, setProposed] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { body } = await client.request<Refused>("POST", `/v1/answers/${encodeURIComponent(id)}/refusals`, { body: { unit, reason, text: text.trim(), ...(proposed && { proposed }) } });
      announcement.value = t("refusal.done");
      if (body.answer.answer_id) return void go({ ...task, answer: body.answer.answer_id });
    } catch (cause) {
      setProblem(asProblem(cause));
    }
    setBusy(false);
  };
  const units = everyOf("units")?.filter((u) => u.id !== unit) ?? null;
  return (
    <form class="form" onSubmit={(e) => void send(e)} data-test="refusal-form">
      <label class="field">
        <span>{t("refusal.reason")}</span>
        <select value={reason} onChange={(e) => setReason(e.currentTarget.value as Reason)} data-test="refusal-reason">
          {reasons.map((r) => (
            <option key={r} value={r}>
              {word("refusal.reason", r)}
            </option>
          ))}
        </select>
      </label>
      <label class="field said">
        <span>{t("refusal.text")}</span>
        <textarea rows={2} required value={text} onInput={(e) => setText(e.currentTarget.value)} data-test="refusal-text" />
      </label>
      <Picker label={t("refusal.proposed")} placeholder={t("refusal.proposed.none")} optional choices={units && units.map((u) => ({ value: u.id, name: nameOf(u), detail: word("value", String(u["kind"] ?? "")), keys: `${u.name ?? ""} ${u.name_en ?? ""} ${u.code ?? ""}` }))} value={proposed} onChoose={setProposed} test="refusal-proposed" />
      <p class="hint">{t("refusal.line")}</p>
      {problem?.code === "illegal-transition" ? (
        <p class="hint bad" role="alert">
          {t("refusal.ended")}
        </p>
      ) : (
        problem && <Failure problem={problem} />
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy || !text.trim()} data-test="refusal-send">
          {t("refusal.send")}
        </button>
        <button type="button" onClick={onClose}>
          {t("edit.cancel")}
        </button>
      </div>
    </form>
  );
}
