import type { Feature, Value } from "../api/types";
import { valueOf } from "./fields";
import { same, withField } from "./history";

/** A field that differs between two versions made from the same one. choice is null where both changed it, until somebody chooses. */
export interface Difference {
  field: string;
  before: Value | undefined;
  mine: Value | undefined;
  theirs: Value | undefined;
  choice: "mine" | "theirs" | null;
}

/** What every layer has and no form changes. */
const kept = new Set(["id", "version", "revision", "valid_from", "valid_to", "demo"]);

/** The fields in which mine and theirs differ; where only one of us changed a field, that change is the proposal. */
export function differences(base: Feature, mine: Feature, theirs: Feature): Difference[] {
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine)].filter((n) => !kept.has(n)));
  const out: Difference[] = [];
  for (const field of names) {
    const [before, m, t] = [base, mine, theirs].map((f) => valueOf(f, field));
    if (same(m, t)) continue;
    const choice = same(before, t) ? "mine" : same(before, m) ? "theirs" : null;
    out.push({ field, before, mine: m, theirs: t, choice });
  }
  return out;
}

/** Their version with those of my fields that were chosen; null while a choice is missing. */
export function resolved(theirs: Feature, list: readonly Difference[]): Feature | null {
  if (list.some((d) => d.choice === null)) return null;
  return list.filter((d) => d.choice === "mine").reduce((f, d) => withField(f, d.field, d.mine), theirs);
}
