import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeGrids, encodePoints } from "../src/api/batch";
import { Client } from "../src/api/client";
import { Problem } from "../src/api/problem";
import type { CRS } from "../src/api/types";
import { toStored } from "../src/coord/convert";

/** What the Go client, the service and package geo do; "go test ./web -run TestGoldenBatch -update" writes it. */
interface Golden {
  points: Array<{ name: string; crs: CRS; at_ms: number | null; positions: Array<[number | null, number | null]>; bytes: string }>;
  grids: Array<{ name: string; bytes: string; epoch: string; revision: number; codes: string[]; index: number[]; failed: number }>;
  converted: Array<{ crs: CRS; given: [number, number]; stored: [number, number] }>;
}

const golden = JSON.parse(readFileSync(new URL("golden/batch.json", import.meta.url), "utf8")) as Golden;
const hexOf = (b: ArrayBuffer) => Buffer.from(b).toString("hex");
const bytesOf = (hex: string): ArrayBuffer => new Uint8Array(Buffer.from(hex, "hex")).buffer;
const pairs = (list: Golden["points"][number]["positions"]) => Float64Array.from(list.flat(), (v) => v ?? NaN);

describe("positions in the compact form", () => {
  it.each(golden.points)("are the bytes of the Go client: $name", ({ crs, at_ms, positions, bytes }) => {
    expect(hexOf(encodePoints(crs, pairs(positions), at_ms))).toBe(bytes);
  });

  it("are there in both widths", () => {
    const widths = golden.points.filter((g) => g.positions.length > 0).map((g) => (g.bytes.length / 2 - 24) / g.positions.length);
    expect(new Set(widths)).toEqual(new Set([8, 16]));
  });
});

describe("answers in the compact form", () => {
  it.each(golden.grids)("are read as the Go client reads them: $name", ({ bytes, epoch, revision, codes, index, failed }) => {
    expect(decodeGrids(bytesOf(bytes))).toEqual({ epoch, revision, codes, index: Int32Array.from(index), failed });
  });

  it("have grids, places outside and places that cannot be read", () => {
    const all = new Set(golden.grids.flatMap((g) => g.index));
    expect(all.has(-1) && all.has(-2) && all.has(0)).toBe(true);
  });

  const whole = Buffer.from(golden.grids.find((g) => g.codes.length > 1)!.bytes, "hex");
  const damaged = (change: (b: Buffer) => void) => {
    const b = Buffer.from(whole);
    change(b);
    return new Uint8Array(b).buffer;
  };
  it("that are cut short, too long or of another form are a problem", () => {
    for (let n = 0; n < whole.length; n++) expect(() => decodeGrids(new Uint8Array(whole.subarray(0, n)).buffer), `${n} bytes`).toThrow(Problem);
    expect(() => decodeGrids(new Uint8Array([...whole, 0, 0]).buffer)).toThrow(Problem);
    expect(() => decodeGrids(damaged((b) => b.write("WGPT")))).toThrow("compact form");
    expect(() => decodeGrids(damaged((b) => b.writeUInt8(2, 4)))).toThrow("compact form");
    expect(() => decodeGrids(damaged((b) => b.writeUInt8(2, 5)))).toThrow("compact form");
    expect(() => decodeGrids(damaged((b) => b.writeUInt16LE(0x7fff, b.length - 2)))).toThrow("index 32767");
    expect(() => decodeGrids(damaged((b) => b.writeUInt16LE(0x1000, 32 + b.readUInt16LE(6))))).toThrow("code 0");
    expect(() => decodeGrids(damaged((b) => b.writeUInt32LE(0x7fffffff, 20)))).toThrow(Problem);
  });

  it("of any bytes are read or are a problem", () => {
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647);
    for (let i = 0; i < 3000; i++) {
      const body = damaged((b) => {
        for (let k = 0; k < 3; k++) b[4 + (random() % (b.length - 4))] = random() % 256;
      });
      try {
        const g = decodeGrids(body);
        expect(g.index.every((n) => n >= -2 && n < g.codes.length)).toBe(true);
      } catch (cause) {
        expect(cause).toBeInstanceOf(Problem);
      }
    }
  });
});

describe("the client", () => {
  const two = golden.grids.find((g) => g.index.length === 2)!;
  const answering = (response: Response) => {
    const sent: RequestInit[] = [];
    const fetcher = async (_: RequestInfo | URL, init: RequestInit = {}) => (sent.push(init), response);
    return { client: new Client(fetcher as typeof fetch), sent };
  };

  it("sends bytes and reads bytes", async () => {
    const { client, sent } = answering(new Response(bytesOf(two.bytes), { headers: { "Wangge-Revision": "e-9" } }));
    const seen: number[] = [];
    client.onRevision = (_, revision) => seen.push(revision);
    const grids = await client.batch("gcj02", Float64Array.of(121.3, 30.8, 121.4, 30.9), "1970-01-01T00:00:00Z");
    expect(grids.codes).toEqual(two.codes);
    expect(seen).toEqual([9]);
    expect(sent[0]!.method).toBe("POST");
    expect(sent[0]!.headers).toMatchObject({ "Content-Type": "application/vnd.wangge.points", Accept: "application/vnd.wangge.grids" });
    expect(new DataView(sent[0]!.body as ArrayBuffer).getBigInt64(8, true)).toBe(1n);
  });

  it("takes an answer to another number of positions for none", async () => {
    const { client } = answering(new Response(bytesOf(two.bytes)));
    await expect(client.batch("wgs84", Float64Array.of(121.3, 30.8))).rejects.toMatchObject({ code: "bad-answer" });
  });

  it("turns a refusal into a Problem", async () => {
    const { client } = answering(new Response(JSON.stringify({ code: "batch-too-large", detail: "at most" }), { status: 413 }));
    await expect(client.batch("wgs84", Float64Array.of(1, 2))).rejects.toMatchObject({ status: 413, code: "batch-too-large" });
  });
});

describe("a position in CGCS2000", () => {
  it.each(golden.converted)("is where the service sees it: $crs $given", ({ crs, given, stored }) => {
    const [x, y] = toStored(crs, ...given)!;
    expect(Math.abs(x - stored[0])).toBeLessThan(1e-9);
    expect(Math.abs(y - stored[1])).toBeLessThan(1e-9);
  });

  it("is none where there is none", () => {
    expect(toStored("wgs84", NaN, 30)).toBeNull();
    expect(toStored("wgs84", 30, 121)).toBeNull();
    expect(toStored("epsg:4549", 40_627_181, 3_418_807)).toBeNull();
  });
});
