import { useAsked } from "../plan/preview";
import { stable } from "../plan/content";
import type { Finding, Judged } from "../plan/types";
import { layerRevision, me } from "../state";
import { check } from "./api";
import { faultsOf } from "./content";
import type { Report, Rule, RuleContent, RuleFinding } from "./types";

/** Who may ask what a content would do. */
const checkers = ["planner", "reviewer", "publisher"];

/** The layers that a check of rules rests on. */
const under = ["rules", "categories", "units", "posts", "contacts", "agreements", "grids", "notices", "overlays"];

/** A key that changes when a check may say something else. */
export function setKey(): string {
  return under.map((l) => layerRevision.value[l] ?? 0).join("/");
}

export interface Checked {
  /** What is found about this rule, or because of it; what blocks first. */
  own: RuleFinding[];
  /** How many findings there are about other rules. */
  others: number;
  faults: Array<{ pointer: string; detail: string }>;
  busy: boolean;
  /** Why nothing was checked, "" when it was. */
  failed: string;
}

/** What the rules do with a content among them, asked while it is edited; told is what is known of the stored revision. */
export function useCheck(content: RuleContent, id: string, told: Judged<Rule> | null, ownWords: (pointer: string) => string): Checked {
  const may = checkers.includes(me.value?.role ?? "");
  const rest = setKey();
  const own = faultsOf(content).map((pointer) => ({ pointer, detail: ownWords(pointer) }));
  const seen = useAsked<Report>(`${stable(content)}/${id}/${may}/${rest}`, own, "/rule", (signal) => (may ? check(content, id, signal) : Promise.resolve(null)));
  const report = seen.preview;
  const stored: RuleFinding[] = told?.findings ?? [];
  if (!report) return { own: stored, others: 0, faults: seen.faults, busy: seen.busy, failed: seen.failed };
  const names = told ? [told.subject.code, `${told.subject.series}@${told.subject.number}`] : [];
  const mine = report.findings.filter((f) => f.new || f.ids.some((one) => names.includes(one)));
  const found = [...mine, ...stored.filter((f) => !mine.some((m) => m.code === f.code))];
  return { own: [...found.filter((f) => f.blocks), ...found.filter((f) => !f.blocks)], others: report.findings.length - mine.length, faults: seen.faults, busy: seen.busy, failed: seen.failed };
}

/** The part of the form in which a finding is mended. */
export function partOf(f: Finding): string {
  switch (f.code) {
    case "no-unit":
    case "left-out":
    case "no-contact":
      return "then";
    case "no-deadline":
      return "clock";
    case "other-item":
      return "basis";
    case "ends":
    case "revisions-at-once":
      return "until";
    case "gap":
    case "feature-gap":
    case "whistle-gap":
      return "when/categories";
    case "time-gap":
    case "year-not-announced":
      return "when/times";
  }
  return "when/categories";
}
