import { describe, expect, it } from "vitest";
import { lookupQuery, withQuery } from "../src/api/client";
import { Problem } from "../src/api/problem";
import type { Position } from "../src/api/types";
import { isOfShape, isWhole, mostCorners, precisionOf, shapeFault, wktOf, type Shape } from "../src/sketch/shape";
import { featuresOf, handlesOf, isFull, type Sketch } from "../src/sketch/sketch";
import { readAddress, asPoint, type PointTask } from "../src/url";

const three: Position[] = [[121.3, 30.8], [121.31, 30.8], [121.31, 30.81]];
const line: Shape = { area: false, corners: three };
const area: Shape = { area: true, corners: three };

describe("a line or an area that is asked about", () => {
  it("is WKT for the service, an area with its first corner again", () => {
    expect(wktOf(line)).toBe("LINESTRING(121.3 30.8, 121.31 30.8, 121.31 30.81)");
    expect(wktOf(area)).toBe("POLYGON((121.3 30.8, 121.31 30.8, 121.31 30.81, 121.3 30.8))");
    expect(precisionOf(line)).toBe("line");
    expect(precisionOf(area)).toBe("polygon");
    expect(precisionOf(undefined)).toBe("point");
  });

  it("is asked about in place of a position and its error", () => {
    const q = { x: 121.3, y: 30.8, crs: "wgs84", accuracy: 30 } as const;
    expect(withQuery("/", lookupQuery(q))).toBe("/?lon=121.3&lat=30.8&crs=wgs84&accuracy_m=30");
    expect(withQuery("/", lookupQuery({ ...q, geometry: "LINESTRING(1 2, 3 4)" }))).toBe("/?geometry=LINESTRING%281+2%2C+3+4%29&crs=wgs84");
  });

  it("is whole with two corners or three", () => {
    const first = (n: number, s: Shape) => isWhole({ ...s, corners: s.corners.slice(0, n) });
    expect([1, 2, 3].map((n) => first(n, line))).toEqual([false, true, true]);
    expect([1, 2, 3].map((n) => first(n, area))).toEqual([false, false, true]);
  });

  it.each<[string | null, Shape]>([
    [null, line],
    [null, area],
    [null, { area: false, corners: [...three, three[0]!, three[1]!] }], // a line may cross itself
    ["cross", { area: true, corners: [[121.3, 30.8], [121.31, 30.81], [121.31, 30.8], [121.3, 30.81]] }],
    ["few", { area: false, corners: [three[0]!, three[0]!] }],
    ["few", { area: false, corners: [] }],
    ["wide", { area: false, corners: [three[0]!, [121.52, 30.8]] }],
    ["wide", { area: true, corners: [...three, [121.3, 30.99]] }],
    ["many", { area: false, corners: Array.from({ length: mostCorners + 1 }, (_, i): Position => [121.3 + i / 1000, 30.8]) }],
  ])("is explained when it is refused: %s %j", (fault, shape) => expect(shapeFault(shape)).toBe(fault));

  it("has problems of its own, and others", () => {
    expect(isOfShape(new Problem(422, "geometry-invalid", ""))).toBe(true);
    expect(isOfShape(new Problem(400, "bad-coordinate", "", [], "", { parameter: "geometry" }))).toBe(true);
    expect(isOfShape(new Problem(400, "bad-parameter", "", [], "", { parameter: "category" }))).toBe(false);
  });

  it("gives way to the point that it begins at, asked anew", () => {
    const task = readAddress("line=121.3,30.8/121.31,30.8&cat=part.road&answer=aB").task as PointTask;
    expect(asPoint(task)).toEqual({ kind: "point", x: 121.3, y: 30.8, crs: "wgs84", category: "part.road" });
  });
});

describe("a line that is drawn", () => {
  const drawing: Sketch = { corners: three, holes: [], change: () => {}, line: true, most: 4 };
  const kinds = (s: Sketch, open: boolean) => featuresOf(s, null, null, open).map((f) => f.properties?.["kind"] as string);

  it("has no ground, no side that closes it, and a middle on each side", () => {
    expect(kinds(drawing, false)).toEqual(["side", "middle", "middle", "corner", "corner", "corner"]);
    expect(kinds(drawing, true)).toEqual(kinds(drawing, false));
    const side = featuresOf(drawing, null, null, false)[0]!.geometry as GeoJSON.LineString;
    expect(side.coordinates).toEqual(three);
  });

  it("has no handle for one more corner when it has all", () => {
    const full = { ...drawing, most: 3 };
    expect([isFull(drawing), isFull(full), isFull({ corners: three })]).toEqual([false, true, false]);
    expect(handlesOf(full, false)).toEqual([]);
    expect(kinds(full, false)).toEqual(["side", "corner", "corner", "corner"]);
  });
});
