import { recall, remember } from "../state";
import { sameContent } from "./content";
import { contentNow, type History } from "./history";
import type { Content } from "./types";

/** Unsaved work on a revision, or on one that has not been saved yet: what it began as, with the tag of that, and the edits. */
export interface Draft {
  base: Content;
  etag: string;
  history: History;
}

/** How many edits are kept with a draft for undo after the tab was closed. */
const mostKept = 30;

/** Keeps unsaved work in this browser; forgets it when there is none. id is "" for a new draft. */
export function keepDraft(zone: string, id: string, draft: Draft | null): void {
  const changed = draft !== null && !sameContent(draft.base, contentNow(draft.base, draft.history));
  remember(key(zone, id), changed ? JSON.stringify({ ...draft, history: { done: draft.history.done.slice(-mostKept), undone: [] } }) : "");
}

/** The unsaved work, null when there is none that can be read. */
export function readDraft(zone: string, id: string): Draft | null {
  try {
    const draft = JSON.parse(recall(key(zone, id)) || "null") as Draft | null;
    const steps = draft?.history?.done;
    return draft?.base?.zone === zone && typeof draft.etag === "string" && Array.isArray(steps) && steps.length > 0 ? draft : null;
  } catch {
    return null;
  }
}

function key(zone: string, id: string): string {
  return `draft.schedules/${zone}/${id || "new"}`;
}
