import { Problem } from "../api/problem";
import type { StepName } from "../plan/steps";
import type { Judged, Tagged } from "../plan/types";
import { client } from "../state";
import { contentOf } from "./content";
import type { Report, Rule, RuleContent } from "./types";

// The requests of the screens of rules.


const path = (id: string, rest = "") => `/v1/rules/${encodeURIComponent(id)}${rest}`;

/** What the service tells of a revision. */
type Told = { rule: Rule; findings?: Judged["findings"] | null; allowed?: Judged["allowed"] | null };

function clean({ body, etag }: Tagged<Told>): Tagged<Judged<Rule>> {
  return { etag, body: { subject: body.rule, findings: body.findings ?? [], allowed: body.allowed ?? [], consents: [], missing: [] } };
}

/** Everything that is known of a revision now, and the tag that a change of it must name. */
export function judged(id: string, signal?: AbortSignal): Promise<Tagged<Judged<Rule>>> {
  return client.request<Told>("GET", path(id, ":findings"), signal ? { signal } : {}).then(clean);
}

/** The id of a revision as answers name it, R-017@3; an id stays as it is. */
export async function idOf(ref: string, signal?: AbortSignal): Promise<string> {
  if (!ref.includes("@")) return ref;
  const page = await client.list("rules", { code: ref.replace("@", "-"), limit: 1 }, signal);
  const found = page.items[0]?.id;
  if (found === undefined) throw new Problem(404, "not-found", ref);
  return found;
}

/** Stores a draft: a new one without id. */
export function saveRule(id: string, content: RuleContent, etag: string): Promise<Tagged<Judged<Rule>>> {
  return (id ? client.request<Told>("PUT", path(id), { body: content, etag }) : client.request<Told>("POST", "/v1/rules", { body: content })).then(clean);
}

/** Takes a step with a revision. A redraft answers with another revision; revisions are published in one transaction, here one of them. */
export async function takeStep(step: Exclude<StepName, "discard">, id: string, etag: string, more: { text?: string }): Promise<Tagged<Judged<Rule>>> {
  if (step !== "publish") return client.request<Told>("POST", path(id, `:${step}`), { body: more, etag }).then(clean);
  await publish([id], more.text ?? "");
  return judged(id);
}

/** Puts approved revisions into force together, or none of them. */
export async function publish(ids: string[], text = ""): Promise<void> {
  await client.request("POST", "/v1/rules:publish", { body: { ids, ...(text && { text }) } });
}

export async function discard(id: string, etag: string): Promise<void> {
  await client.request<unknown>("DELETE", path(id), { etag });
}

/** All revisions of all rules at an instant, null for now: by series, the newest first. */
export async function allRules(instant: string | null, signal?: AbortSignal, series?: string): Promise<Rule[]> {
  const out: Rule[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.list("rules", { series, limit: 500, cursor, at: instant ?? undefined }, signal);
    out.push(...(page.items as unknown as Rule[]));
    cursor = page.next;
  } while (cursor !== undefined);
  return out.sort((a, b) => (a.series < b.series ? -1 : a.series > b.series ? 1 : b.number - a.number));
}

/** What the rules in force do and where they do nothing. */
export async function coverage(signal?: AbortSignal): Promise<Report> {
  return whole((await client.request<Report>("GET", "/v1/rules:coverage", signal ? { signal } : {})).body);
}

/** What the rules would do with a content among them, in the place of the revision with an id. Nothing is stored. */
export async function check(content: RuleContent, id: string, signal: AbortSignal): Promise<Report> {
  const body = { rule: contentOf(content), ...(id && { id }) };
  return whole((await client.request<Report>("POST", "/v1/rules:check", { body, signal })).body);
}

/** Lists may come as null. */
function whole(r: Report): Report {
  return { ...r, findings: r.findings ?? [] };
}
