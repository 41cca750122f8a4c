import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { asProblem } from "../load";
import { announcement, layerRevision, unsaved } from "../state";
import { t } from "../text";
import { currentOf, discard, judged as fetchJudged, saveDraft, takeStep } from "./api";
import { contentOf, sameContent } from "./content";
import { keepDraft, readDraft, type Draft } from "./draft";
import { contentNow, edited, noHistory, redo, undo } from "./history";
import { apart, differences, type Difference } from "./merge";
import type { StepName } from "./steps";
import type { Content, Judged, Schedule } from "./types";

/** What the editor begins with: a stored revision with its tag, or the content of a new draft. */
export interface Start {
  judged: Judged | null;
  etag: string;
  content: Content;
}

/** What somebody else has saved, beside the own edits. */
export interface Theirs {
  content: Content;
  schedule: Schedule;
  etag: string;
  mine: Content;
  list: Difference[];
}

/** The present work on one revision: edits with undo, saving without overwriting anybody, and the steps. */
export function useEditor(zone: string, id: string, start: Start, onStored: (stored: { body: Judged; etag: string }) => void) {
  const [draft, setDraft] = useState<Draft>(() => (start.judged && start.judged.schedule.state !== "draft" ? null : readDraft(zone, id)) ?? { base: start.content, etag: start.etag, history: noHistory });
  const [stored, setStored] = useState<{ judged: Judged | null; etag: string }>({ judged: start.judged, etag: start.etag });
  const [news, setNews] = useState<{ body: Judged; etag: string } | null>(() => (start.judged && draft.etag !== start.etag ? { body: start.judged, etag: start.etag } : null));
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [busy, setBusy] = useState<StepName | "save" | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const content = contentNow(draft.base, draft.history);
  const changed = !sameContent(draft.base, content);

  // At once, so that nothing is between an edit and its being kept.
  useLayoutEffect(() => {
    unsaved.value = changed;
    keepDraft(zone, id, draft);
  }, [draft]);
  useEffect(() => {
    const ask = (e: BeforeUnloadEvent) => unsaved.value && e.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  const edition = layerRevision.value["schedules"] ?? 0;
  useEffect(() => {
    if (!id || busy || edition <= (stored.judged?.schedule.revision ?? 0)) return;
    const abort = new AbortController();
    fetchJudged(id, abort.signal).then(
      (now) => !abort.signal.aborted && setNews(now.etag === stored.etag ? null : now),
      () => {},
    );
    return () => abort.abort();
  }, [edition, busy, stored.etag]);

  /** Goes on from a stored state. */
  const take = (now: { body: Judged; etag: string }) => {
    setStored({ judged: now.body, etag: now.etag });
    setDraft({ base: contentOf(now.body.schedule), etag: now.etag, history: noHistory });
    setNews(null);
    setTheirs(null);
  };
  const compare = (schedule: Schedule, etag: string, own = content) => {
    const other = contentOf(schedule);
    const mine = apart(draft.base, own, other);
    setTheirs({ content: other, schedule, etag, mine, list: differences(draft.base, mine, other) });
  };
  const failed = (cause: unknown) => {
    const p = asProblem(cause);
    const current = p.status === 412 ? currentOf(p) : null;
    if (current && current.schedule.state === "draft") compare(current.schedule, current.etag);
    else setProblem(p);
    if (p.status === 412 && !current && id) fetchJudged(id).then((now) => compare(now.body.schedule, now.etag), () => {});
  };
  const attempt = async (name: StepName | "save", act: () => Promise<void>) => {
    setBusy(name);
    setProblem(null);
    try {
      await act();
    } catch (cause) {
      failed(cause);
    }
    setBusy(null);
  };
  /** Ends the work here; what is stored is at another place. */
  const leaveFor = (now: { body: Judged; etag: string }) => {
    keepDraft(zone, id, null);
    unsaved.value = false;
    onStored(now);
  };

  return {
    content, changed, news, theirs, busy, problem,
    base: draft.base,
    etag: stored.etag,
    judged: stored.judged,
    undoable: draft.history.done.at(-1)?.what ?? null,
    redoable: draft.history.undone.at(-1)?.what ?? null,
    edits: draft.history.done.length,
    edit: (what: string, next: Content) => setDraft((d) => ({ ...d, history: edited(d.base, d.history, what, next) })),
    undo: () => {
      const last = draft.history.done.at(-1);
      if (last) announcement.value = t("plan.said.undone", { what: last.what });
      setDraft((d) => ({ ...d, history: undo(d.history) }));
    },
    redo: () => {
      const last = draft.history.undone.at(-1);
      if (last) announcement.value = t("plan.said.redone", { what: last.what });
      setDraft((d) => ({ ...d, history: redo(d.history) }));
    },
    /** Stores the content; by another's tag after a choice. */
    save: (what = content, etag = draft.etag) =>
      attempt("save", async () => {
        const now = await saveDraft(id, what, etag);
        announcement.value = t("plan.saved");
        if (!id) return leaveFor(now);
        take(now);
      }),
    saveAsNew: () =>
      attempt("save", async () => {
        leaveFor(await saveDraft("", { ...content, ...(stored.judged && { based_on: stored.judged.schedule.code }) }, ""));
      }),
    step: (name: StepName, text: string, role: string | null) =>
      attempt(name, async () => {
        if (name === "discard") {
          await discard(id, stored.etag);
          keepDraft(zone, id, null);
          unsaved.value = false;
          announcement.value = t("plan.discarded");
          return onStored({ body: { ...stored.judged!, schedule: { ...stored.judged!.schedule, id: "" } }, etag: "" });
        }
        const now = await takeStep(name, id, stored.etag, { ...(text && { text }), ...(name === "sign" && role && { role }) });
        announcement.value = t(`step.done.${name}`);
        if (name === "redraft") return leaveFor(now);
        take(now);
      }),
    /** Shows what the others have saved: as it is, or beside the own edits. */
    show: () => {
      if (!news) return;
      if (!changed || news.body.schedule.state !== "draft") take(news);
      else {
        setStored({ judged: news.body, etag: news.etag });
        compare(news.body.schedule, news.etag);
        setNews(null);
      }
    },
    /** Goes on from the others' content with what was chosen. */
    resolve: (result: Content) => {
      if (!theirs) return;
      const { content: base, etag, schedule } = theirs;
      setStored((s) => ({ judged: s.judged && { ...s.judged, schedule }, etag }));
      setDraft({ base, etag, history: edited(base, noHistory, t("plan.step.merge"), result) });
      setTheirs(null);
      setNews(null);
      setProblem(null);
    },
    later: () => setTheirs(null),
  };
}

export type Editor = ReturnType<typeof useEditor>;
