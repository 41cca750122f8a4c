import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { everyOf } from "../names";
import { categoryChoices } from "../panel/circumstances";
import { Head, Skeleton, TaskLink } from "../panel/parts";
import { Picker } from "../panel/picker";
import { Failure, problemText } from "../panel/problem";
import type { Problem } from "../api/problem";
import { asProblem } from "../load";
import { StateChip } from "../plan/review";
import { scheduleStates } from "../plan/types";
import { amend, announcement, at, go, layerRevision, me } from "../state";
import { nameOf, number, t, word } from "../text";
import type { Task } from "../url";
import { mayCompare } from "../impact/may";
import { allRules, publish } from "./api";
import { maySuggest } from "./suggest";
import { bands, type Rule } from "./types";
import { areaText, capital, categoriesText, thenText } from "./words";

type RulesTask = Extract<Task, { kind: "rules" }>;

/** How many rules are shown before the list asks for a narrower filter. */
const most = 300;

/** All rules of responsibility: search, filters, what is approved to be published together, and the way to the matrix. */
export function RulesPanel({ task }: { task: RulesTask }) {
  const [round, setRound] = useState(0);
  const instant = at.value;
  const loaded = useLoad(`rules/${instant}/${layerRevision.value["rules"] ?? 0}/${round}`, (signal) => allRules(instant, signal), true);
  const list = loaded.value?.filter((r) => matches(r, task)) ?? [];
  const filtered = Boolean(task.q || task.band || task.category || task.state);
  return (
    <>
      <Head title={t("rules.title")} line={loaded.value ? <span data-test="count">{filtered ? t("list.count.of", { n: number(list.length), total: number(loaded.value.length) }) : t("list.count", { n: number(list.length) })}</span> : t("rules.line")} />
      <div class="actions rules-actions">
        {me.value?.role === "planner" && (
          <button type="button" class="primary" onClick={() => go({ kind: "rule", id: "" })} data-test="rule-new">
            <Icon name="plus" />
            {t("rule.new")}
          </button>
        )}
        <TaskLink to={{ kind: "coverage" }} test="open-coverage">
          {t("coverage.open")}
        </TaskLink>
        {mayCompare() && (
          <TaskLink to={{ kind: "impact" }} test="open-impact">
            {t("impact.title")}
          </TaskLink>
        )}
        {maySuggest() && (
          <TaskLink to={{ kind: "suggestions" }} test="open-suggestions">
            {t("suggestions.open")}
          </TaskLink>
        )}
      </div>
      <Filters task={task} />
      {loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} retry={() => setRound(round + 1)} />
      ) : !loaded.value ? (
        <Skeleton lines={10} />
      ) : (
        <>
          {me.value?.role === "publisher" && <Publish approved={loaded.value.filter((r) => r.state === "approved")} />}
          {list.length === 0 ? (
            <div class="empty" data-test="empty">
              <p>{t(filtered ? "list.empty" : "rules.none")}</p>
              {filtered && (
                <button type="button" onClick={() => amend({ kind: "rules" })}>
                  {t("list.clear")}
                </button>
              )}
            </div>
          ) : (
            <ul class="rows" data-test="rules">
              {list.slice(0, most).map((r) => (
                <li key={r.id}>
                  <RuleLine rule={r} />
                </li>
              ))}
            </ul>
          )}
          {list.length > most && <p class="hint">{t("rules.more", { n: number(most) })}</p>}
        </>
      )}
    </>
  );
}

function RuleLine({ rule: r }: { rule: Rule }) {
  return (
    <TaskLink to={{ kind: "rule", id: r.id }} test={`rule-${r.code}`}>
      <span class="name">
        {nameOf({ ...r, code: r.code })} <code>{`${r.series}@${r.number}`}</code>
      </span>
      <StateChip revision={r} />
      <small>{[categoriesText(r.when?.categories), areaText(r.when?.area)].filter(Boolean).join(" · ")}</small>
      <small>{capital(thenText(r.then ?? {}))}</small>
    </TaskLink>
  );
}

/** Whether a rule is what the filters ask for. A category finds the rules that are about it, those about one above it, and those about one below. */
export function matches(r: Rule, { q, band, category, state }: Omit<RulesTask, "kind">): boolean {
  if (band && r.band !== band) return false;
  if (state && r.state !== state) return false;
  if (category && !(r.when?.categories ?? []).some((c) => c === category || category.startsWith(`${c}.`) || c.startsWith(`${category}.`))) return false;
  const text = [r.code, `${r.series}@${r.number}`, r.name, r.name_en ?? "", ...(r.when?.categories ?? []), r.basis?.item ? `吹哨${r.basis.item}` : ""].join(" ").toLowerCase();
  return (q ?? "").toLowerCase().split(/\s+/).every((w) => text.includes(w));
}

