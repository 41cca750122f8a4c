import { describe, expect, it } from "vitest";
import { boxOf, placeOn, roughlyApart } from "../src/place";
import type { Position } from "../src/api/types";

const square = (x: number, y: number, d: number): Position[] => [[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]];

describe("the box of a geometry", () => {
  it("holds all its parts", () => {
    expect(boxOf({ type: "MultiPolygon", coordinates: [[square(1, 2, 1)], [square(5, 0, 2)]] })).toEqual([1, 0, 7, 3]);
    expect(boxOf({ type: "Point", coordinates: [3, 4] })).toEqual([3, 4, 3, 4]);
  });
});

describe("a place on a geometry", () => {
  it("is inside an area whose middle is not: a U", () => {
    const u: Position[] = [[0, 0], [5, 0], [5, 4], [4, 4], [4, 1], [1, 1], [1, 4], [0, 4], [0, 0]];
    const p = placeOn({ type: "Polygon", coordinates: [u] })!;
    expect(p[0] < 1 || p[0] > 4).toBe(true);
  });

  it("keeps out of holes and takes the largest part", () => {
    const p = placeOn({ type: "MultiPolygon", coordinates: [[square(100, 0, 1)], [square(0, 0, 9), square(3, 3, 3)]] })!;
    expect(p[0]).toBeLessThan(9);
    expect(p[0] < 3 || p[0] > 6).toBe(true);
  });

  it("is the point, the middle of a line, or nothing", () => {
    expect(placeOn({ type: "Point", coordinates: [1, 2] })).toEqual([1, 2]);
    expect(placeOn({ type: "LineString", coordinates: [[0, 0], [2, 2]] })).toEqual([1, 1]);
    expect(placeOn({ type: "Polygon", coordinates: [[]] })).toBeNull();
    expect(placeOn({ type: "MultiPolygon", coordinates: [] })).toBeNull();
  });
});

describe("how far readings are apart", () => {
  it("is good to a part in a hundred", () => {
    // 0.0045 degrees east and 0.0021 south at 30.89 degrees: 429 m and 233 m.
    expect(roughlyApart([121.33, 30.89], [121.3345, 30.8879])).toBeGreaterThan(480);
    expect(roughlyApart([121.33, 30.89], [121.3345, 30.8879])).toBeLessThan(498);
    expect(roughlyApart([121.33, 30.89], [121.33, 30.89])).toBe(0);
  });
});
