import { useEffect, useRef, useState } from "preact/hooks";
import { csvOfRecords, download } from "../export";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { nameFor } from "../names";
import { Facts, Head, RuleLink, Skeleton, TaskLink } from "../panel/parts";
import { Failure } from "../panel/problem";
import { SelectField } from "../plan/inputs";
import { StateChip } from "../plan/review";
import { amend, client, go, layerRevision, me } from "../state";
import { moment, number, t, word } from "../text";
import type { Task } from "../url";
import { allRules } from "./api";
import { matching, maySuggest, refOf, saysIt, suggestions, type Suggestion } from "./suggest";
import type { Rule } from "./types";

type SuggestionsTask = Extract<Task, { kind: "suggestions" }>;

const orders = ["count", "last"] as const;

/** What repeated equal refusals suggest: each a rule that a draft can be made of. */
export function SuggestionsPanel({ task }: { task: SuggestionsTask }) {
  const [round, setRound] = useState(0);
  const may = maySuggest();
  const key = ["refusals", "rules"].map((l) => layerRevision.value[l] ?? 0).join("/");
  const loaded = useLoad(`suggestions/${key}/${may}/${round}`, async (signal) => (may ? { list: await suggestions(signal), rules: await allRules(null, signal) } : { list: [], rules: [] }), true);
  const list = loaded.value?.list;
  return (
    <div data-test="suggestions">
      <Head title={t("suggestions.title")} line={list && list.length > 0 ? <span data-test="count">{t("list.count", { n: number(list.length) })}</span> : t("suggestions.line")} />
      {!may ? (
        <div class="empty">
          <p>{t(me.value ? "suggestions.closed.role" : "suggestions.closed")}</p>
          {!me.value && (
            <p>
              <TaskLink to={{ kind: "account" }}>{t("plan.signin")}</TaskLink>
            </p>
          )}
        </div>
      ) : loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} retry={() => setRound(round + 1)} />
      ) : !loaded.value ? (
        <Skeleton lines={8} />
      ) : loaded.value.list.length === 0 ? (
        <p class="empty" data-test="suggestions-none">
          {t("suggestions.none")}
        </p>
      ) : (
        <Listed task={task} list={loaded.value.list} rules={loaded.value.rules} />
      )}
    </div>
  );
}

const matter = (s: Suggestion) => (s.category ? nameFor("categories", s.category) : t("suggestions.matter.none"));

function Listed({ task, list, rules }: { task: SuggestionsTask; list: readonly Suggestion[]; rules: readonly Rule[] }) {
  const [typed, setTyped] = useState(task.q ?? "");
  const [order, setOrder] = useState<(typeof orders)[number]>("count");
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (q: string) => {
    setTyped(q);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => amend({ kind: "suggestions", ...(q.trim() && { q: q.trim() }) }), 200);
  };
  const found = matching(list, task.q ?? "", (s) => [matter(s), nameFor("units", s.unit), nameFor("units", s.correct), ...s.grids.map((g) => nameFor("grids", g))].join(" "));
  const shown = [...found].sort((a, b) => (order === "count" ? b.count - a.count : Date.parse(b.last) - Date.parse(a.last)));
  return (
    <>
      <p class="prose">{t("suggestions.line")}</p>
      <div class="filter">
        <label class="field">
          <span class="hidden">{t("list.filter")}</span>
          <input type="search" placeholder={t("suggestions.filter")} value={typed} autocomplete="off" spellcheck={false} onInput={(e) => type(e.currentTarget.value)} data-test="filter" />
        </label>
        <SelectField label={t("suggestions.sort")} value={order} options={orders.map((o) => [o, t(`suggestions.sort.${o}`)] as const)} onValue={setOrder} test="suggestions-order" />
      </div>
      {shown.length === 0 ? (
        <div class="empty">
          <p>{t("list.empty")}</p>
          <button type="button" onClick={() => type("")}>
            {t("list.clear")}
          </button>
        </div>
      ) : (
        <ul class="suggestions">
          {shown.map((s) => (
            <li key={refOf(s)} class="plan-form" data-test="suggestion">
              <One suggestion={s} made={rules.filter((r) => saysIt(r, s))} />
            </li>
          ))}
        </ul>
      )}
      <div class="actions">
        <button type="button" onClick={() => download("suggestions.csv", [csvOfRecords(shown.map(recordOf))])} data-test="export">
          <Icon name="download" />
          {t("list.export")} CSV
        </button>
      </div>
    </>
  );
}

