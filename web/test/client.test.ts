import { describe, expect, it } from "vitest";
import { Client, withQuery } from "../src/api/client";
import { Problem } from "../src/api/problem";

interface Sent {
  path: string;
  init: RequestInit;
}

/** A client whose network answers with the given responses in their order. */
function clientWith(...answers: Array<Response | Error>): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetcher = async (path: RequestInfo | URL, init: RequestInit = {}) => {
    sent.push({ path: String(path), init });
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new Error("no more answers");
    return answer;
  };
  return { client: new Client(fetcher as typeof fetch), sent };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers });
const header = (s: Sent | undefined, name: string) => (s?.init.headers as Record<string, string>)[name];

describe("the client", () => {
  it("asks for a point with its system, and writes a plus so that it stays one", async () => {
    const { client, sent } = clientWith(json({ outcome: "outside" }));
    await client.lookup({ x: 121.33, y: 30.89, crs: "gcj02", accuracy: 12, at: "2025-05-20T10:05:00+08:00" });
    expect(sent[0]?.path).toBe("/v1/lookup?lon=121.33&lat=30.89&crs=gcj02&accuracy_m=12&at=2025-05-20T10%3A05%3A00%2B08%3A00");
    expect(header(sent[0], "Authorization")).toBeUndefined();
  });

  it("carries token and language", async () => {
    const { client, sent } = clientWith(json({}));
    client.token = "secret";
    client.lang = "en";
    await client.me();
    expect(header(sent[0], "Authorization")).toBe("Bearer secret");
    expect(header(sent[0], "Accept-Language")).toBe("en");
  });

  it("replaces with the tag that it read", async () => {
    const { client, sent } = clientWith(json({ id: "格 1" }, 200, { ETag: '"3"' }), json({ id: "格 1" }, 200, { ETag: '"4"' }));
    const { feature, etag } = await client.feature("grids", "格 1");
    const saved = await client.replace("grids", "格 1", feature, etag);
    expect(sent[1]?.path).toBe("/v1/grids/%E6%A0%BC%201");
    expect(sent[1]?.init.method).toBe("PUT");
    expect(header(sent[1], "If-Match")).toBe('"3"');
    expect(saved.etag).toBe('"4"');
  });

  it("tells of the revision of every answer, also of a refusal", async () => {
    const { client } = clientWith(json({ items: [] }, 200, { "Wangge-Revision": "a-b-12" }), json({ code: "not-found" }, 404, { "Wangge-Revision": "a-b-13" }));
    const seen: Array<[string, number]> = [];
    client.onRevision = (epoch, revision) => seen.push([epoch, revision]);
    expect(await client.search("x")).toEqual([]);
    await expect(client.status()).rejects.toBeInstanceOf(Problem);
    expect(seen).toEqual([
      ["a-b", 12],
      ["a-b", 13],
    ]);
  });

  it("turns a problem body into a Problem", async () => {
    const { client } = clientWith(json({ code: "validation", detail: "no", errors: [{ pointer: "/name", detail: "too long" }] }, 422, { "X-Request-Id": "r7" }));
    const problem = await client.status().catch((p: Problem) => p);
    expect(problem).toMatchObject({ status: 422, code: "validation", detail: "no", errors: [{ pointer: "/name" }], requestId: "r7", offline: false });
  });

  it("keeps what a problem says beyond its usual members", async () => {
    const { client } = clientWith(json({ code: "code-retired", detail: "ended", successors: [{ code: "B", share: 1 }] }, 410));
    const problem = await client.feature("grids", "A").catch((p: Problem) => p);
    expect((problem as Problem).more["successors"]).toEqual([{ code: "B", share: 1 }]);
  });

  it("translates a code and reads the lineage of an edition", async () => {
    const { client, sent } = clientWith(json({ code: "A" }), json({ edges: [] }), json({ items: [{ grid: { code: "A" } }, { error: { code: "bad-coordinate" } }] }));
    await client.translate("grids", "A/1", "e_2024", "2025-05-20T10:05:00+08:00");
    await client.lineage("e 1");
    expect(sent.map((s) => s.path)).toEqual(["/v1/grids/A%2F1/translate?to=e_2024&from=2025-05-20T10%3A05%3A00%2B08%3A00", "/v1/editions/e%201/lineage"]);
    expect(await client.answers("wgs84", [[121, 30], [500, 0]])).toEqual([{ grid: { code: "A" } }, null]);
    expect(JSON.parse(String(sent[2]!.init.body))).toEqual({ crs: "wgs84", points: [[121, 30], [500, 0]], fields: "all" });
  });

  it("takes a body that is no problem as one with the status", async () => {
    const { client } = clientWith(new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    await expect(client.status()).rejects.toMatchObject({ status: 502, code: "502" });
  });

  it("says offline when no answer comes, but not when it was cancelled", async () => {
    const { client } = clientWith(new TypeError("network"), new DOMException("", "AbortError"));
    await expect(client.status()).rejects.toMatchObject({ status: 0, offline: true });
    const abort = new AbortController();
    abort.abort();
    await expect(client.status(abort.signal)).rejects.toMatchObject({ name: "AbortError" });
  });

  it("leaves out what has no value", () => {
    expect(withQuery("/v1/poles", { q: "", at: undefined, limit: 0 })).toBe("/v1/poles?limit=0");
    expect(withQuery("/v1/poles", {})).toBe("/v1/poles");
  });
});
