import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icon";
import { mayCompare } from "../impact/may";
import { useLoad } from "../load";
import { Facts, Head, Section, Skeleton, TaskLink } from "../panel/parts";
import { Failure } from "../panel/problem";
import { calendar, today } from "../plan/api";
import { PlanConflict } from "../plan/conflict";
import { addDays } from "../plan/dates";
import { noDays } from "../plan/days";
import { FieldTable } from "../plan/difference";
import { useEditor, type Editor, type Kind, type Start } from "../plan/editor";
import { Findings } from "../plan/findings";
import { byOf, keysOfEdits, personOf, WideButton } from "../plan/panel";
import { History, Review, StateChip } from "../plan/review";
import { inForce, stepsFor } from "../plan/steps";
import { tabId, tabPanel, Tabs } from "../plan/tabs";
import { NewsLine, SaveBar } from "../plan/toolbar";
import type { Judged, Tagged } from "../plan/types";
import { spanText } from "../plan/words";
import { cornersOf } from "../sketch/ring";
import { useShownArea } from "../sketch/shown";
import { amend, client, go, layerRevision, me } from "../state";
import { nameOf, t, word } from "../text";
import { ruleTabs, type RuleTab, type Task } from "../url";
import { allRules, discard, idOf, judged as fetchJudged, saveRule, takeStep } from "./api";
import { partOf, useCheck, type Checked } from "./check";
import { changedFields, contentOf, differences, newRule, resolved, sameRule } from "./content";
import { RuleForm } from "./form";
import { showCorners } from "../sketch/field";
import { draftOf, refOf, suggestions, type Suggestion } from "./suggest";
import type { Rule, RuleContent, RuleFinding } from "./types";
import { findingText, partName, sentencesOf, shown } from "./words";

type RuleTask = Extract<Task, { kind: "rule" }>;

/** How far ahead a new draft begins, in days. */
const leadDays = 14;

/** How rules are edited. What two planners make at once has one place each, so nothing has to be set apart. */
const kind: Kind<RuleContent, Rule> = { layer: "rules", contentOf, same: sameRule, apart: (_, mine) => mine, differences, judged: fetchJudged, save: saveRule, step: takeStep, discard };

interface Loaded {
  id: string;
  start: Start<RuleContent, Rule>;
  /** The suggestion that a new draft comes from; null for one that is no longer there. */
  suggested?: Suggestion | null;
}

/** What was stored a moment ago under another address; it needs not be fetched again. */
let handed: Tagged<Judged<Rule>> | null = null;

/** A rule: in plain sentences, to be edited while it is a draft, compared with what is in force, reviewed and published. */
export function RulePanel({ task }: { task: RuleTask }) {
  const [round, setRound] = useState(0);
  const loaded = useLoad(`rule/${task.id}/${task.of ?? ""}/${round}`, (signal) => load(task, signal));
  if (loaded.kind === "failed") {
    return (
      <>
        <Head title={task.id || t("rule.new")} line={t("kind.rule")} />
        <Failure problem={loaded.problem} retry={() => setRound(round + 1)} />
      </>
    );
  }
  if (!loaded.value) {
    return (
      <>
        <Head title={t("app.loading")} line={t("kind.rule")} />
        <Skeleton lines={10} />
      </>
    );
  }
  return <Ruler task={task} {...loaded.value} />;
}

async function load({ id: ref, of }: RuleTask, signal: AbortSignal): Promise<Loaded> {
  if (!ref) return of ? suggested(of, signal) : { id: "", start: { judged: null, etag: "", content: newRule(firstDay()) } };
  const id = await idOf(ref, signal);
  const found = handed?.body.subject.id === id ? handed : await fetchJudged(id, signal);
  handed = null;
  return { id, start: { judged: found.body, etag: found.etag, content: contentOf(found.body.subject) } };
}

const firstDay = () => addDays(today(), leadDays);

/** A new draft with what refusals suggest. */
async function suggested(of: string, signal: AbortSignal): Promise<Loaded> {
  const s = (await suggestions(signal)).find((one) => refOf(one) === of) ?? null;
  if (!s) return { id: "", start: { judged: null, etag: "", content: newRule(firstDay()) }, suggested: null };
  const [category, unit] = await Promise.all([s.category ? client.feature("categories", s.category, undefined, signal).then((f) => f.feature, () => null) : null, client.feature("units", s.correct, undefined, signal).then((f) => f.feature, () => null)]);
  return { id: "", start: { judged: null, etag: "", content: draftOf(s, firstDay(), category, unit) }, suggested: s };
}

