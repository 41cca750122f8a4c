import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "../load";
import { layerRevision, me } from "../state";
import { intervals, preview } from "./api";
import { faultsOf, stable } from "./content";
import { addDays } from "./dates";
import type { Content, Preview } from "./types";

/** How long edits are waited for before the service is asked, in milliseconds. */
const pause = 250;
/** How many days are looked at. */
export const previewDays = 366;

export interface Seen<P = Preview> {
  preview: P | null;
  /** What the service, or this page, has against single fields. */
  faults: Array<{ pointer: string; detail: string }>;
  busy: boolean;
  /** Why there is no preview, other than for faults. */
  failed: string;
}

/** What the content would do, asked while it is edited. */
export function usePreview(content: Content, id: string, from: string, edited: boolean, ownWords: (pointer: string) => string): Seen {
  const key = `${stable(content)}/${id}/${from}/${me.value?.role ?? ""}/${layerRevision.value["schedules"] ?? 0}/${layerRevision.value["orders"] ?? 0}`;
  const own = faultsOf(content).map((pointer) => ({ pointer, detail: ownWords(pointer) }));
  return useAsked(key, own, "/schedule", (signal) => ask(content, id, from, edited, signal));
}

/**
 * What the service says of something that is being edited: asked after a pause whenever the key changes, the last question wins. own is
 * what this page has against it, and then nothing is asked; body is where the content stands in the question.
 */
export function useAsked<P>(key: string, own: Seen["faults"], body: string, question: (signal: AbortSignal) => Promise<P | null>): Seen<P> {
  const [seen, setSeen] = useState<Seen<P>>({ preview: null, faults: [], busy: true, failed: "" });
  const first = useRef(true);
  useEffect(() => {
    if (own.length > 0) return void setSeen((s) => ({ ...s, faults: own, busy: false, failed: "" }));
    const abort = new AbortController();
    setSeen((s) => ({ ...s, busy: true }));
    const timer = setTimeout(
      () =>
        question(abort.signal).then(
          (p) => !abort.signal.aborted && setSeen({ preview: p, faults: [], busy: false, failed: "" }),
          (cause) => {
            if (abort.signal.aborted) return;
            const problem = asProblem(cause);
            const faults = problem.errors.map((e) => ({ pointer: (e.pointer ?? "").replace(new RegExp(`^${body}(?=/)`), ""), detail: e.detail ?? problem.detail }));
            setSeen((s) => ({ preview: s.preview, faults, busy: false, failed: faults.length > 0 ? "" : problem.code }));
          },
        ),
      first.current ? 0 : pause,
    );
    first.current = false;
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);
  return seen;
}

/** Whoever plans asks about any content; others see what is stored. */
async function ask(content: Content, id: string, from: string, edited: boolean, signal: AbortSignal): Promise<Preview | null> {
  const role = me.peek()?.role ?? "";
  if (["planner", "reviewer", "publisher"].includes(role)) return preview(content, id, from, previewDays, signal);
  if (edited) return null;
  const until = addDays(from, previewDays);
  const [now, then] = await Promise.all([intervals(content.zone, from, until, undefined, signal), id ? intervals(content.zone, from, until, id, signal) : null]);
  return { findings: [], intervals: (then ?? now).intervals, published: now.intervals, provisional: now.provisional, calendar: "" };
}
