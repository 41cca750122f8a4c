import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { asProblem } from "../load";
import { Section, TaskLink } from "../panel/parts";
import { problemText } from "../panel/problem";
import { publish } from "../rules/api";
import { conflictsOf } from "../rules/list";
import type { Rule } from "../rules/types";
import { amend, announcement, me } from "../state";
import { nameOf, t } from "../text";
import type { ProposedFile } from "./file";

/** What comes after looking: the approved rules are published here, what is not that far is led to its next step, and what files propose goes by the command line. */
export function Publishing({ rules, files }: { rules: readonly Rule[]; files: readonly ProposedFile[] }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const waiting = rules.filter((r) => r.state !== "approved");
  const own = rules.filter((r) => r.state === "approved" && r.author === me.value?.name);
  const ready = rules.length > 0 && waiting.length + own.length === 0;
  const act = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await publish(rules.map((r) => r.id));
      announcement.value = t("step.done.publish");
      amend({ kind: "rules", state: "published" });
    } catch (cause) {
      setProblem(asProblem(cause));
    }
    setBusy(false);
  };
  return (
    <Section title={t("impact.publish")}>
      {waiting.length > 0 && (
        <>
          <p class="hint">{t("impact.publish.waiting")}</p>
          <ul class="rows">
            {waiting.map((r) => (
              <li key={r.id}>
                <TaskLink to={{ kind: "rule", id: r.id, tab: "review" }} test={`impact-review-${r.code}`}>
                  <span class="name">
                    <code>{`${r.series}@${r.number}`}</code> {nameOf(r)}
                  </span>
                  <span class="amount">{t(`schedule.${r.state}`)}</span>
                </TaskLink>
              </li>
            ))}
          </ul>
        </>
      )}
      {own.length > 0 && me.value?.role === "publisher" && <p class="hint">{t("impact.publish.own")}</p>}
      {ready && me.value?.role !== "publisher" && <p class="hint">{t("impact.publish.who")}</p>}
      {ready && me.value?.role === "publisher" && (
        <div class="actions">
          <button type="button" class="primary" disabled={busy} onClick={() => void act()} data-test="impact-publish">
            {t("rules.publish", { n: rules.length })}
          </button>
        </div>
      )}
      {problem && (
        <p class="hint bad" role="alert">
          {problemText(problem)} {conflictsOf(problem)}
        </p>
      )}
      {files.map((f) => (
        <div key={f.name}>
          <p class="hint">{t("impact.publish.file", { name: f.name })}</p>
          <pre class="command" tabIndex={0}>{commandFor(f)}</pre>
        </div>
      ))}
    </Section>
  );
}

/** How a file is imported; days off have a form of their own. */
function commandFor({ layer, name }: ProposedFile): string {
  const file = /\s/.test(name) ? `"${name}"` : name;
  return layer === "notices" ? `wangge import calendar ${file}` : `wangge import ${layer} ${file} --crs cgcs2000`;
}
