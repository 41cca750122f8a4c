import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Feature } from "../api/types";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { isSeen, showBox, zoom } from "../map/map";
import { featureFor } from "../names";
import { Failure } from "../panel/problem";
import { Head, Section, Skeleton } from "../panel/parts";
import { boxOf, placeOn } from "../place";
import { amend, at, client, go, layerRevision, me, planWide, remember } from "../state";
import { nameOf, t } from "../text";
import { planTabs, type PlanTab, type Task } from "../url";
import { calendar, discard, judged as fetchJudged, revisions, saveDraft, takeStep, today } from "./api";
import { PlanConflict } from "./conflict";
import { addException, addWindow, contentOf, exceptionAt, newContent, newException, newWindow, refOfRule, removeException, removeWindow, replaceException, replaceWindow, sameContent, sameRef, stable, windowAt, type Ref } from "./content";
import { addDays, isDay, mondayOf, placeOf, weekdayOf } from "./dates";
import { noDays } from "./days";
import { DifferenceView, partName, pointerName, shown } from "./difference";
import { scheduleKey } from "./draft";
import { useEditor, type Editor, type Kind, type Start } from "./editor";
import { ExceptionForm } from "./exceptionform";
import { Findings } from "./findings";
import { apart, differences, resolved } from "./merge";
import { usePreview } from "./preview";
import { History, Review, StateChip, TextsView } from "./review";
import { RevisionForm } from "./revisionform";
import { consentOf, inForce, stepsFor, type Person, type StepName } from "./steps";
import { RuleTable } from "./table";
import { tabId, tabPanel, Tabs } from "./tabs";
import { NewsLine, SaveBar, WeekHead } from "./toolbar";
import type { Content, Finding, Judged, Revision, Schedule } from "./types";
import { barKey, WeekEditor } from "./weekeditor";
import { WindowForm } from "./windowform";
import { findingText, revisionName, spanText } from "./words";
import { Workbook } from "./workbook";
import { YearCalendar } from "./year";

type PlanTask = Extract<Task, { kind: "plan" }>;

/** From this zoom on a zone is a street and not a dot. */
const closeUp = 14.5;

/** How far ahead a new draft begins, in days: time for review, consent and the signs. */
const leadDays = 14;

interface Loaded {
  zone: Feature;
  list: Schedule[];
  start: Start<Content, Schedule>;
}

/** How schedules are edited. */
const kind: Kind<Content, Schedule> = { layer: "schedules", contentOf, same: sameContent, apart, differences, judged: fetchJudged, save: saveDraft, step: takeStep, discard };

/** What was stored a moment ago under another address; it needs not be fetched again. */
let handed: { id: string; body: Judged; etag: string } | null = null;

/** The planner's screen for one zone: a revision of its schedule, or a new draft. */
export function PlanPanel({ task }: { task: PlanTask }) {
  const [round, setRound] = useState(0);
  const loaded = useLoad(`plan/${task.zone}/${task.id ?? ""}/${round}`, (signal) => load(task, signal));
  const seen = loaded.value?.zone;
  useEffect(() => {
    const place = seen?.geometry && placeOn(seen.geometry);
    if (place && (zoom.peek() < closeUp || !isSeen(place[0], place[1]))) showBox(boxOf(seen.geometry!));
  }, [seen?.id]);
  if (loaded.kind === "failed") {
    return (
      <>
        <Head title={t("plan.title")} />
        <Failure problem={loaded.problem} retry={() => setRound(round + 1)} />
      </>
    );
  }
  if (!loaded.value) {
    return (
      <>
        <Head title={t("app.loading")} line={t("plan.title")} />
        <Skeleton lines={10} />
      </>
    );
  }
  return <Planner task={task} {...loaded.value} />;
}

async function load(task: PlanTask, signal: AbortSignal): Promise<Loaded> {
  const kept = handed?.id === task.id ? handed : null;
  const [{ feature }, list, found] = await Promise.all([client.feature("zones", task.zone, undefined, signal), revisions(task.zone, null, signal), task.id ? (kept ?? fetchJudged(task.id, signal)) : null]);
  handed = null;
  if (found) return { zone: feature, list, start: { judged: found.body, etag: found.etag, content: contentOf(found.body.subject) } };
  return { zone: feature, list, start: { judged: null, etag: "", content: freshContent(feature, list) } };
}