function Filters({ task }: { task: RulesTask }) {
  const [typed, setTyped] = useState(task.q ?? "");
  const timer = useRef(0);
  useEffect(() => setTyped(task.q ?? ""), [task.q]);
  const set = (change: Omit<RulesTask, "kind">) => {
    const next: RulesTask = { ...task, ...change };
    for (const key of ["q", "band", "category", "state"] as const) if (!next[key]) delete next[key];
    amend(next);
  };
  const type = (q: string) => {
    setTyped(q);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => set({ q: q.trim() }), 200);
  };
  return (
    <div class="filter rules-filter">
      <label class="field">
        <span class="hidden">{t("list.filter")}</span>
        <input type="search" placeholder={t("rules.search")} value={typed} autocomplete="off" spellcheck={false} onInput={(e) => type(e.currentTarget.value)} data-test="filter" />
      </label>
      <div class="pair">
        <Choice label={t("rule.field.band")} value={task.band ?? ""} options={bands.map((b) => [b, word("ruleband", b)])} onValue={(band) => set({ band })} test="filter-band" />
        <Choice label={t("plan.state")} value={task.state ?? ""} options={scheduleStates.map((s) => [s, word("schedule", s)])} onValue={(state) => set({ state })} test="filter-state" />
      </div>
      <Picker label={t("rule.field.when.categories")} choices={categoryChoices(everyOf("categories"))} value={task.category ?? ""} placeholder={t("rules.all")} optional onChoose={(category) => set({ category })} test="filter-category" />
    </div>
  );
}

function Choice({ label, value, options, onValue, test }: { label: string; value: string; options: ReadonlyArray<readonly [string, string]>; onValue: (v: string) => void; test: string }) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(e) => onValue(e.currentTarget.value)} data-test={test}>
        <option value="">{t("rules.all")}</option>
        {options.map(([v, name]) => (
          <option key={v} value={v}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The approved revisions, to be put into force together: all of those that are chosen, or none. */
function Publish({ approved }: { approved: readonly Rule[] }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (approved.length === 0) return null;
  const ids = chosen.filter((id) => approved.some((r) => r.id === id && r.author !== me.value?.name));
  const act = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await publish([...ids]);
      announcement.value = t("step.done.publish");
      setChosen([]);
    } catch (cause) {
      setProblem(asProblem(cause));
    }
    setBusy(false);
  };
  const wrong = problem && typeof problem.more["id"] === "string" ? approved.find((r) => r.id === problem.more["id"]) : undefined;
  return (
    <fieldset class="plan-form" data-test="publish-rules">
      <legend>{t("rules.approved", { n: approved.length })}</legend>
      {approved.map((r) => (
        <label key={r.id} class="switch-line">
          <input type="checkbox" checked={ids.includes(r.id)} disabled={busy || r.author === me.value?.name} onChange={(e) => setChosen(e.currentTarget.checked ? [...ids, r.id] : ids.filter((id) => id !== r.id))} />
          <span>
            <code>{`${r.series}@${r.number}`}</code> {nameOf(r)}
          </span>
        </label>
      ))}
      <div class="actions">
        <button type="button" class="primary" disabled={busy || ids.length === 0} onClick={() => void act()} data-test="publish-together">
          {t("rules.publish", { n: ids.length })}
        </button>
        {ids.length > 0 && (
          <TaskLink to={{ kind: "impact", rules: [...ids] }} test="impact-of-chosen">
            {t("impact.open.n", { n: ids.length })}
          </TaskLink>
        )}
      </div>
      {problem && (
        <p class="hint bad" role="alert">
          {wrong && `${wrong.series}@${wrong.number} `}
          {problemText(problem)} {conflictsOf(problem)}
        </p>
      )}
    </fieldset>
  );
}

/** What a refusal says stands in the way. */
export function conflictsOf(p: Problem): string {
  const list = p.more["conflicts"];
  return Array.isArray(list) ? list.map((c: { detail?: unknown }) => (typeof c.detail === "string" ? c.detail : "")).filter(Boolean).join("；") : "";
}
