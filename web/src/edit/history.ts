import type { Feature, Value } from "../api/types";
import { valueOf } from "./fields";

/** One change of one field; undefined is an empty field. */
export interface Change {
  field: string;
  before: Value | undefined;
  after: Value | undefined;
}

/** Changes in the order in which they were made, and those that were undone, the last one last. Never changed in place. */
export interface History {
  done: readonly Change[];
  undone: readonly Change[];
}

export const noHistory: History = { done: [], undone: [] };

/** The feature after one change; a field that becomes empty is left out. */
export function withField(feature: Feature, field: string, value: Value | undefined): Feature {
  const { [field]: _, ...rest } = feature;
  return (value === undefined ? rest : { ...rest, [field]: value }) as Feature;
}

/** The base with all changes that are done. */
export function applied(base: Feature, history: History): Feature {
  return history.done.reduce((f, c) => withField(f, c.field, c.after), base);
}

/** A new change; it ends what could be redone. A change to the same value is none. */
export function change(base: Feature, history: History, field: string, after: Value | undefined): History {
  const before = valueOf(applied(base, history), field);
  if (same(before, after)) return history;
  return { done: [...history.done, { field, before, after }], undone: [] };
}

export function undo(history: History): History {
  const last = history.done.at(-1);
  return last ? { done: history.done.slice(0, -1), undone: [...history.undone, last] } : history;
}

export function redo(history: History): History {
  const last = history.undone.at(-1);
  return last ? { done: [...history.done, last], undone: history.undone.slice(0, -1) } : history;
}

/** The fields that differ from the base after all changes, in the order of their first change. */
export function changedFields(base: Feature, history: History): string[] {
  const now = applied(base, history);
  const names = [...new Set(history.done.map((c) => c.field))];
  return names.filter((name) => !same(valueOf(base, name), valueOf(now, name)));
}

/** Whether two values of a field are alike. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
