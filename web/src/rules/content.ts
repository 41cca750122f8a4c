import { addDays, isDay } from "../plan/dates";
import { stable, tidy } from "../plan/content";
import { difference, type Difference } from "../plan/merge";
import { cornersOf, faultOf } from "../sketch/ring";
import { parseExpression, isNamed } from "./units";
import type { Rule, RuleContent, RuleThen, RuleWhen } from "./types";

// The content of a rule: what of a revision it is, and how two of them differ.

/** What of a revision is content, without members that say nothing. */
export function contentOf(r: RuleContent | Rule): RuleContent {
  return tidy(
    {
      series: r.series,
      name: r.name,
      name_en: r.name_en,
      from: r.from,
      until: r.until,
      band: r.band,
      when: whenOf(r.when ?? {}),
      then: thenOf(r.then ?? {}),
      basis: tidy(r.basis ?? { list: "statutory" }),
      clock: r.clock ? tidy(r.clock) : undefined,
      documents: r.documents ?? [],
      based_on: r.based_on,
    },
    ["name", "when", "then"],
  ) as unknown as RuleContent;
}

function whenOf(w: RuleWhen): object {
  return tidy({
    categories: w.categories,
    area: w.area && tidy(w.area),
    feature: w.feature && tidy(w.feature),
    times: (w.times ?? []).map((one) => tidy(one)),
    context: w.context && tidy(w.context),
  });
}

/** Where nobody has to act there are no units, and a rule that adds units has no primary one. */
function thenOf(then: RuleThen): object {
  if (then.no_action) return { no_action: true };
  const { primary, ...rest } = then;
  return tidy(then.additive ? rest : { ...rest, primary });
}

/** The first content of a new rule. */
export function newRule(from: string): RuleContent {
  return { name: "", from, band: "regular", when: {}, then: { primary: "grid.office" }, basis: { list: "statutory" } };
}

/** What the next revision of a rule begins as, from a day on that leaves time for review. */
export function nextRevision(r: Rule, from: string): RuleContent {
  const { until: _, ...content } = contentOf(r);
  return { ...content, from: r.from > from ? addDays(r.from, 1) : from, based_on: r.code };
}

export function sameRule(a: RuleContent, b: RuleContent): boolean {
  return stable(contentOf(a)) === stable(contentOf(b));
}

/** What is wrong with the content before the service is asked, by the pointer of the field. */
export function faultsOf(c: RuleContent): string[] {
  const out: string[] = [];
  if (!c.name.trim()) out.push("/name");
  if (!isDay(c.from)) out.push("/from");
  if (c.until && c.until <= c.from) out.push("/until");
  const { then } = c;
  if (!then.no_action && !then.additive && !then.primary) out.push("/then/primary");
  const unfinished = (text: string | undefined) => {
    const e = text ? parseExpression(text) : null;
    return e !== null && isNamed(e.of) && e.name === "";
  };
  if (unfinished(then.primary)) out.push("/then/primary");
  if (unfinished(then.supervisor)) out.push("/then/supervisor");
  then.co?.forEach((x, i) => unfinished(x) && out.push(`/then/co/${i}`));
  then.informed?.forEach((x, i) => unfinished(x) && out.push(`/then/informed/${i}`));
  if (c.basis.list === "whistle" && !c.basis.item) out.push("/basis/item");
  if (Boolean(c.when.area?.road) !== Boolean(c.when.area?.road_within_m)) out.push("/when/area/road");
  if (faultOf(cornersOf(c.when.area?.polygon))) out.push("/when/area/polygon");
  return out;
}

/** The fields that are compared one by one, by their paths. */
const paths = [
  "name", "name_en", "from", "until", "band", "when/categories", "when/area", "when/feature", "when/times", "when/context", "then/no_action", "then/additive", "then/primary", "then/co", "then/supervisor",
  "then/informed", "basis", "clock/ack", "clock/arrive", "clock/resolve", "documents",
] as const;

function at(c: RuleContent, path: string): unknown {
  return path.split("/").reduce<unknown>((v, name) => (v as Record<string, unknown> | undefined)?.[name], c);
}

/** In what mine and theirs differ, both begun as base. */
export function differences(base: RuleContent, mine: RuleContent, theirs: RuleContent): Difference[] {
  const [b, m, t] = [contentOf(base), contentOf(mine), contentOf(theirs)];
  return paths.flatMap((p) => difference("", p, at(b, p), at(m, p), at(t, p)));
}

/** The fields in which a content differs from an earlier one: mine is the later. */
export function changedFields(before: RuleContent, after: RuleContent): Difference[] {
  return differences(before, after, before);
}

/** Their content with what was chosen of mine; null while a choice is missing. */
export function resolved(theirs: RuleContent, list: readonly Difference[]): RuleContent | null {
  if (list.some((d) => d.choice === null)) return null;
  return contentOf(list.filter((d) => d.choice === "mine").reduce((c, d) => put(c, d.field.split("/"), d.mine), theirs));
}

function put<T extends object>(o: T, [name = "", ...rest]: string[], value: unknown): T {
  const inner = (o as Record<string, unknown>)[name];
  return { ...o, [name]: rest.length === 0 ? value : put((inner ?? {}) as object, rest, value) };
}