/** What a new draft begins as: what is published, from a day on that leaves time for review. */
function freshContent(zone: Feature, list: readonly Schedule[]): Content {
  const from = addDays(today(), leadDays);
  const published = publishedOf(list);
  if (!published) return newContent(zone.id, t("plan.new.name", { zone: nameOf(zone) }), from);
  const { until: _, ...content } = contentOf(published);
  return { ...content, from: published.from > from ? addDays(published.from, 1) : from, based_on: published.code };
}

/** The published revision that holds now, or else the next. */
function publishedOf(list: readonly Schedule[]): Schedule | null {
  const now = today();
  return list.find((s) => s.state === "published" && inForce(s, now) === "in_force") ?? list.find((s) => s.state === "published") ?? null;
}

type Selection = { kind: "window"; ref: Ref } | { kind: "exception"; id: string } | null;

function Planner({ task, zone, start, list: first }: Loaded & { task: PlanTask }) {
  const id = task.id ?? "";
  const onStored = ({ body, etag }: { body: Judged; etag: string }) => {
    if (!body.subject.id) return void go({ kind: "feature", layer: "zones", id: task.zone });
    handed = { id: body.subject.id, body, etag };
    const next: Task = { kind: "plan", zone: task.zone, id: body.subject.id, ...(task.day && { day: task.day }) };
    if (id) go(next);
    else amend(next);
  };
  const editor = useEditor(kind, scheduleKey(task.zone, id), id, start, onStored);
  const { content, judged } = editor;
  const [selected, setSelected] = useState<Selection>(null);
  const focusForm = useRef(false);
  const root = useRef<HTMLDivElement>(null);
  const edition = layerRevision.value["schedules"] ?? 0;
  const refreshed = useLoad(`revisions/${task.zone}/${edition}/${editor.etag}`, (signal) => revisions(task.zone, null, signal), true);
  const list = refreshed.value ?? first;
  const published = publishedOf(list.filter((s) => s.id !== id));

  // A draft that is not in force yet is shown in its first week.
  const now = placeOf(at.value ?? Date.now()).day;
  const day = task.day ?? (at.value === null && isDay(content.from) && content.from > now ? content.from : now);
  const year = Number(day.slice(0, 4));
  const loadedDays = useLoad(`days/${year}/${layerRevision.value["notices"] ?? 0}`, (signal) => calendar(`${year - 1}-12-01`, `${year + 1}-02-01`, signal), true);
  const days = loadedDays.value ?? noDays;

  const editable = me.value?.role === "planner" && (!judged || judged.subject.state === "draft");
  const from = content.from > day ? content.from : mondayOf(day);
  const seen = usePreview(content, id, isDay(from) ? from : today(), editor.changed || !id, (p) => ownFault(p));
  const findings = seen.preview && (editor.changed || !judged || seen.preview.findings.length > 0) ? seen.preview.findings : (judged?.findings ?? seen.preview?.findings ?? []);
  const blocked = new Set(findings.filter((f) => f.blocks).flatMap((f) => f.ids.map((one) => one.split("/").slice(1).join("/"))));

  const tab = task.tab ?? "week";
  const show = (change: { tab?: PlanTab; day?: string }) => {
    amend({ ...task, ...change });
    if (change.tab && change.tab !== tab) root.current?.closest(".panel-body")?.scrollTo(0, 0);
  };
  const open = (s: Selection, byKey = true) => {
    focusForm.current = byKey;
    setSelected(s);
  };
  const close = () => {
    const was = selected;
    setSelected(null);
    queueMicrotask(() => {
      const bar = was?.kind === "window" ? [...(root.current?.querySelectorAll<HTMLElement>("[data-bar]") ?? [])].find((b) => b.dataset["bar"]?.endsWith(barKey("", was.ref))) : null;
      (bar ?? root.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]'))?.focus();
    });
  };
  // Not at once: the key that opens the form must not be one of its first field.
  useEffect(() => {
    if (!focusForm.current || !selected) return;
    focusForm.current = false;
    const form = root.current?.querySelector<HTMLElement>(".plan-side .plan-form");
    form?.querySelector<HTMLElement>("select, input")?.focus({ preventScroll: true });
    if (form) bringUp(form);
  }, [selected]);
  // At once after each drawing: the next key may come before the browser has painted.
  useLayoutEffect(() => keysOfEdits(editor, () => editable && editor.changed && void editor.save()));

  const isChanged = (r: Ref) => stable(windowAt(editor.base, r)) !== stable(windowAt(content, r));
  /** Leads to what a finding is about: first to what was edited, and when it is shown to the next. */
  const goTo = (f: Finding) => {
    const refs = f.ids.map((one) => refOfRule(content, one)).filter((r) => r !== null);
    const ownFirst = [...refs.filter((r) => isChanged(r)), ...refs.filter((r) => !isChanged(r))];
    const shown = ownFirst.findIndex((r) => selected?.kind === "window" && sameRef(r, selected.ref));
    const ref = ownFirst[(shown + 1) % ownFirst.length] ?? null;
    const exception = f.ids.map((one) => exceptionAt(content, one.split("/")[1] ?? null)).find((x) => x !== null) ?? null;
    if (f.date) show({ tab: "week", day: f.date });
    else show({ tab: ref ? "week" : exception ? "year" : "week" });
    if (ref) open({ kind: "window", ref });
    else if (exception) open({ kind: "exception", id: exception.id });
    else root.current?.querySelector<HTMLElement>(".plan-revision input")?.focus();
  };
  const goToFault = (pointer: string) => {
    const [, group, index, inner, innerIndex] = pointer.split("/");
    const window = group === "windows" ? content.windows[Number(index)] : undefined;
    const exception = group === "exceptions" ? content.exceptions?.[Number(index)] : undefined;
    const own = inner === "windows" ? exception?.windows?.[Number(innerIndex)] : undefined;
    if (window) open({ kind: "window", ref: { window: window.id } });
    else if (exception && own) open({ kind: "window", ref: { exception: exception.id, window: own.id } });
    else if (exception) open({ kind: "exception", id: exception.id });
    else root.current?.querySelector<HTMLElement>(`.plan-revision [data-test="revision-${group}"], .plan-revision input`)?.focus();
  };

  const addAt = (on: string, exception?: string) => {
    const w = newWindow(content, 20 * 60, 660, exception === undefined ? weekdayOf(on) : undefined, exception);
    editor.edit(t("plan.step.add"), addWindow(content, w, exception));
    open({ kind: "window", ref: { window: w.id, ...(exception !== undefined && { exception }) } });
  };
  const who = personOf();
  const steps = judged ? stepsFor(judged, who, today()) : [];
  const s = judged?.subject ?? null;
  const escape = (e: KeyboardEvent) => {
    if (e.key !== "Escape" || !selected || e.defaultPrevented) return;
    e.preventDefault();
    close();
  };

  if (editor.theirs) {
    const { theirs } = editor;
    return (
      <div ref={root} class="plan">
        <Head title={t("plan.conflict.title")} line={nameOf(zone)} />
        <PlanConflict key={theirs.etag} resolvedBy={(choices) => resolved(theirs.content, choices)} nameOf={partName} shown={shown} by={byOf(theirs.subject)} list={theirs.list} saving={editor.busy === "save"} problem={editor.problem} onResolve={editor.resolve} onCancel={editor.later} />
      </div>
    );
  }
  const faultsAt = (prefix: string): Record<string, string> => Object.fromEntries(seen.faults.filter((f) => f.pointer.startsWith(prefix)).map((f) => [f.pointer.slice(prefix.length).split("/")[0]!, f.detail]));
  return (
    <div ref={root} class="plan" onKeyDown={escape} data-test="plan-panel" data-editable={editable}>
      <Head title={nameOf(zone) || zone.id} line={<TitleLine s={s} content={content} editable={editable} />}>
        <WideButton />
      </Head>
      <NewsLine editor={editor} />
      {!me.value && <p class="hint">{t("plan.read.only")}</p>}
      <Tabs label={t("plan.tabs")} tabs={planTabs.filter((p) => p !== "review" || judged !== null)} tab={tab} nameOf={(p) => t(`plan.tab.${p}`)} onTab={(next) => show({ tab: next })} />
      <div class="plan-columns">
        <div class="plan-main" role="tabpanel" id={tabPanel} aria-labelledby={tabId(tab)}>
          {tab === "week" && (
            <>
              <WeekHead day={day} days={days} onDay={(d) => show({ day: d })} />
              <WeekEditor
                content={content}
                days={days}
                day={day}
                editable={editable}
                selected={selected?.kind === "window" ? selected.ref : null}
                blocked={blocked}
                onEdit={editor.edit}
                onOpen={(ref, byKey) => open({ kind: "window", ref }, byKey)}
                onDay={(d) => show({ day: d })}
              />
              <p id="week-keys" class="hint week-keys">
                {t(editable ? "plan.week.keys" : "plan.week.read")}
              </p>
            </>
          )}
          {tab === "year" && (
            <YearCalendar
              content={content}
              days={days}
              year={year}
              editable={editable}
              selected={selected?.kind === "exception" ? selected.id : null}
              today={today()}
              onYear={(y) => show({ day: y === Number(today().slice(0, 4)) ? today() : `${y}-01-01` })}
              onAdd={(a, b) => {
                const x = newException(content, a, b, "");
                editor.edit(t("plan.step.exception"), addException(content, x));
                open({ kind: "exception", id: x.id });
              }}
              onOpen={(x) => open({ kind: "exception", id: x })}
              onWeek={(d) => show({ tab: "week", day: d })}
            />
          )}
          {tab === "difference" && <DifferenceView content={content} published={published && contentOf(published)} preview={seen.preview} from={isDay(from) ? from : today()} days={days} />}
          {tab === "review" && judged && (
            <Review
              judged={{ ...judged, findings }}
              steps={steps}
              who={who}
              unsaved={editor.changed}
              busy={editor.busy === "save" ? null : editor.busy}
              problem={editor.problem}
              onStep={(step: StepName, text: string) => void editor.step(step, text, who?.consent ?? null)}
              consented
            >
              <TextsView id={judged.subject.id} version={judged.subject.version} />
              <Section title={t("plan.history")}>
                <History list={list} now={judged.subject.id} taskOf={(one) => ({ kind: "plan", zone: one.zone, id: one.id })} />
              </Section>
            </Review>
          )}
          {tab !== "review" && <Findings findings={findings} faults={seen.faults} textOf={(f) => findingText(f, content)} fieldOf={(pointer) => pointerName(pointer, content)} busy={seen.busy} onGo={goTo} onFault={goToFault} />}
        </div>
        {(tab === "week" || tab === "year") && (
          <div class="plan-side">
            <Selected editor={editor} selected={selected} days={days} editable={editable} faultsAt={faultsAt} onClose={close} onSelect={open} onAddWindow={(x) => addAt(day, x)} />
            <RuleTable
              content={content}
              selected={selected?.kind === "window" ? selected.ref : null}
              selectedException={selected?.kind === "exception" ? selected.id : null}
              editable={editable}
              onOpen={(ref) => open({ kind: "window", ref })}
              onException={(x) => open({ kind: "exception", id: x })}
              onAdd={() => addAt(day)}
            />
            <RevisionForm content={content} faults={faultsAt("/")} disabled={!editable} onChange={(next) => editor.edit(t("plan.step.revision"), next)} />
            <Workbook id={id} editable={editable} onRead={(read) => editor.edit(t("plan.step.workbook"), fromWorkbook(content, read.schedule))} />
          </div>
        )}
      </div>
      {editable && <SaveBar editor={editor} stored={id !== ""} faults={seen.faults.length} onReview={() => show({ tab: "review" })} onDrop={() => editor.edit(t("plan.step.drop"), editor.base)} />}
    </div>
  );
}

