import { Problem } from "./problem";
import type { CRS } from "./types";

// The compact form of POST /v1/lookup:batch, as the service describes it in its document. All numbers are little endian. The file
// test/golden/batch.json has bodies and answers that the Go client and the service agree upon.

export const batchPath = "/v1/lookup:batch";
export const pointsMedia = "application/vnd.wangge.points";
export const gridsMedia = "application/vnd.wangge.grids";

/** How many positions a body may have without a token. */
export const mostPoints = 10_000;

/** What stands in Grids.index in place of a code: the position is outside the district, or could not be read. */
export const outside = -1;
export const invalid = -2;

/** The grids of many positions, in their order. */
export interface Grids {
  epoch: string;
  revision: number;
  /** The codes that occur. */
  codes: string[];
  /** For each position the place of its code, or outside, or invalid. */
  index: Int32Array;
  /** How many positions are invalid. */
  failed: number;
}

const systems: Readonly<Record<CRS | "cgcs2000", number>> = { wgs84: 1, cgcs2000: 2, gcj02: 3, bd09: 4, "epsg:4549": 5 };
const pointsHead = 24;
const gridsHead = 32;
const scale = 1e7;

/**
 * The body for positions, which are longitude and latitude (or easting and northing) in turn; one that is not finite is an invalid
 * one. at is in milliseconds since 1970, null for now. Positions that are whole multiples of 1e-7 degree, all of them, take half the
 * bytes of others; either way the service sees exactly these numbers.
 */
export function encodePoints(crs: CRS | "cgcs2000", positions: Float64Array, at: number | null = null): ArrayBuffer {
  const fixed = crs === "epsg:4549" ? null : fixedOf(positions);
  const body = new ArrayBuffer(pointsHead + positions.length * (fixed ? 4 : 8));
  const view = new DataView(body);
  write(view, 0, "WGPT");
  view.setUint8(4, 1);
  view.setUint8(5, fixed ? 0 : 1);
  view.setUint8(6, systems[crs]);
  view.setBigInt64(8, BigInt(at === null ? 0 : Math.trunc(at) || 1), true); // 0 is now
  view.setUint32(16, positions.length / 2, true);
  if (fixed) for (let i = 0; i < fixed.length; i++) view.setInt32(pointsHead + 4 * i, fixed[i]!, true);
  else for (let i = 0; i < positions.length; i++) view.setFloat64(pointsHead + 8 * i, positions[i]!, true);
  return body;
}

/** The numbers in 1e-7; null if the service, which divides by 1e7, would not get one of them again. */
function fixedOf(values: Float64Array): Int32Array | null {
  const out = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (!(v > -214 && v < 214)) return null;
    const n = Math.trunc(v * scale + (v < 0 ? -0.5 : 0.5));
    if (n / scale !== v) return null;
    out[i] = n;
  }
  return out;
}

/** Reads an answer. It keeps nothing of the body. An answer of another form is a Problem "bad-answer". */
export function decodeGrids(body: ArrayBuffer): Grids {
  const view = new DataView(body);
  if (body.byteLength < gridsHead || read(body, 0, 4) !== "WGGR" || view.getUint8(4) !== 1 || view.getUint8(5) > 1) throw badAnswer("not the compact form, version 1");
  const size = view.getUint8(5) === 1 ? 4 : 2;
  const epoch = view.getUint16(6, true);
  const [count, codes, failed, table] = [view.getUint32(16, true), view.getUint32(20, true), view.getUint32(24, true), view.getUint32(28, true)];
  if (body.byteLength !== gridsHead + table + count * size || table % 4 !== 0 || epoch + 2 * codes > table) throw badAnswer(`${body.byteLength} bytes for ${count} positions`);
  const names = readCodes(view, gridsHead + epoch, gridsHead + table, codes);
  return {
    epoch: read(body, gridsHead, gridsHead + epoch),
    revision: Number(view.getBigInt64(8, true)),
    codes: names,
    index: size === 4 ? wideIndex(body, gridsHead + table, count, codes) : narrowIndex(body, gridsHead + table, count, codes),
    failed,
  };
}

/** The codes, each after its length. */
function readCodes(view: DataView<ArrayBuffer>, from: number, end: number, count: number): string[] {
  const out: string[] = [];
  for (let at = from; out.length < count; ) {
    const begin = at + 2;
    at = begin > end ? Infinity : begin + view.getUint16(begin - 2, true);
    if (at > end) throw badAnswer(`code ${out.length} of ${count}`);
    out.push(read(view.buffer, begin, at));
  }
  return out;
}

// Indexes stand at a multiple of 4, and every browser's numbers are little endian: they can be taken as they are.

function wideIndex(body: ArrayBuffer, at: number, count: number, codes: number): Int32Array {
  return checked(new Int32Array(body.slice(at, at + 4 * count)), codes);
}

/** 16 bits: 0xffff is outside, 0xfffe is invalid. */
function narrowIndex(body: ArrayBuffer, at: number, count: number, codes: number): Int32Array {
  return checked(Int32Array.from(new Uint16Array(body, at, count), (n) => (n >= 0xfffe ? n - 0x10000 : n)), codes);
}

function checked(index: Int32Array, codes: number): Int32Array {
  const bad = index.findIndex((n) => n < invalid || n >= codes);
  if (bad >= 0) throw badAnswer(`position ${bad} has index ${index[bad]} of ${codes} codes`);
  return index;
}

/** The status is what a gateway says of an answer that it cannot read. */
function badAnswer(detail: string): Problem {
  return new Problem(502, "bad-answer", detail);
}

function write(view: DataView, at: number, letters: string): void {
  for (let i = 0; i < letters.length; i++) view.setUint8(at + i, letters.charCodeAt(i));
}

function read(body: ArrayBuffer, from: number, to: number): string {
  return new TextDecoder().decode(new Uint8Array(body, from, to - from));
}
