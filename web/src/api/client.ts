import { batchPath, decodeGrids, encodePoints, gridsMedia, pointsMedia, type Grids } from "./batch";
import { Problem, problemOf } from "./problem";
import type { Answer, AreaLayer, Border, BorderList, CRS, Descent, Feature, Found, GridContents, LayerName, Me, Page, Position, Status, Translation } from "./types";

/** A question about a point, or about the line or the area that geometry is in WKT, and what it carries beside. */
export interface Asked {
  x: number;
  y: number;
  crs: CRS;
  geometry?: string;
  accuracy?: number;
  category?: string;
  channel?: string;
  severity?: string;
  reporter?: string;
  /** Above 0 to 1. */
  confidence?: number;
  caseNumber?: string;
  /** Code of the grid that took the report first. */
  receivedBy?: string;
  at?: string;
}

type Query = Record<string, string | number | undefined>;

/** Requests to the service that this page came from. Every method rejects with a Problem, or an AbortError when cancelled. */
export class Client {
  /** Language of error texts. */
  lang = "zh-CN";
  /** Bearer token for edits, "" when not signed in. */
  token = "";
  /** Called with epoch and revision of every answer. */
  onRevision: (epoch: string, revision: number) => void = () => {};

  constructor(private readonly fetcher: typeof fetch = fetch.bind(globalThis)) {}

  status(signal?: AbortSignal): Promise<Status> {
    return this.read("/v1/status", {}, signal);
  }

  lookup(q: Asked, signal?: AbortSignal): Promise<Answer> {
    return this.read("/v1/lookup", lookupQuery(q), signal);
  }

  /**
   * The grids of up to mostPoints positions, which are longitude and latitude in turn, in the compact form. The Problem "bad-answer"
   * is an answer of another form.
   */
  async batch(crs: CRS, positions: Float64Array, at?: string, signal?: AbortSignal): Promise<Grids> {
    const body = encodePoints(crs, positions, at === undefined ? null : Date.parse(at));
    const response = await this.send("POST", batchPath, { "Content-Type": pointsMedia, Accept: gridsMedia }, body, signal);
    const grids = decodeGrids(await response.arrayBuffer());
    if (grids.index.length !== positions.length / 2) throw new Problem(502, "bad-answer", `${grids.index.length} answers to ${positions.length / 2} positions`);
    return grids;
  }

  /** The whole answers for up to mostPoints positions of one system, in their order; null for one that has none. */
  async answers(crs: CRS, points: Position[], at?: string, signal?: AbortSignal): Promise<Array<Answer | null>> {
    const body = JSON.stringify({ crs, points, fields: "all", at });
    const response = await this.send("POST", batchPath, { "Content-Type": "application/json" }, body, signal);
    const { items } = (await response.json()) as { items: Array<Answer | { error: unknown }> };
    return items.map((item) => ("error" in item ? null : item));
  }

  /** The answer of an answer_id again, from the versions that it names. */
  replay(answerId: string, signal?: AbortSignal): Promise<Answer> {
    return this.read(`/v1/answers/${encodeURIComponent(answerId)}:replay`, {}, signal);
  }

  async search(q: string, signal?: AbortSignal): Promise<Found[]> {
    const body = await this.read<{ items: Found[] }>("/v1/search", { q }, signal);
    return body.items;
  }

  list(layer: LayerName, query: Query, signal?: AbortSignal): Promise<Page> {
    return this.read(`/v1/${layer}`, query, signal);
  }

  /** A feature and the ETag that an edit of it must name. */
  async feature(layer: string, id: string, at?: string, signal?: AbortSignal): Promise<{ feature: Feature; etag: string }> {
    const response = await this.send("GET", withQuery(`/v1/${layer}/${encodeURIComponent(id)}`, { at }), {}, undefined, signal);
    return { feature: (await response.json()) as Feature, etag: response.headers.get("ETag") ?? "" };
  }

  /** Replaces a feature; status 412 when it is no longer what etag names. */
  async replace(layer: string, id: string, body: Feature, etag: string): Promise<{ feature: Feature; etag: string }> {
    const response = await this.send("PUT", `/v1/${layer}/${encodeURIComponent(id)}`, { "If-Match": etag, "Content-Type": "application/json" }, JSON.stringify(body));
    return { feature: (await response.json()) as Feature, etag: response.headers.get("ETag") ?? "" };
  }

