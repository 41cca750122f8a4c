import type { Feature } from "../api/types";
import { recall, remember } from "../state";
import type { History } from "./history";

/** Unsaved work on a feature, with the version that it began with, so that a closed tab loses nothing. */
export interface Draft {
  base: Feature;
  etag: string;
  history: History;
}

export function keepDraft(layer: string, id: string, draft: Draft | null): void {
  remember(key(layer, id), draft && draft.history.done.length > 0 ? JSON.stringify(draft) : "");
}

/** The draft of a feature, null when there is none that can be read. */
export function readDraft(layer: string, id: string): Draft | null {
  try {
    const draft = JSON.parse(recall(key(layer, id)) || "null") as Draft | null;
    return draft?.base?.id === id && typeof draft.etag === "string" && Array.isArray(draft.history?.done) && draft.history.done.length > 0 ? draft : null;
  } catch {
    return null;
  }
}

function key(layer: string, id: string): string {
  return `draft.${layer}/${id}`;
}
