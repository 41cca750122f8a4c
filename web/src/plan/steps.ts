import type { Judged, Revision, ScheduleState } from "./types";

/** What can be done with a revision. */
export const stepNames = ["submit", "return", "sign", "approve", "publish", "withdraw", "redraft", "discard"] as const;
export type StepName = (typeof stepNames)[number];

/** Who takes part in a step: the role of the token, its name, and what its unit consents as. */
export interface Person {
  name: string;
  role: string;
  consent: string | null;
}

const leadsTo: Readonly<Partial<Record<StepName, ScheduleState>>> = { submit: "in_review", return: "draft", approve: "approved", publish: "published", withdraw: "withdrawn" };

const rolesOf: Readonly<Record<StepName, readonly string[]>> = {
  submit: ["planner"],
  return: ["reviewer", "publisher"],
  sign: ["reviewer", "unit-agent"],
  approve: ["reviewer"],
  publish: ["publisher"],
  withdraw: ["publisher"],
  redraft: ["planner"],
  discard: ["planner"],
};

/** The steps of which need a comment to be taken. */
export const needsText: readonly StepName[] = ["return"];

/** The steps that somebody may take with a revision as it is now. The service decides each; today is a date. */
export function stepsFor<R extends Revision>({ subject: s, allowed, consents }: Judged<R>, who: Person | null, today: string): StepName[] {
  if (!who) return [];
  return stepNames.filter((step) => {
    if (!rolesOf[step].includes(who.role)) return false;
    switch (step) {
      case "sign":
        return s.state === "in_review" && who.consent !== null && consents.includes(who.consent);
      case "redraft":
        return s.state !== "draft";
      case "discard":
        return s.state === "draft";
      case "approve":
        return allowed.includes("approved") && s.author !== who.name;
      case "withdraw":
        return allowed.includes("withdrawn") && s.from > today;
      default:
        return allowed.includes(leadsTo[step]!);
    }
  });
}

/** In what role a unit of a kind consents; null for one that does not. */
export function consentOf(kind: string | undefined): string | null {
  if (kind === "police" || kind === "police_station") return "police";
  if (kind === "department") return "road";
  return kind === "town" || kind === "operation_centre" ? "town" : null;
}

/** What a published revision is by its dates. */
export type InForce = "waiting" | "in_force" | "expired";

export function inForce(s: Pick<Revision, "state" | "from" | "until">, today: string): InForce | null {
  if (s.state !== "published" && s.state !== "superseded") return null;
  if (today < s.from) return "waiting";
  return s.until && today >= s.until ? "expired" : "in_force";
}

/** Who has to do something next with a revision; null when nobody does. */
export function waitsFor(s: Revision): "author" | "reviewer" | "publisher" | null {
  return s.state === "draft" ? "author" : s.state === "in_review" ? "reviewer" : s.state === "approved" ? "publisher" : null;
}
