import { contentOf, freeId, stable } from "./content";
import type { Content, Exception, ModeWindow } from "./types";

// Two planners on one draft: both contents began as base. What only one of them changed is taken; what both changed is chosen, field by
// field. Windows and exceptions are known by their ids.

/** Something in which two contents differ. A window or exception that one of us has alone, or has taken away, is one difference: field is "". */
export interface Difference {
  /** The part: "", windows/<id>, exceptions/<id>. */
  part: string;
  field: string;
  before: unknown;
  mine: unknown;
  theirs: unknown;
  /** null where both have changed it, until somebody chooses. */
  choice: "mine" | "theirs" | null;
}

export function keyOf(d: Difference): string {
  return `${d.part}#${d.field}`;
}

const plain = ["name", "from", "until", "documents"] as const;
type Item = ModeWindow | Exception;
type Group = "windows" | "exceptions";
const groups: readonly Group[] = ["windows", "exceptions"];

const same = (a: unknown, b: unknown) => stable(a ?? null) === stable(b ?? null);
const listOf = (c: Content, group: Group): readonly Item[] => (c[group] ?? []) as Item[];
const find = (c: Content, group: Group, id: string) => listOf(c, group).find((i) => i.id === id);

/** The difference between two values that both began as a third, if they differ: what only one of us has changed is chosen already. */
export function difference(part: string, field: string, before: unknown, mine: unknown, theirs: unknown): Difference[] {
  if (same(mine, theirs)) return [];
  return [{ part, field, before, mine, theirs, choice: same(before, theirs) ? "mine" : same(before, mine) ? "theirs" : null }];
}

/** Mine, where a window or exception that we both have made got one id: mine gets another, so that both stay. */
export function apart(base: Content, mine: Content, theirs: Content): Content {
  const own = contentOf(mine);
  for (const group of groups) {
    const taken = [...listOf(own, group), ...listOf(theirs, group)];
    const items = listOf(own, group).map((i) => {
      const other = find(theirs, group, i.id);
      if (!other || find(base, group, i.id) || same(i, other)) return i;
      const renamed = { ...i, id: freeId(taken, i.id) };
      taken.push(renamed);
      return renamed;
    });
    if (items.length > 0) Object.assign(own, { [group]: items });
  }
  return own;
}

/** In what mine and theirs differ; call it with apart's mine. */
export function differences(base: Content, mine: Content, theirs: Content): Difference[] {
  const [b, m, t] = [contentOf(base), contentOf(mine), contentOf(theirs)];
  const out: Difference[] = [];
  const add = (...d: Parameters<typeof difference>) => out.push(...difference(...d));
  for (const field of plain) add("", field, b[field], m[field], t[field]);
  for (const group of groups) {
    const ids = new Set([...listOf(t, group), ...listOf(m, group)].map((i) => i.id));
    for (const id of ids) {
      const part = `${group}/${id}`;
      const [was, my, their] = [find(b, group, id), find(m, group, id), find(t, group, id)] as Array<Record<string, unknown> | undefined>;
      if (!my || !their) {
        add(part, "", was, my, their);
        continue;
      }
      const fields = new Set([...Object.keys(their), ...Object.keys(my)]);
      for (const field of fields) add(part, field, was?.[field], my[field], their[field]);
    }
  }
  return out;
}

/** Their content with what was chosen of mine; null while a choice is missing. The order of theirs is kept, mine alone come last. */
export function resolved(theirs: Content, list: readonly Difference[]): Content | null {
  if (list.some((d) => d.choice === null)) return null;
  let out = contentOf(theirs) as Content & Record<string, unknown>;
  for (const d of list) {
    if (d.choice !== "mine") continue;
    if (!d.part) out = put(out, d.field, d.mine);
    else out = withItem(out, d);
  }
  return contentOf(out);
}

function put<T extends object>(o: T, field: string, value: unknown): T {
  const { [field]: _, ...rest } = o as Record<string, unknown>;
  return (value === undefined ? rest : { ...rest, [field]: value }) as T;
}

function withItem<C extends Content>(c: C, d: Difference): C {
  const [group, id] = [d.part.slice(0, d.part.indexOf("/")) as Group, d.part.slice(d.part.indexOf("/") + 1)];
  const list = listOf(c, group);
  if (d.field) return { ...c, [group]: list.map((i) => (i.id === id ? put(i, d.field, d.mine) : i)) };
  if (d.mine === undefined) return { ...c, [group]: list.filter((i) => i.id !== id) };
  const there = list.some((i) => i.id === id);
  return { ...c, [group]: there ? list.map((i) => (i.id === id ? d.mine : i)) : [...list, d.mine] };
}

/** All fields in which a content differs from another, for reading: the published one and the draft. */
export function changedFields(before: Content, after: Content): Difference[] {
  return differences(before, after, before).filter((d) => !same(d.mine, d.theirs));
}
