import { sameContent } from "./content";
import type { Content } from "./types";

/** One edit: what it is called, and what it leads from and to, each the inverse of the other. */
export interface Step {
  what: string;
  before: Content;
  after: Content;
}

/** Edits in the order in which they were made, and those that were undone, the last one last. Never changed in place. */
export interface History {
  done: readonly Step[];
  undone: readonly Step[];
}

export const noHistory: History = { done: [], undone: [] };

/** How many edits can be undone. */
const most = 200;

/** The content after all edits that are done. */
export function contentNow(base: Content, h: History): Content {
  return h.done.at(-1)?.after ?? h.undone.at(-1)?.before ?? base;
}

/** A new edit; it ends what could be redone. One that changes nothing is none. */
export function edited(base: Content, h: History, what: string, after: Content): History {
  const before = contentNow(base, h);
  return sameContent(before, after) ? h : { done: [...h.done, { what, before, after }].slice(-most), undone: [] };
}

export function undo(h: History): History {
  const last = h.done.at(-1);
  return last ? { done: h.done.slice(0, -1), undone: [...h.undone, last] } : h;
}

export function redo(h: History): History {
  const last = h.undone.at(-1);
  return last ? { done: [...h.done, last], undone: h.undone.slice(0, -1) } : h;
}
