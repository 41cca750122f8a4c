import type { components } from "../api/types.gen";
import { client, me } from "../state";
import { nameOf, t } from "../text";
import type { Rule, RuleContent } from "./types";
import { contentOf } from "./content";

// Rules that repeated equal refusals suggest.

export type Suggestion = components["schemas"]["Suggestion"];

/** Who may see suggestions. */
export const maySuggest = () => ["planner", "reviewer"].includes(me.value?.role ?? "");

export async function suggestions(signal?: AbortSignal): Promise<Suggestion[]> {
  return (await client.request<{ items: Suggestion[] | null }>("GET", "/v1/refusals:suggestions", signal ? { signal } : {})).body.items ?? [];
}

/** What tells a suggestion from others: what was refused, by whom, and whose it was. */
export function refOf(s: Pick<Suggestion, "category" | "unit" | "correct">): string {
  return [s.category ?? "", s.unit, s.correct].join("/");
}

/** Whether a rule already says what a suggestion proposes, in all or some of its grids; one that is over says nothing. */
export function saysIt(r: Rule, s: Suggestion): boolean {
  if (r.state === "withdrawn" || r.state === "superseded" || r.then?.primary !== s.content.then?.primary) return false;
  const categories = r.when?.categories ?? [];
  const grids = r.when?.area?.grids ?? [];
  return (categories.length === 0 || !s.category || categories.includes(s.category)) && (grids.length === 0 || grids.some((g) => s.grids.includes(g)));
}

/** The suggestions in which each word of a text occurs; named gives the names under which they are shown. */
export function matching(list: readonly Suggestion[], q: string, named: (s: Suggestion) => string): Suggestion[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((s) => {
    const text = [refOf(s), ...s.grids, s.rule ?? "", named(s)].join(" ").toLowerCase();
    return words.every((w) => text.includes(w));
  });
}

/** The content of a draft: what the service proposes, from a day on, with a name that people read. */
export function draftOf(s: Suggestion, from: string, category: { name?: string; name_en?: string } | null, unit: { name?: string; name_en?: string } | null): RuleContent {
  const name = (of: "name" | "name_en", fallback: (id: string) => string) => [category?.[of] || (category && nameOf(category)) || fallback(s.category ?? ""), unit?.[of] || (unit && nameOf(unit)) || s.correct] as const;
  const [what, who] = name("name", (id) => id || t("suggestions.matter.none"));
  const [whatEn, whoEn] = name("name_en", (id) => id);
  return { ...contentOf(s.content as RuleContent), name: `${what}归${who}`, ...(category?.name_en && unit?.name_en && { name_en: `${whatEn}: ${whoEn}` }), from };
}
