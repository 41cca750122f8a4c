import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { asProblem } from "../load";
import { announcement, layerRevision, unsaved } from "../state";
import { t } from "../text";
import { currentOf } from "./api";
import { keepDraft, readDraft, type Draft } from "./draft";
import { contentNow, edited, noHistory, redo, undo } from "./history";
import type { Difference } from "./merge";
import type { StepName } from "./steps";
import type { Judged, Revision, Tagged } from "./types";

/** What is particular to a kind of revisions: how their content is read, compared and stored. */
export interface Kind<C, R extends Revision> {
  layer: string;
  contentOf: (r: R) => C;
  same: (a: C, b: C) => boolean;
  /** Mine beside theirs, both begun as base, so that what we both made under one id stays. */
  apart: (base: C, mine: C, theirs: C) => C;
  differences: (base: C, mine: C, theirs: C) => Difference[];
  judged: (id: string, signal?: AbortSignal) => Promise<Tagged<Judged<R>>>;
  /** Stores a draft: a new one without id. */
  save: (id: string, content: C, etag: string) => Promise<Tagged<Judged<R>>>;
  step: (name: Exclude<StepName, "discard">, id: string, etag: string, more: { text?: string; role?: string }) => Promise<Tagged<Judged<R>>>;
  discard: (id: string, etag: string) => Promise<void>;
}

/** What the editor begins with: a stored revision with its tag, or the content of a new draft. */
export interface Start<C, R extends Revision> {
  judged: Judged<R> | null;
  etag: string;
  content: C;
}

/** What somebody else has saved, beside the own edits. */
export interface Theirs<C, R extends Revision> {
  content: C;
  subject: R;
  etag: string;
  mine: C;
  list: Difference[];
}

/** The present work on one revision: edits with undo, saving without overwriting anybody, and the steps. key is that of its draft in this browser. */
export function useEditor<C, R extends Revision>(kind: Kind<C, R>, key: string, id: string, start: Start<C, R>, onStored: (stored: Tagged<Judged<R>>) => void) {
  type Now = Tagged<Judged<R>>;
  const { contentOf, judged: fetchJudged } = kind;
  const [draft, setDraft] = useState<Draft<C>>(() => (start.judged && start.judged.subject.state !== "draft" ? null : readDraft<C>(key)) ?? { base: start.content, etag: start.etag, history: noHistory });
  const [stored, setStored] = useState<{ judged: Judged<R> | null; etag: string }>({ judged: start.judged, etag: start.etag });
  const [news, setNews] = useState<Now | null>(() => (start.judged && draft.etag !== start.etag ? { body: start.judged, etag: start.etag } : null));
  const [theirs, setTheirs] = useState<Theirs<C, R> | null>(null);
  const [busy, setBusy] = useState<StepName | "save" | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const content = contentNow(draft.base, draft.history);
  const changed = !kind.same(draft.base, content);

  // At once, so that nothing is between an edit and its being kept.
  useLayoutEffect(() => {
    unsaved.value = changed;
    keepDraft(key, changed ? draft : null);
  }, [draft]);
  useEffect(() => {
    const ask = (e: BeforeUnloadEvent) => unsaved.value && e.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  const edition = layerRevision.value[kind.layer] ?? 0;
  useEffect(() => {
    if (!id || busy || edition <= (stored.judged?.subject.revision ?? 0)) return;
    const abort = new AbortController();
    fetchJudged(id, abort.signal).then(
      (now) => !abort.signal.aborted && setNews(now.etag === stored.etag ? null : now),
      () => {},
    );
    return () => abort.abort();
  }, [edition, busy, stored.etag]);

  /** Goes on from a stored state. */
  const take = (now: Now) => {
    setStored({ judged: now.body, etag: now.etag });
    setDraft({ base: contentOf(now.body.subject), etag: now.etag, history: noHistory });
    setNews(null);
    setTheirs(null);
  };
  const compare = (subject: R, etag: string, own = content) => {
    const other = contentOf(subject);
    const mine = kind.apart(draft.base, own, other);
    setTheirs({ content: other, subject, etag, mine, list: kind.differences(draft.base, mine, other) });
  };
  const failed = (cause: unknown) => {
    const p = asProblem(cause);
    const current = p.status === 412 ? currentOf<R>(p) : null;
    if (current && current.subject.state === "draft") compare(current.subject, current.etag);
    else setProblem(p);
    if (p.status === 412 && !current && id) fetchJudged(id).then((now) => compare(now.body.subject, now.etag), () => {});
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
  const leaveFor = (now: Now) => {
    keepDraft(key, null);
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
    edit: (what: string, next: C) => setDraft((d) => ({ ...d, history: edited(d.base, d.history, what, next, kind.same) })),
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
        const now = await kind.save(id, what, etag);
        announcement.value = t("plan.saved");
        if (!id) return leaveFor(now);
        take(now);
      }),
    saveAsNew: () =>
      attempt("save", async () => {
        leaveFor(await kind.save("", { ...content, ...(stored.judged && { based_on: stored.judged.subject.code }) }, ""));
      }),
    step: (name: StepName, text: string, role: string | null) =>
      attempt(name, async () => {
        if (name === "discard") {
          await kind.discard(id, stored.etag);
          keepDraft(key, null);
          unsaved.value = false;
          announcement.value = t("plan.discarded");
          return onStored({ body: { ...stored.judged!, subject: { ...stored.judged!.subject, id: "" } }, etag: "" });
        }
        const now = await kind.step(name, id, stored.etag, { ...(text && { text }), ...(name === "sign" && role && { role }) });
        announcement.value = t(`step.done.${name}`);
        if (name === "redraft") return leaveFor(now);
        take(now);
      }),
    /** Shows what the others have saved: as it is, or beside the own edits. */
    show: () => {
      if (!news) return;
      if (!changed || news.body.subject.state !== "draft") take(news);
      else {
        setStored({ judged: news.body, etag: news.etag });
        compare(news.body.subject, news.etag);
        setNews(null);
      }
    },
    /** Goes on from the others' content with what was chosen. */
    resolve: (result: C) => {
      if (!theirs) return;
      const { content: base, etag, subject } = theirs;
      setStored((s) => ({ judged: s.judged && { ...s.judged, subject }, etag }));
      setDraft({ base, etag, history: edited<C>(base, noHistory, t("plan.step.merge"), result, kind.same) });
      setTheirs(null);
      setNews(null);
      setProblem(null);
    },
    later: () => setTheirs(null),
  };
}

export type Editor<C, R extends Revision> = ReturnType<typeof useEditor<C, R>>;
