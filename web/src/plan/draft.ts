import { recall, remember } from "../state";
import type { History } from "./history";

/** Unsaved work on a revision, or on one that has not been saved yet: what it began as, with the tag of that, and the edits. */
export interface Draft<C> {
  base: C;
  etag: string;
  history: History<C>;
}

/** How many edits are kept with a draft for undo after the tab was closed. */
const mostKept = 30;

/** Under what the work on a schedule is kept. id is "" for a new draft. */
export function scheduleKey(zone: string, id: string): string {
  return `schedules/${zone}/${id || "new"}`;
}

/** Keeps unsaved work in this browser; forgets it when there is none: null, or no edit. */
export function keepDraft<C>(key: string, draft: Draft<C> | null): void {
  remember(`draft.${key}`, draft?.history.done.length ? JSON.stringify({ ...draft, history: { done: draft.history.done.slice(-mostKept), undone: [] } }) : "");
}

/** The unsaved work, null when there is none that can be read. */
export function readDraft<C>(key: string): Draft<C> | null {
  try {
    const draft = JSON.parse(recall(`draft.${key}`) || "null") as Draft<C> | null;
    const steps = draft?.history?.done;
    return draft?.base && typeof draft.etag === "string" && Array.isArray(steps) && steps.length > 0 ? draft : null;
  } catch {
    return null;
  }
}