function Ruler({ task, id, start, suggested: from }: Loaded & { task: RuleTask }) {
  const onStored = (stored: Tagged<Judged<Rule>>) => {
    if (!stored.body.subject.id) return void go({ kind: "rules" });
    handed = stored;
    const next: Task = { kind: "rule", id: stored.body.subject.id };
    if (id) go(next);
    else amend(next);
  };
  const editor = useEditor(kind, `rules/${id || (task.of ? `new/${task.of}` : "new")}`, id, start, onStored);
  const { content, judged } = editor;
  const root = useRef<HTMLDivElement>(null);
  const rule = judged?.subject ?? null;
  const series = rule?.series ?? "";
  const list = useLoad(`rules/${series}/${layerRevision.value["rules"] ?? 0}/${editor.etag}`, (signal) => (series ? allRules(null, signal, series) : Promise.resolve([])), true).value ?? [];
  const days = useLoad(`days/${layerRevision.value["notices"] ?? 0}`, (signal) => calendar(today(), addDays(today(), 366), signal), true).value ?? noDays;
  const now = list.find((r) => r.id !== id && r.state === "published" && inForce(r, today()) === "in_force") ?? list.find((r) => r.id !== id && r.state === "published") ?? null;
  const editable = me.value?.role === "planner" && (!rule || rule.state === "draft");
  const checked = useCheck(content, id, judged, ownFault);
  const tab: RuleTab = task.tab ?? "rule";
  const show = (next: RuleTab) => {
    amend({ kind: "rule", id: task.id, ...(task.of && { of: task.of }), ...(next !== "rule" && { tab: next }) });
    root.current?.closest(".panel-body")?.scrollTo(0, 0);
  };
  useLayoutEffect(() => keysOfEdits(editor, () => editable && editor.changed && void editor.save()));
  useShownArea(content.when.area?.polygon, !editable || tab !== "rule");
  const focus = (part: string) => {
    if (tab !== "rule") show("rule");
    requestAnimationFrame(() => {
      const box = root.current?.querySelector<HTMLElement>(`[data-part="${part}"]`) ?? root.current?.querySelector<HTMLElement>(".rule-form");
      if (box instanceof HTMLDetailsElement) box.open = true;
      box?.querySelector<HTMLElement>("input, select, button")?.focus();
    });
  };
  if (editor.theirs) {
    const { theirs } = editor;
    return (
      <div ref={root} class="plan">
        <Head title={t("plan.conflict.title")} line={content.name} />
        <PlanConflict key={theirs.etag} resolvedBy={(choices) => resolved(theirs.content, choices)} nameOf={(d) => partName(d.field)} shown={shown} by={byOf(theirs.subject)} list={theirs.list} saving={editor.busy === "save"} problem={editor.problem} onResolve={editor.resolve} onCancel={editor.later} />
      </div>
    );
  }
  const who = personOf();
  return (
    <div ref={root} class="plan rule" data-test="rule-panel" data-editable={editable} data-state={rule?.state ?? "new"}>
      <Head title={nameOf(content) || t("rule.new")} line={<TitleLine rule={rule} content={content} />}>
        <WideButton />
      </Head>
      <NewsLine editor={editor} />
      {!me.value && <p class="hint">{t("plan.read.only")}</p>}
      {from !== undefined && (
        <p class="hint" data-test="rule-suggested">
          {from ? t("suggestions.from", { n: from.count, grids: from.grids.length }) : t("suggestions.gone")}
        </p>
      )}
      <Tabs label={t("rule.tabs")} tabs={ruleTabs.filter((p) => p === "rule" || rule !== null)} tab={tab} nameOf={(p) => t(p === "rule" ? "rule.tab.rule" : `plan.tab.${p}`)} onTab={show} />
      <div role="tabpanel" id={tabPanel} aria-labelledby={tabId(tab)}>
        {tab === "rule" && (
          <div class="plan-columns rule-columns">
            <div class="plan-main">
              <Sentences content={content} />
              {me.value && <Found checked={checked} onGo={(f) => focus(partOf(f))} onFault={(p) => focus(partByPointer(p))} />}
            </div>
            {editable ? (
              <div class="plan-side">
                <RuleForm content={content} days={days} faults={checked.faults} disabled={!editable} onChange={editor.edit} />
              </div>
            ) : (
              rule && <Record rule={rule} editor={editor} />
            )}
          </div>
        )}
        {tab === "difference" && (now ? <Compared before={now} content={content} /> : <p class="empty">{t("rule.first.revision")}</p>)}
        {tab === "review" && judged && (
          <Review
            judged={{ ...judged, findings: checked.own }}
            steps={stepsFor(judged, who, today())}
            who={who}
            unsaved={editor.changed}
            busy={editor.busy === "save" ? null : editor.busy}
            problem={editor.problem}
            consented={false}
            onStep={(step, text) => void editor.step(step, text, null)}
          >
            {mayCompare() && rule && ["draft", "in_review", "approved"].includes(rule.state) && (
              <div class="actions">
                <TaskLink to={{ kind: "impact", rules: [rule.id] }} test="impact-of-rule">
                  {t("impact.open.one")}
                </TaskLink>
              </div>
            )}
            <Section title={t("plan.history")}>
              <History list={list} now={id} taskOf={(r) => ({ kind: "rule", id: r.id })} />
            </Section>
          </Review>
        )}
      </div>
      {editable && (
        <SaveBar editor={editor} stored={id !== ""} faults={checked.faults.length} onReview={() => show("review")} onDrop={() => editor.edit(t("plan.step.drop"), editor.base)}>
          <Blocked findings={checked.own} onGo={(f) => focus(partOf(f))} />
        </SaveBar>
      )}
    </div>
  );
}