/** What a workbook says, as content of the draft that it was read into. */
function fromWorkbook(content: Content, read: Content): Content {
  const { based_on: _, ...rest } = read;
  return contentOf({ ...rest, zone: content.zone, name: read.name || content.name, from: read.from || content.from, ...(content.based_on && { based_on: content.based_on }) });
}

/** Gives the panel two thirds of the window, or a third. */
export function WideButton() {
  return (
    <button type="button" class="quiet plan-wide" aria-pressed={planWide.value} aria-label={t("plan.wide")} title={t("plan.wide")} onClick={flipWide} data-test="plan-wide">
      <Icon name={planWide.value ? "narrow" : "wide"} />
    </button>
  );
}

function flipWide(): void {
  planWide.value = !planWide.value;
  remember("plan.wide", planWide.value ? "yes" : "");
}

/** The keys of undo, redo and, where there is something to save, of saving, until what is returned is called. */
export function keysOfEdits(edits: { undo: () => void; redo: () => void }, save?: () => void): () => void {
  const key = (e: KeyboardEvent) => {
    if (e.defaultPrevented || !(e.ctrlKey || e.metaKey) || e.altKey || typing(e.target)) return;
    const k = e.key.toLowerCase();
    if (k === "z" && !e.shiftKey) edits.undo();
    else if (k === "y" || (k === "z" && e.shiftKey)) edits.redo();
    else if (k === "s" && save) save();
    else return;
    e.preventDefault();
  };
  addEventListener("keydown", key);
  return () => removeEventListener("keydown", key);
}

