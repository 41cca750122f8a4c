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

export interface Seen {
  preview: Preview | null;
  /** What the service, or this page, has against single fields. */
  faults: Array<{ pointer: string; detail: string }>;
  busy: boolean;
  /** Why there is no preview, other than for faults. */
  failed: string;
}

/** What the content would do, asked while it is edited: the last question wins. */
export function usePreview(content: Content, id: string, from: string, edited: boolean, ownWords: (pointer: string) => string): Seen {
  const [seen, setSeen] = useState<Seen>({ preview: null, faults: [], busy: true, failed: "" });
  const first = useRef(true);
  const key = `${stable(content)}/${id}/${from}/${me.value?.role ?? ""}/${layerRevision.value["schedules"] ?? 0}/${layerRevision.value["orders"] ?? 0}`;
  useEffect(() => {
    const own = faultsOf(content).map((pointer) => ({ pointer, detail: ownWords(pointer) }));
    if (own.length > 0) return void setSeen((s) => ({ ...s, faults: own, busy: false, failed: "" }));
    const abort = new AbortController();
    setSeen((s) => ({ ...s, busy: true }));
    const timer = setTimeout(
      () =>
        ask(content, id, from, edited, abort.signal).then(
          (p) => !abort.signal.aborted && setSeen({ preview: p, faults: [], busy: false, failed: "" }),
          (cause) => {
            if (abort.signal.aborted) return;
            const problem = asProblem(cause);
            const faults = problem.errors.map((e) => ({ pointer: (e.pointer ?? "").replace(/^\/schedule(?=\/)/, ""), detail: e.detail ?? problem.detail }));
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