function TitleLine({ rule, content }: { rule: Rule | null; content: RuleContent }) {
  return (
    <>
      {rule ? <code>{`${rule.series}@${rule.number}`}</code> : t("plan.new")} {rule && <StateChip revision={rule} />} {word("ruleband", content.band)}
      {" · "}
      {spanText(content)}
    </>
  );
}

/** The rule in plain words. */
function Sentences({ content }: { content: RuleContent }) {
  return (
    <ul class="sentences" data-test="sentences">
      {sentencesOf(content).map((s) => (
        <li key={s.part}>{s.text}</li>
      ))}
    </ul>
  );
}

/** The findings of the check beside what is edited. */
function Found({ checked, onGo, onFault }: { checked: Checked; onGo: Parameters<typeof Findings>[0]["onGo"]; onFault: (pointer: string) => void }) {
  return (
    <>
      <Findings findings={checked.own} faults={checked.faults} textOf={findingText} fieldOf={partName} busy={checked.busy} onGo={onGo} onFault={onFault} />
      {checked.failed && <p class="hint">{t("rule.not.checked")}</p>}
      {checked.others > 0 && (
        <p class="hint">
          <TaskLink to={{ kind: "coverage" }}>{t("rule.other.findings", { n: checked.others })}</TaskLink>
        </p>
      )}
    </>
  );
}

/** What blocks, at the foot of a long form: the first finding, and how many there are. */
function Blocked({ findings, onGo }: { findings: readonly RuleFinding[]; onGo: (f: RuleFinding) => void }) {
  const blocks = findings.filter((f) => f.blocks);
  const first = blocks[0];
  if (!first) return null;
  return (
    <button type="button" class="finding blocks" onClick={() => onGo(first)} data-test="rule-blocked">
      <Icon name="warn" />
      <span>
        <b>{t("plan.findings.block", { n: blocks.length })}</b> {findingText(first)}
      </span>
    </button>
  );
}

/** What else is known of a revision that is not edited, and the way to the next one. */
function Record({ rule, editor }: { rule: Rule; editor: Editor<RuleContent, Rule> }) {
  return (
    <div class="plan-side">
      <Facts
        rows={[
          [t("rule.field.series"), <code>{rule.series}</code>],
          [t("plan.state"), t(`schedule.${rule.state}`), "rule-state"],
          [t("plan.in.force"), spanText(rule)],
          [t("plan.author"), rule.author],
          [t("plan.documents"), rule.documents?.join("；")],
          [t("plan.based.on"), rule.based_on],
        ]}
      />
      <div class="actions">
        {rule.when?.area?.polygon && (
          <button type="button" onClick={() => showCorners(cornersOf(rule.when?.area?.polygon))} data-test="sketch-show">
            <Icon name="pin" />
            {t("sketch.show")}
          </button>
        )}
        {me.value?.role === "planner" && (
          <button type="button" class="primary" disabled={editor.busy !== null} onClick={() => void editor.step("redraft", "", null)} data-test="rule-redraft">
            <Icon name="edit" />
            {t("rule.redraft")}
          </button>
        )}
      </div>
      {editor.problem && <Failure problem={editor.problem} />}
    </div>
  );
}

/** What differs from the revision that is in force, or was published last. */
function Compared({ before, content }: { before: Rule; content: RuleContent }) {
  const list = changedFields(contentOf(before), content);
  return (
    <Section title={t("rule.compared", { rule: `${before.series}@${before.number}` })} count={list.length}>
      <div data-test="rule-difference">{list.length === 0 ? <p class="empty">{t("plan.no.difference")}</p> : <FieldTable list={list} nameOf={(d) => partName(d.field)} shown={shown} />}</div>
    </Section>
  );
}

function ownFault(pointer: string): string {
  if (pointer === "/name") return t("rule.name.needed");
  if (pointer === "/until") return t("plan.until.bad");
  if (pointer === "/from") return t("plan.day.bad");
  if (pointer === "/basis/item") return t("rule.item.needed");
  if (pointer === "/when/area/polygon") return t("sketch.fault");
  if (pointer === "/when/area/road") return t("rule.road.needed");
  return t("rule.unit.needed");
}

/** The part of the form that has the field of a pointer. */
function partByPointer(pointer: string): string {
  const [, first = "", second = ""] = pointer.split("/");
  return first === "when" ? `when/${second}` : first === "from" ? "until" : first;
}
