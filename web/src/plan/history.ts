/** One edit: what it is called, and what it leads from and to, each the inverse of the other. */
export interface Step<C> {
  what: string;
  before: C;
  after: C;
}

/** Edits in the order in which they were made, and those that were undone, the last one last. Never changed in place. */
export interface History<C> {
  done: readonly Step<C>[];
  undone: readonly Step<C>[];
}

export const noHistory: History<never> = { done: [], undone: [] };

/** How many edits can be undone. */
const most = 200;

/** The content after all edits that are done. */
export function contentNow<C>(base: C, h: History<C>): C {
  return h.done.at(-1)?.after ?? h.undone.at(-1)?.before ?? base;
}

/** A new edit; it ends what could be redone. One that changes nothing is none. */
export function edited<C>(base: C, h: History<C>, what: string, after: C, same: (a: C, b: C) => boolean): History<C> {
  const before = contentNow(base, h);
  return same(before, after) ? h : { done: [...h.done, { what, before, after }].slice(-most), undone: [] };
}

export function undo<C>(h: History<C>): History<C> {
  const last = h.done.at(-1);
  return last ? { done: h.done.slice(0, -1), undone: [...h.undone, last] } : h;
}

export function redo<C>(h: History<C>): History<C> {
  const last = h.undone.at(-1);
  return last ? { done: [...h.done, last], undone: h.undone.slice(0, -1) } : h;
}
