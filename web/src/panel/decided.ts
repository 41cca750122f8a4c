import type { Answer } from "../api/types";

/** By what the responsible unit was found: a rule of the matter's own, the rule for everything else, a rule that is built in, no rule at all, or the unit above. */
export type Decided = { by: "own" | "rest"; rule: string } | { by: "builtin"; name: string } | { by: "grid" | "parent" };

/** The name of a rule that is built in, for a store without any; undefined for one that is stored. */
export function builtinName(rule: string): string | undefined {
  return /^builtin\.(\w+)@/.exec(rule)?.[1];
}

/** By what an answer was decided; null while nothing was. */
export function decidedBy({ responsibility: r, trace }: Pick<Answer, "responsibility" | "trace">): Decided | null {
  if (!r) return null;
  const rule = r.primary?.rule ?? trace.find((s) => s.step === "rule")?.detail;
  const name = builtinName(rule ?? "");
  if (r.fallback) return rule && !name ? { by: "rest", rule } : { by: "grid" };
  if (name) return { by: "builtin", name };
  return rule ? { by: "own", rule } : { by: "parent" };
}