  /** What the code of an area became, or was, in an edition. from is an instant; without it the code is taken as it is now, or was last. */
  translate(layer: AreaLayer, id: string, to: string, from?: string, signal?: AbortSignal): Promise<Translation> {
    return this.read(`/v1/${layer}/${encodeURIComponent(id)}/translate`, { to, from }, signal);
  }

  /** How the areas of an edition descend from those of the one before it. */
  lineage(edition: string, signal?: AbortSignal): Promise<Descent> {
    return this.read(`/v1/editions/${encodeURIComponent(edition)}/lineage`, {}, signal);
  }

  contents(grid: string, at?: string, signal?: AbortSignal): Promise<GridContents> {
    return this.read(`/v1/grids/${encodeURIComponent(grid)}/contents`, { at }, signal);
  }

  borders(at?: string, signal?: AbortSignal): Promise<BorderList> {
    return this.read("/v1/borders", { at }, signal);
  }

  /** A border with its line. */
  border(id: string, at?: string): Promise<Border> {
    return this.read(`/v1/borders/${encodeURIComponent(id)}`, { at });
  }

  me(): Promise<Me> {
    return this.read("/v1/me", {});
  }

  /**
   * A request that has an answer in JSON. etag becomes If-Match. A POST carries a key of its own, the same again while the same body has
   * not been answered, so that what was sent twice over a bad line is done once.
   */
  async request<T>(method: string, path: string, options: { query?: Query; body?: unknown; etag?: string; signal?: AbortSignal } = {}): Promise<{ body: T; etag: string }> {
    const { query = {}, body, etag, signal } = options;
    const headers: Record<string, string> = {};
    if (etag) headers["If-Match"] = etag;
    const data = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
    if (body !== undefined && !(body instanceof Blob)) headers["Content-Type"] = "application/json";
    const attempt = `${method} ${path} ${etag ?? ""} ${typeof data === "string" ? data : ""}`;
    if (method === "POST") headers["Idempotency-Key"] = this.keyFor(attempt);
    try {
      const response = await this.send(method, withQuery(path, query), headers, data, signal);
      this.keys.delete(attempt);
      return { body: (response.status === 204 ? null : await response.json()) as T, etag: response.headers.get("ETag") ?? "" };
    } catch (cause) {
      if (cause instanceof Problem && !cause.offline) this.keys.delete(attempt);
      throw cause;
    }
  }

  private readonly keys = new Map<string, string>();

  private keyFor(attempt: string): string {
    const key = this.keys.get(attempt) ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    this.keys.set(attempt, key);
    return key;
  }

  private async read<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
    const response = await this.send("GET", withQuery(path, query), {}, undefined, signal);
    return (await response.json()) as T;
  }

  private async send(method: string, path: string, headers: Record<string, string>, body?: BodyInit, signal?: AbortSignal): Promise<Response> {
    const init: RequestInit = { method, headers: { Accept: "application/json", "Accept-Language": this.lang, ...headers } };
    if (this.token) (init.headers as Record<string, string>)["Authorization"] = `Bearer ${this.token}`;
    if (body !== undefined) init.body = body;
    if (signal) init.signal = signal;
    let response: Response;
    try {
      response = await this.fetcher(path, init);
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new Problem(0, "offline", "");
    }
    this.noteRevision(response);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  private noteRevision(response: Response): void {
    const header = response.headers.get("Wangge-Revision") ?? "";
    const cut = header.lastIndexOf("-");
    const revision = Number(header.slice(cut + 1));
    if (cut > 0 && Number.isInteger(revision)) this.onRevision(header.slice(0, cut), revision);
  }
}

/** The query of a lookup; also the address that "open as JSON" shows. */
export function lookupQuery(q: Asked): Query {
  const place: Query = q.geometry ? { geometry: q.geometry, crs: q.crs } : { lon: q.x, lat: q.y, crs: q.crs, accuracy_m: q.accuracy };
  return { ...place, category: q.category, channel: q.channel, severity: q.severity, reporter: q.reporter, confidence: q.confidence, case_number: q.caseNumber, received_by: q.receivedBy, at: q.at };
}

/** A path with those query parameters that have a value. */
export function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}
