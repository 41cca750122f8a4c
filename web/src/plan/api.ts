import type { Problem } from "../api/problem";
import { client } from "../state";
import { dayOf, numberOf, placeOf } from "./dates";
import { contentOf } from "./content";
import { daysFrom, type Days } from "./days";
import type { StepName } from "./steps";
import type { Content, Evaluation, Interval, Judged, Order, OrderContent, Preview, Read, Revision, Schedule, Tagged, Texts, Year } from "./types";

// The requests of the planner's screen.

const path = (id: string, rest = "") => `/v1/schedules/${encodeURIComponent(id)}${rest}`;

/** Everything that is known of a revision now, and the tag that a change of it must name. */
export function judged(id: string, signal?: AbortSignal): Promise<Tagged<Judged>> {
  return client.request<Told>("GET", path(id, ":findings"), signal ? { signal } : {}).then(clean);
}

/** Stores a draft: a new one without id. */
export function saveDraft(id: string, content: Content, etag: string): Promise<Tagged<Judged>> {
  return (id ? client.request<Told>("PUT", path(id), { body: content, etag }) : client.request<Told>("POST", "/v1/schedules", { body: content })).then(clean);
}

/** Takes a step with a revision. A redraft answers with another revision. */
export function takeStep(step: Exclude<StepName, "discard">, id: string, etag: string, more: { text?: string; role?: string }): Promise<Tagged<Judged>> {
  return client.request<Told>("POST", path(id, `:${step}`), { body: more, etag }).then(clean);
}

export async function discard(id: string, etag: string): Promise<void> {
  await client.request<unknown>("DELETE", path(id), { etag });
}

/** What the service tells of a revision. Lists may come as null. */
type Told = Partial<Omit<Judged, "subject">> & { schedule: Schedule };

function clean({ body, etag }: Tagged<Told>): Tagged<Judged> {
  return { etag, body: { subject: body.schedule, findings: body.findings ?? [], allowed: body.allowed ?? [], consents: body.consents ?? [], missing: body.missing ?? [] } };
}

/** What content would do, from a day on for so many days, beside what is published. */
export async function preview(content: Content, id: string, from: string, days: number, signal: AbortSignal): Promise<Preview> {
  const body = { schedule: contentOf(content), ...(id && { id }), from, until: dayOf(numberOf(from) + days) };
  const answer = (await client.request<Preview>("POST", "/v1/schedules:preview", { body, signal })).body;
  return { ...answer, findings: answer.findings ?? [], intervals: answer.intervals ?? [], published: answer.published ?? [] };
}

export async function evaluate(zone: string, instant: string | null, signal?: AbortSignal): Promise<Evaluation> {
  return (await client.request<Evaluation>("GET", "/v1/schedules:evaluate", { query: { zone, at: instant ?? undefined }, ...(signal && { signal }) })).body;
}

/** What a zone is used for between two days; schedule is a revision to look at as if it were published. */
export async function intervals(zone: string, from: string, until: string, schedule: string | undefined, signal?: AbortSignal): Promise<{ intervals: Interval[]; provisional: boolean }> {
  const query = { zone, from: `${from}T00:00:00+08:00`, to: `${until}T00:00:00+08:00`, schedule };
  const { body } = await client.request<{ intervals: Interval[] | null; provisional: boolean }>("GET", "/v1/schedules:intervals", { query, ...(signal && { signal }) });
  return { ...body, intervals: body.intervals ?? [] };
}

/** The days from a date until another. */
export async function calendar(from: string, until: string, signal?: AbortSignal): Promise<Days> {
  return daysFrom((await client.request<Year>("GET", "/v1/calendar", { query: { from, until }, ...(signal && { signal }) })).body);
}

/** All revisions as they are at an instant, null for now; of one zone if it is given, the newest first. */
export async function revisions(zone: string | undefined, instant: string | null, signal?: AbortSignal): Promise<Schedule[]> {
  const out: Schedule[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.list("schedules", { zone, limit: 500, cursor, at: instant ?? undefined }, signal);
    out.push(...(page.items as unknown as Schedule[]));
    cursor = page.next;
  } while (cursor !== undefined);
  return out.filter((s) => !zone || s.zone === zone).sort((a, b) => b.number - a.number || (a.code < b.code ? -1 : 1));
}

export async function texts(id: string, signal?: AbortSignal): Promise<Texts> {
  return (await client.request<Texts>("GET", path(id, ":texts"), signal ? { signal } : {})).body;
}

export function workbookPath(id: string): string {
  return path(id, "/workbook.xlsx");
}

/** Reads a workbook; nothing is stored. */
export async function readWorkbook(file: Blob): Promise<Read> {
  // Not every system knows the type of a workbook by its name.
  const body = file.slice(0, file.size, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  return (await client.request<Read>("POST", "/v1/schedules:read", { body })).body;
}

/** The orders that are or will be in force, of one zone if it is given, and those that have ended. */
export async function orders(zone: string | undefined, signal?: AbortSignal): Promise<Order[]> {
  const page = await client.list("orders", { limit: 500 }, signal);
  return (page.items as unknown as Order[]).filter((o) => !zone || o.zones.includes(zone)).sort((a, b) => Date.parse(b.starts) - Date.parse(a.starts));
}

export function giveOrder(order: OrderContent): Promise<Tagged<unknown>> {
  return client.request("POST", "/v1/orders", { body: order });
}

/** Ends an order; one that has not begun is taken back. */
export async function endOrder(id: string): Promise<void> {
  const { etag } = await client.feature("orders", id);
  await client.request("DELETE", `/v1/orders/${encodeURIComponent(id)}`, { etag });
}

/** The revision that somebody else has saved, from a refusal (412); null when it is not said. */
export function currentOf<R extends Revision>(p: Problem): { subject: R; etag: string } | null {
  const { current, current_etag } = p.more as { current?: R; current_etag?: string };
  return current && typeof current_etag === "string" ? { subject: current, etag: current_etag } : null;
}

/** Today in the district. */
export function today(): string {
  return placeOf(Date.now()).day;
}