function recordOf(s: Suggestion): Record<string, string | number> {
  return { category: s.category ?? "", category_name: matter(s), unit: s.unit, unit_name: nameFor("units", s.unit), correct: s.correct, correct_name: nameFor("units", s.correct), rule: s.rule ?? "", count: s.count, first: s.first, last: s.last, grids: s.grids.join(" "), refusals: s.refusals.join(" ") };
}

function One({ suggestion: s, made }: { suggestion: Suggestion; made: readonly Rule[] }) {
  const unit = (id: string) => <TaskLink to={{ kind: "feature", layer: "units", id }}>{nameFor("units", id)}</TaskLink>;
  return (
    <>
      <h2>{t("suggestions.what", { category: matter(s), unit: nameFor("units", s.unit), n: number(s.count) })}</h2>
      <Facts
        rows={[
          [t("suggestions.correct"), unit(s.correct), "suggestion-correct"],
          [t("suggestions.by.rule"), s.rule ? <RuleLink rule={s.rule} /> : t("suggestions.by.various")],
          [t("suggestions.grids"), s.grids.map((g) => nameFor("grids", g)).join(t("text.list"))],
          [t("suggestions.span"), spanOfRefusals(s)],
        ]}
      />
      <Refusals ids={s.refusals} />
      {made.length > 0 && (
        <p class="hint">
          {t("suggestions.made")}
          {t("text.colon")}
          {made.map((r) => (
            <span key={r.id}>
              <TaskLink to={{ kind: "rule", id: r.id }}>{`${r.series}@${r.number}`}</TaskLink> <StateChip revision={r} />{" "}
            </span>
          ))}
        </p>
      )}
      {me.value?.role === "planner" && (
        <div class="actions">
          <button type="button" class={made.length > 0 ? "" : "primary"} onClick={() => go({ kind: "rule", id: "", of: refOf(s) })} data-test="suggestion-draft">
            <Icon name="edit" />
            {t("suggestions.draft")}
          </button>
        </div>
      )}
    </>
  );
}

function spanOfRefusals({ first, last }: Suggestion): string {
  const [from, to] = [moment(first), moment(last)];
  return from === to ? from : `${from} – ${to}`;
}

/** The refusals themselves, fetched when somebody looks: why, in words, when and by whom. */
function Refusals({ ids }: { ids: readonly string[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)} data-test="suggestion-refusals">
      <summary>{t("suggestions.refusals", { n: number(ids.length) })}</summary>
      {open && <Read ids={ids} />}
    </details>
  );
}

/** How many refusals are read. */
const most = 20;

function Read({ ids }: { ids: readonly string[] }) {
  const loaded = useLoad(ids.join(), (signal) => Promise.all(ids.slice(-most).map(async (id) => (await client.feature("refusals", id, undefined, signal)).feature)));
  if (loaded.kind === "failed") return <Failure problem={loaded.problem} />;
  if (!loaded.value) return <Skeleton lines={3} />;
  const text = (v: unknown) => (typeof v === "string" ? v : "");
  return (
    <ul class="rows">
      {loaded.value.map((f) => (
        <li key={f.id}>
          <TaskLink to={{ kind: "feature", layer: "refusals", id: f.id }}>
            <span class="name">
              {word("refusal.reason", text(f["reason"]))}
              <small>{text(f["text"])}</small>
            </span>
            <Icon name="next" />
            <small>{t("suggestions.author", { grid: nameFor("grids", text(f["grid"])), time: moment(f.valid_from ?? ""), who: text(f["author"]) })}</small>
          </TaskLink>
        </li>
      ))}
    </ul>
  );
}