function TitleLine({ s, content, editable }: { s: Schedule | null; content: Content; editable: boolean }) {
  return (
    <>
      {s ? revisionName(s) : t(editable ? "plan.new" : "plan.title")} {s && <StateChip revision={s} />} {spanText(content)}
    </>
  );
}

/** The last hand that is known to have saved a revision: the comments name the steps, else the author. */
export function byOf(s: Revision): string {
  return s.author === me.peek()?.name ? "" : s.author;
}

export function personOf(): Person | null {
  const who = me.value;
  if (!who) return null;
  return { name: who.name, role: who.role, consent: who.role === "unit-agent" || who.role === "reviewer" ? consentOf(who.unit ? String(featureFor("units", who.unit)?.["kind"] ?? "") : "") : null };
}

function ownFault(pointer: string): string {
  if (pointer === "/name") return t("plan.name.needed");
  if (pointer.endsWith("/reason")) return t("plan.reason.needed");
  return t(pointer === "/until" ? "plan.until.bad" : "plan.day.bad");
}

interface SelectedProps {
  editor: Editor<Content, Schedule>;
  selected: Selection;
  days: Parameters<typeof WindowForm>[0]["days"];
  editable: boolean;
  faultsAt: (prefix: string) => Record<string, string>;
  onClose: () => void;
  onSelect: (s: Selection) => void;
  onAddWindow: (exception: string) => void;
}

