import { describe, expect, it, vi } from "vitest";
import type { Position } from "../src/api/types";
import { cornersOf, faultOf, inserted, middleOf, moved, polygonOf, removed, rounded } from "../src/sketch/ring";
import { featuresOf, type Sketch } from "../src/sketch/sketch";

vi.mock("../src/names", () => ({ nameFor: (_: string, id: string) => id, everyOf: () => null }));
vi.mock("../src/state", () => ({ me: { value: { role: "planner" } }, client: {} }));
const { draftOf, matching, refOf, saysIt } = await import("../src/rules/suggest");

const square: Position[] = [[121.1, 30.8], [121.2, 30.8], [121.2, 30.9], [121.1, 30.9]];

describe("the corners of an area", () => {
  it("are its outer ring without the first one again, and back", () => {
    const hole: Position[] = [[121.12, 30.82], [121.13, 30.82], [121.13, 30.83], [121.12, 30.82]];
    expect(cornersOf(polygonOf(square, [hole]))).toEqual(square);
    expect(polygonOf(square, [hole])).toEqual([[...square, square[0]], hole]);
    expect(cornersOf(undefined)).toEqual([]);
    expect(polygonOf([])).toEqual([]);
    expect(cornersOf(polygonOf([[121.1, 30.8]]))).toEqual([[121.1, 30.8]]);
  });

  it("come, move and go one at a time, and leave the others alone", () => {
    const p: Position = [121.15, 30.95];
    expect(inserted(square, p).at(-1)).toEqual(p);
    expect(inserted(square, p, 1)).toEqual([square[0], square[1], p, square[2], square[3]]);
    expect(removed(inserted(square, p, 1), 2)).toEqual(square);
    expect(moved(square, 2, p)).toEqual([square[0], square[1], p, square[3]]);
    expect(middleOf(square, 3)).toEqual([121.1, 30.85]);
    expect(inserted([], p)).toEqual([p]);
    expect(rounded(121.123456789, 30.99999996)).toEqual([121.1234568, 31]);
    expect(square).toHaveLength(4);
  });

  it.each<[string | null, Position[]]>([
    [null, []],
    ["few", [[0, 0]]],
    ["few", [[0, 0], [1, 0]]],
    [null, [[0, 0], [1, 0], [0, 1]]],
    [null, [[0, 1], [1, 0], [0, 0]]],
    ["twice", [[0, 0], [1, 0], [1, 0], [0, 1]]],
    ["twice", [[0, 0], [1, 0], [0, 1], [0, 0]]],
    ["cross", [[0, 0], [1, 1], [1, 0], [0, 1]]],
    ["cross", [[0, 0], [2, 0], [1, 0]]], // folds back
    ["cross", [[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]]], // a corner on another side
    [null, [[0, 0], [1, 0], [2, 0], [2, 2]]], // a corner in the middle of a straight side
  ])("are an area, or it is said why not: %s %j", (fault, corners) => expect(faultOf(corners)).toBe(fault));

  it("finds in a thousand rings what looking at every pair of sides with plain numbers finds", () => {
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const turn = (a: Position, b: Position, c: Position) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let crossing = 0;
    for (let k = 0; k < 1000; k++) {
      const ring = Array.from({ length: 3 + Math.floor(random() * 5) }, () => rounded(random(), random()));
      const n = ring.length;
      let cross = false;
      for (let i = 0; i < n; i++) {
        for (let j = i + 2; j < n; j++) {
          if (i === 0 && j === n - 1) continue;
          const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % n]!];
          cross ||= turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
        }
      }
      crossing += cross ? 1 : 0;
      expect(faultOf(ring), JSON.stringify(ring)).toBe(cross ? "cross" : null);
    }
    expect(crossing).toBeGreaterThan(100);
  });
});

describe("what is drawn of it", () => {
  const kinds = (s: Sketch, ...more: [Parameters<typeof featuresOf>[1], number | null, boolean]) => featuresOf(s, ...more).map((f) => f.properties?.["kind"] as string);
  const drawing: Sketch = { corners: square, holes: [], change: () => {} };

  it("has handles only for who draws it, and a side to come while corners are added", () => {
    expect(kinds({ ...drawing, change: null }, null, null, false)).toEqual(["area", "side"]);
    expect(kinds(drawing, null, 1, false)).toEqual(["area", "side", "middle", "middle", "middle", "middle", "corner", "corner", "corner", "corner"]);
    expect(kinds(drawing, null, 1, true)).toEqual(["area", "side", "open", "middle", "middle", "middle", "corner", "corner", "corner", "corner"]);
    expect(kinds({ ...drawing, corners: square.slice(0, 1) }, null, null, true)).toEqual(["corner"]);
    expect(kinds({ ...drawing, corners: [] }, null, null, true)).toEqual([]);
  });

  it("follows what is dragged", () => {
    const to: Position = [121.25, 30.85];
    const corners = featuresOf(drawing, { index: 1, insert: true, to }, null, false).filter((f) => f.properties?.["kind"] === "corner");
    expect(corners.map((f) => (f.geometry as GeoJSON.Point).coordinates)[2]).toEqual(to);
    expect(corners.map((f) => f.properties?.["active"])).toEqual([false, false, true, false, false]);
  });
});

describe("a suggestion", () => {
  const one = { category: "part.bin", unit: "u_a", correct: "u_b", count: 4, first: "2026-11-01T00:00:00Z", last: "2026-11-20T00:00:00Z", grids: ["xZ01", "xZ02"], refusals: ["rf_1"], content: { name: "u_a → u_b", band: "regular", when: { categories: ["part.bin"], area: { grids: ["xZ01", "xZ02"] } }, then: { primary: "unit:u_b" }, basis: { list: "voluntary" } } } as never as Parameters<typeof draftOf>[0];

  it("becomes a draft with a name that people read", () => {
    const draft = draftOf(one, "2026-12-10", { name: "废物箱", name_en: "Bins" }, { name: "水务局", name_en: "Water Bureau" });
    expect(draft).toMatchObject({ name: "废物箱归水务局", name_en: "Bins: Water Bureau", from: "2026-12-10", then: { primary: "unit:u_b" }, when: { area: { grids: ["xZ01", "xZ02"] } } });
    expect(draftOf(one, "2026-12-10", null, null)).toMatchObject({ name: "part.bin归u_b" });
    expect(draftOf(one, "2026-12-10", null, null)).not.toHaveProperty("name_en");
  });

  it("is found by its words, and told from others", () => {
    expect(refOf(one)).toBe("part.bin/u_a/u_b");
    expect(matching([one], "Z02 bin", () => "")).toEqual([one]);
    expect(matching([one], "水务", () => "水务局")).toEqual([one]);
    expect(matching([one], "noise", () => "")).toEqual([]);
  });

  it("is said already by a rule that names that unit for it there", () => {
    const rule = { state: "draft", when: { categories: ["part.bin"] }, then: { primary: "unit:u_b" } } as never as Parameters<typeof saysIt>[0];
    expect(saysIt(rule, one)).toBe(true);
    expect(saysIt({ ...rule, when: { area: { grids: ["xZ02"] } } }, one)).toBe(true);
    expect(saysIt({ ...rule, when: { area: { grids: ["xZ09"] } } }, one)).toBe(false);
    expect(saysIt({ ...rule, when: { categories: ["event.noise"] } }, one)).toBe(false);
    expect(saysIt({ ...rule, then: { primary: "unit:u_c" } }, one)).toBe(false);
    expect(saysIt({ ...rule, state: "withdrawn" } as never, one)).toBe(false);
  });
});
