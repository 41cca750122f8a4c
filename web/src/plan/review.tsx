import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { nameFor } from "../names";
import { Failure } from "../panel/problem";
import { Facts, Section, Skeleton, TaskLink } from "../panel/parts";
import { announcement } from "../state";
import { lang, moment, t, word, type Key } from "../text";
import type { Task } from "../url";
import { texts, today } from "./api";
import { inForce, needsText, type Person, type StepName } from "./steps";
import type { Judged, Revision, SignOff } from "./types";
import { dayText, revisionName, spanText } from "./words";

interface Props<R extends Revision> {
  judged: Judged<R>;
  steps: StepName[];
  who: Person | null;
  /** Whether unsaved edits have to be saved before a step. */
  unsaved: boolean;
  busy: StepName | null;
  problem: Problem | null;
  onStep: (step: StepName, text: string) => void;
}

interface ReviewProps<R extends Revision> extends Props<R> {
  /** Whether units have to consent to revisions of this kind. */
  consented: boolean;
  /** The other revisions, and what else belongs to the review. */
  children: ComponentChildren;
}

/** What has been said and consented to, what can be done next, and the other revisions. */
export function Review<R extends Revision>({ consented, children, ...props }: ReviewProps<R>) {
  const { subject: s, consents, missing } = props.judged;
  return (
    <div class="review" data-test="review">
      <Facts
        rows={[
          [t("plan.state"), t(`schedule.${s.state}`), "review-state"],
          [t("plan.author"), s.author],
          [t("plan.in.force"), spanText(s)],
          [t("plan.based.on"), s.based_on],
          [t("plan.calendar"), s.calendar],
        ]}
      />
      {consented && <Consents consents={consents} missing={missing} given={s.sign_offs ?? []} />}
      <Steps {...props} line={consented ? "step.line" : "rule.step.line"} />
      <Section title={t("plan.comments")} count={s.comments?.length ?? 0}>
        {s.comments?.length ? (
          <ol class="comments">
            {s.comments.map((c, i) => (
              <li key={i}>
                <small>
                  {c.by} · {moment(c.at)}
                  {c.step && ` · ${word("schedule", c.step)}`}
                </small>
                {c.text !== c.step && <p>{c.text}</p>}
              </li>
            ))}
          </ol>
        ) : (
          <p class="empty">{t("plan.comments.none")}</p>
        )}
      </Section>
      {children}
    </div>
  );
}