/** The form of what is selected. */
function Selected({ editor, selected, days, editable, faultsAt, onClose, onSelect, onAddWindow }: SelectedProps) {
  const { content } = editor;
  if (selected?.kind === "window") {
    const { ref } = selected;
    const w = windowAt(content, ref);
    if (!w) return null;
    const x = content.exceptions?.findIndex((one) => one.id === ref.exception) ?? -1;
    const list = ref.exception === undefined ? content.windows : (content.exceptions?.[x]?.windows ?? []);
    const pointer = `${ref.exception === undefined ? "" : `/exceptions/${x}`}/windows/${list.indexOf(w)}/`;
    return (
      <WindowForm
        key={`${ref.exception ?? ""}/${ref.window}`}
        window={w}
        days={days}
        faults={faultsAt(pointer)}
        disabled={!editable}
        onChange={(next) => editor.edit(t("plan.step.window"), replaceWindow(content, ref, next))}
        onRemove={() => {
          editor.edit(t("plan.step.remove"), removeWindow(content, ref));
          onClose();
        }}
        onClose={onClose}
      />
    );
  }
  if (selected?.kind === "exception") {
    const x = exceptionAt(content, selected.id);
    if (!x) return null;
    return (
      <ExceptionForm
        key={x.id}
        exception={x}
        days={days}
        faults={faultsAt(`/exceptions/${content.exceptions!.indexOf(x)}/`)}
        disabled={!editable}
        onChange={(next) => editor.edit(t("plan.step.exception"), replaceException(content, x.id, next))}
        onRemove={() => {
          editor.edit(t("plan.step.remove"), removeException(content, x.id));
          onClose();
        }}
        onClose={onClose}
        onWindow={(window) => (window === null ? onAddWindow(x.id) : onSelect({ kind: "window", ref: { exception: x.id, window } }))}
      />
    );
  }
  return editable ? <p class="hint plan-pick">{t("plan.pick")}</p> : null;
}

/** Scrolls the panel, and nothing around it, so that the head of a form is seen below the panel's buttons. */
function bringUp(form: HTMLElement): void {
  const body = form.closest<HTMLElement>(".panel-body");
  if (!body) return;
  const [box, head] = [body.getBoundingClientRect(), form.getBoundingClientRect()];
  if (head.top < box.top + 48 || head.top > box.bottom - box.height / 2) body.scrollTop += head.top - box.top - 48;
}

/** Whether the keys belong to a text field whose typing is not yet an edit: its own undo comes first. */
function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && target.type === "text" && target.value !== target.dataset["committed"];
}

