import { describe, expect, it } from "vitest";
import type { Answer } from "../src/api/types";
import { pickOf } from "../src/map/pick";

const answer = (accuracy_m?: number): Answer => ({
  outcome: "assigned",
  query: { lon: 121.3301, lat: 30.8903, crs: "gcj02", at: "2025-05-20T02:05:00Z", ...(accuracy_m !== undefined && { accuracy_m }) },
  position: { lon: 121.325592, lat: 30.89242, crs: "cgcs2000", converted: true, precision: "point" },
  grid: null,
  hierarchy: [],
  neighbours: [],
  overlays: [],
  features: [],
  responsibility: null,
  trace: [],
  data: { epoch: "e", revision: 1, edition: "2025-03", rules: "r1", features_as_of: "2025-05-20T02:00:00Z" },
});

describe("what is drawn for an answer", () => {
  const kinds = (a: Answer | null, near: [number, number] | null = null) => pickOf(a, [], near).features.map((f) => f.properties?.["kind"]);

  it("is its point as understood, not as given", () => {
    expect(pickOf(answer(), [], null).features).toEqual([{ type: "Feature", properties: { kind: "point" }, geometry: { type: "Point", coordinates: [121.325592, 30.89242] } }]);
  });

  it("has the disc of its error below the point", () => {
    expect(kinds(answer(30))).toEqual(["accuracy", "point"]);
    const ring = (pickOf(answer(30), [], null).features[0]!.geometry as GeoJSON.Polygon).coordinates[0]!;
    expect(ring[0]).toEqual(ring.at(-1));
    const north = (ring[0]![1]! - 30.89242) * 110_862; // metres of a degree of the meridian here
    expect(north).toBeCloseTo(30, 1);
  });

  it("has the shape of an area that is no more, below the rest", () => {
    const shape = { type: "Polygon" as const, coordinates: [[[1, 2], [3, 2], [3, 4], [1, 2]] as Array<[number, number]>] };
    expect(pickOf(null, [], null, shape).features).toEqual([{ type: "Feature", properties: { kind: "former" }, geometry: shape }]);
  });

  it("has the readings of a coordinate and what is pointed at, and nothing for nothing", () => {
    expect(kinds(null)).toEqual([]);
    expect(pickOf(null, [{ label: "1", lon: 121, lat: 30 }], [122, 31]).features.map((f) => f.properties)).toEqual([{ kind: "candidate", label: "1" }, { kind: "near" }]);
  });
});