function Consents({ consents, missing, given }: { consents: string[]; missing: string[]; given: SignOff[] }) {
  return (
    <Section title={t("plan.consents")}>
      {consents.length === 0 ? (
        <p class="empty">{t("plan.consents.none")}</p>
      ) : (
        <ul class="consents">
          {consents.map((role) => {
            const one = given.find((o) => o.role === role);
            return (
              <li key={role} data-test={`consent-${role}`} data-given={!missing.includes(role)}>
                <Icon name={missing.includes(role) ? "clock" : "check"} />
                <span>
                  {t(`consent.${role}` as "consent.police")}
                  {t("text.colon")}
                  {one ? `${nameFor("units", one.unit)} · ${one.by} · ${moment(one.at)}` : t(missing.includes(role) ? "plan.consent.missing" : "plan.consent.given")}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

function Steps<R extends Revision>({ judged, steps, who, unsaved, busy, problem, onStep, line }: Props<R> & { line: "step.line" | "rule.step.line" }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<StepName | null>(null);
  const blocked = judged.findings.some((f) => f.blocks);
  const why = (step: StepName): string => {
    if (unsaved && step !== "redraft" && step !== "discard") return t("plan.save.first");
    if (blocked && ["submit", "approve", "publish"].includes(step)) return t("plan.blocked");
    if (step === "approve" && judged.missing.length > 0) return t("plan.approve.missing", { list: judged.missing.map((r) => t(`consent.${r}` as "consent.police")).join(t("text.list")) });
    if (needsText.includes(step) && !text.trim()) return t("plan.text.needed");
    return "";
  };
  const act = (step: StepName) => {
    if (step === "discard" && asked !== step) return setAsked(step);
    setAsked(null);
    onStep(step, text.trim());
    setText("");
  };
  return (
    <Section title={t("plan.next")}>
      {!who && (
        <p class="hint">
          <TaskLink to={{ kind: "account" }}>{t("plan.signin")}</TaskLink>
        </p>
      )}
      {who && steps.length === 0 && <p class="empty">{t(line === "rule.step.line" && judged.subject.state === "in_review" ? "rule.nothing.in_review" : `plan.nothing.to.do.${judged.subject.state}`)}</p>}
      {steps.some((s) => s !== "redraft" && s !== "discard") && (
        <label class="field">
          <span>{t("plan.comment")}</span>
          <textarea rows={2} value={text} onInput={(e) => setText(e.currentTarget.value)} data-test="step-text" />
        </label>
      )}
      <ul class="steps">
        {steps.map((step, i) => {
          const reason = why(step);
          return (
            <li key={step}>
              <button type="button" class={i === 0 && step !== "redraft" && step !== "return" ? "primary" : ""} disabled={busy !== null} aria-disabled={reason !== "" || busy !== null} aria-describedby={`step-${step}`} onClick={() => reason === "" && act(step)} data-test={`step-${step}`}>
                {asked === step ? t("plan.discard.sure") : t(`step.do.${step}`)}
              </button>
              <p id={`step-${step}`} class={reason ? "hint bad" : "hint"}>
                {reason || t(`${line}.${step}` as Key, { day: dayText(judged.subject.from), role: who?.consent ? t(`consent.${who.consent}` as "consent.police") : "" })}
              </p>
            </li>
          );
        })}
      </ul>
      {problem && <Failure problem={problem} />}
    </Section>
  );
}

/** The texts of the sign and of the notice, to copy. */
export function TextsView({ id, version }: { id: string; version: number }) {
  const loaded = useLoad(`${id}/${version}`, (signal) => texts(id, signal));
  if (loaded.kind === "failed") return null;
  const l = lang.value;
  return (
    <Section title={t("plan.texts")}>
      {!loaded.value ? (
        <Skeleton lines={3} />
      ) : (
        <>
          <CopyText title={t("plan.sign.text")} text={(loaded.value.sign[l] ?? []).join("\n")} test="sign-text" />
          <CopyText title={t("plan.notice.text")} text={loaded.value.notice[l] ?? ""} test="notice-text" />
        </>
      )}
    </Section>
  );
}

function CopyText({ title, text, test }: { title: string; text: string; test: string }) {
  const [state, setState] = useState<"" | "done" | "failed">("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("done");
      announcement.value = t("plan.copied");
    } catch {
      setState("failed");
    }
    setTimeout(() => setState(""), 3000);
  };
  return (
    <div class="copy-text">
      <div class="row spread">
        <strong>{title}</strong>
        <button type="button" class="quiet" onClick={() => void copy()}>
          <Icon name={state === "done" ? "check" : "copy"} />
          {state === "done" ? t("plan.copied") : state === "failed" ? t("plan.copy.failed") : t("plan.copy")}
        </button>
      </div>
      <pre data-test={test}>{text}</pre>
    </div>
  );
}

/** Revisions, the newest first. */
export function History<R extends Revision>({ list, now, taskOf }: { list: readonly R[]; now?: string; taskOf: (r: R) => Task }) {
  if (list.length === 0) return <p class="empty">{t("plan.history.none")}</p>;
  return (
    <ul class="rows" data-test="revisions">
      {list.map((s) => (
        <li key={s.id}>
          <TaskLink to={taskOf(s)} test={`revision-${s.code}`}>
            <span class="name">
              {revisionName(s)}
              {s.id === now && <span class="chip">{t("plan.this")}</span>}
              <small>{s.name}</small>
            </span>
            <StateChip revision={s} />
            <small>
              {spanText(s)} · {s.author}
            </small>
          </TaskLink>
        </li>
      ))}
    </ul>
  );
}

/** How far a revision is; of a published one, whether it is in force. */
export function StateChip({ revision: s }: { revision: Pick<Revision, "state" | "from" | "until"> }) {
  const force = s.state === "published" ? inForce(s, today()) : null;
  return (
    <span class="chip state-chip" data-state={s.state} data-force={force}>
      {t(`schedule.${s.state}`)}
      {force && ` · ${t(`inforce.${force}`)}`}
    </span>
  );
}
