import { describe, expect, it, vi } from "vitest";
import type { Report } from "../src/impact/types";

vi.mock("../src/state", () => ({ client: {}, task: { value: { kind: "impact" } }, announcement: {} }));
vi.mock("../src/names", () => ({ everyOf: () => null, featureFor: () => undefined }));
const { readProposed } = await import("../src/impact/file");
const { keyOf, nothingChosen, questionOf, whenFor, whenIn } = await import("../src/impact/question");
const { countsOf, filtered, geoJSONOf, groupsOf, ordered, rowsOf } = await import("../src/impact/rows");
const { cellsOf } = await import("../src/impact/drawn");
const { csvOfRecords } = await import("../src/export");

const square = [[[121.1, 30.8], [121.2, 30.8], [121.2, 30.9], [121.1, 30.8]]];
const file = (over: object) => JSON.stringify({ type: "FeatureCollection", wangge: { layer: "grids", crs: "cgcs2000" }, features: [{ type: "Feature", id: "Z01", properties: { code: "Z01", name: "一" }, geometry: { type: "Polygon", coordinates: square } }], ...over });

describe("a file", () => {
  it("as the command line writes it is features of its layer, areas with their parts", () => {
    expect(readProposed("a.geojson", "\uFEFF" + file({}), "")).toEqual({ name: "a.geojson", layer: "grids", features: [{ layer: "grids", id: "Z01", code: "Z01", name: "一", geometry: { type: "MultiPolygon", coordinates: [square] } }] });
  });

  it("keeps shapes that are no areas of a partition, and features without any", () => {
    const of = (layer: string, geometry: unknown) => readProposed("a", file({ wangge: { layer }, features: [{ type: "Feature", properties: { id: "x" }, geometry }] }), "");
    expect(of("zones", { type: "Polygon", coordinates: square })).toMatchObject({ features: [{ layer: "zones", id: "x", geometry: { type: "Polygon" } }] });
    expect(of("units", null)).toEqual({ name: "a", layer: "units", features: [{ layer: "units", id: "x" }] });
  });

  it("holds what the user says, where it does not say itself", () => {
    const text = file({ wangge: undefined, name: "new borders" });
    expect(readProposed("a", text, "")).toBe("layer");
    expect(readProposed("a", text, "grids")).toMatchObject({ layer: "grids" });
    expect(readProposed("a", file({ wangge: undefined, name: "towns" }), "")).toMatchObject({ layer: "towns" });
  });

  it("of days off is a notice", () => {
    const text = JSON.stringify({ year: 2027, papers: ["https://www.gov.cn/x"], days: [{ name: "元旦", date: "2027-01-01", isOffDay: true }, { name: "春节", date: "2027-02-06", isOffDay: false }] });
    expect(readProposed("2027.json", text, "")).toEqual({
      name: "2027.json", layer: "notices",
      features: [{ layer: "notices", id: "cn-2027", code: "cn-2027", year: 2027, name: "国务院办公厅关于2027年部分节假日安排的通知", papers: ["https://www.gov.cn/x"], days: [{ date: "2027-01-01", name: "元旦", off: true }, { date: "2027-02-06", name: "春节", off: false }] }],
    });
  });

  it.each([["json", "{"], ["json", "lon,lat"], ["none", "{}"], ["none", file({ features: [] })], ["crs", file({ wangge: { layer: "grids", crs: "gcj02" } })], ["crs", file({ crs: { properties: { name: "urn:ogc:def:crs:EPSG::4549" } } })], ["many", file({ features: Array(2001).fill({}) })]])("is refused: %s", (fault, text) => {
    expect(readProposed("a", text, "")).toBe(fault);
  });

  it("in WGS 84, which is CGCS2000 within a metre, is taken", () => {
    for (const name of ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"]) expect(readProposed("a", file({ crs: { properties: { name } }, wangge: { layer: "grids" } }), "")).toMatchObject({ layer: "grids" });
  });
});

describe("the question", () => {
  it("has what was chosen, and nothing else", () => {
    const grids = readProposed("a", file({}), "");
    if (typeof grids === "string") throw new Error(grids);
    expect(questionOf({ ...nothingChosen, rules: ["ru_1"], when: "2027-01-04T10:00" })).toEqual({ rules: ["ru_1"], at: "2027-01-04T10:00:00+08:00", resolution: 8 });
    expect(questionOf({ ...nothingChosen, files: [grids], resolution: 9 })).toEqual({ features: grids.features, resolution: 9 });
    expect(keyOf({ ...nothingChosen, rules: ["b", "a"] })).toBe(keyOf({ ...nothingChosen, rules: ["a", "b"] }));
    expect(keyOf({ ...nothingChosen, rules: ["a"] })).not.toBe(keyOf({ ...nothingChosen, rules: ["a"], resolution: 9 }));
  });

  it("is about a moment at which all rules are in force, and the first that is for certain times", () => {
    const rule = (from: string, time?: { start: string; duration_min: number }) => ({ from, when: time ? { times: [time] } : {} }) as never;
    expect(whenFor([], "2026-11-26")).toBe("");
    expect(whenFor([rule("2026-11-01")], "2026-11-26")).toBe("");
    expect(whenFor([rule("2027-01-04"), rule("2026-12-01")], "2026-11-26")).toBe("2027-01-04T10:00");
    expect(whenFor([rule("2027-01-04", { start: "20:00", duration_min: 600 })], "2026-11-26")).toBe("2027-01-04T20:30");
    expect(whenFor([rule("2026-11-01", { start: "23:50", duration_min: 20 })], "2026-11-26")).toBe("2026-11-26T00:00");
  });

  it.each([["2027-01-04T10:00", "2027-01-04T10:00"], ["2027-01-04T7:05", "2027-01-04T07:05"], ["2027-02-30T10:00", ""], ["2027-01-04", ""], ["2027-01-04T25:00", ""], ["", ""]])("reads the moment %j", (text, want) => expect(whenIn(text)).toBe(want));
});

const held = (grid: string, unit: string, rule = "R-1@1") => ({ grid, unit, name: unit.toUpperCase(), rule, outcome: "assigned" });
const report: Report = {
  at: "2027-01-04T02:00:00Z", resolution: 8, spots: 10, categories: 58, cell_count: 100, other_rules: 3,
  changed: [
    { cell: "c1", lon: 1, lat: 1, grid_before: "xZ01", grid_after: "xZ02", categories: 58, example: "a" },
    { cell: "c2", lon: 2, lat: 2, grid_before: "xZ03", grid_after: "xZ03", categories: 2, example: "a" },
    { cell: "c3", lon: 3, lat: 3, grid_before: "xZ03", grid_after: "xZ03", categories: 1, example: "a" },
    { cell: "c4", lon: 4, lat: 4, grid_after: "xZ02", categories: 58 },
  ],
  outlines: [1, 2, 3, 4].map((n) => [[n, n], [n + 0.5, n], [n, n + 0.5], [n, n]] as [number, number][]),
  cells: [
    { category: "part.bin", grid: "xZ03", changed: 2, of: 8, before: held("xZ03", "u_a"), after: held("xZ03", "u_b", "R-2@1") },
    { category: "event.noise", grid: "xZ01", changed: 1, of: 1, before: held("xZ01", "u_a"), after: { grid: "xZ02", outcome: "no_action" } },
  ],
  poles: { of: 3000, changed: [{ layer: "poles", id: "p_1", code: "P1", lon: 121.3, lat: 30.8, before: held("xZ01", "u_a"), after: held("xZ02", "u_a") }] },
  zones: { of: 4, changed: [] },
  times: [{ zone: "z_1", name: "海汇街", dates: ["2027-01-04", "2027-01-05"] }],
};
const names = { grid: (c: string) => `grid ${c}`, unit: (u: string, n?: string) => n ?? u, category: (c: string) => `matter ${c}`, nobody: (o: string) => `(${o})` };

describe("a report", () => {
  it("is counted by what people look for", () => {
    expect(countsOf(report)).toEqual({ places: 3, matters: 2, poles: 1, zones: 0, days: 1 });
    expect(groupsOf(report).map((g) => [g.before, g.after, g.spots.length])).toEqual([["xZ03", "xZ03", 2], ["", "xZ02", 1], ["xZ01", "xZ02", 1]]);
  });

  it("says who has each thing before and after, with the grid where that is another one", () => {
    const [kept, moved] = rowsOf(report, "matters", names);
    expect(kept).toMatchObject({ what: "matter part.bin", detail: "grid xZ03", before: "U_A", after: "U_B", share: 0.25, box: [2, 2, 3.5, 3.5] });
    expect(moved).toMatchObject({ before: "U_A · grid xZ01", after: "(no_action) · grid xZ02" });
    expect(rowsOf(report, "places", names).map((r) => [r.what, r.changed, r.of])).toEqual([["grid xZ03", 2, 2], ["(outside) → grid xZ02", 1, 58], ["grid xZ01 → grid xZ02", 1, 58]]);
    expect(rowsOf(report, "poles", names)[0]).toMatchObject({ what: "P1", place: [121.3, 30.8], feature: { layer: "poles", id: "p_1" } });
    expect(rowsOf(report, "days", names)[0]).toMatchObject({ what: "海汇街", changed: 2 });
  });

  it("is filtered by every word, also by codes and rules, and sorted", () => {
    const rows = rowsOf(report, "matters", names);
    expect(filtered(rows, "R-2 bin").map((r) => r.id)).toEqual(["part.bin/xZ03"]);
    expect(filtered(rows, "nothing")).toEqual([]);
    expect(ordered(rows, "share", true, "en").map((r) => r.share)).toEqual([1, 0.25]);
    expect(ordered(rows, "what", false, "en").map((r) => r.what)).toEqual(["matter event.noise", "matter part.bin"]);
  });

  it("is written to files with all that is known of each thing", () => {
    const csv = csvOfRecords(rowsOf(report, "matters", names).map((r) => r.record)).split("\r\n");
    expect(csv[0]).toBe("\uFEFFlist,category,category_name,grid,grid_name,changed,of,before_unit,before_name,before_grid,before_rule,before_outcome,after_unit,after_name,after_grid,after_rule,after_outcome");
    expect(csv[1]).toBe("matters,part.bin,matter part.bin,xZ03,grid xZ03,2,8,u_a,U_A,xZ03,R-1@1,assigned,u_b,U_B,xZ03,R-2@1,assigned");
    const map = JSON.parse(geoJSONOf(report, names)) as GeoJSON.FeatureCollection;
    expect(map.features.map((f) => [f.geometry.type, f.properties?.["list"]])).toEqual([["Polygon", "places"], ["Polygon", "places"], ["Polygon", "places"], ["Polygon", "places"], ["Point", "poles"]]);
  });

  it("is drawn so that words and lines tell before from after", () => {
    expect(cellsOf(report, "xZ03/xZ03").map((f) => f.properties)).toEqual([
      { kind: "moved", label: "Z01 → Z02", chosen: false }, { kind: "cell", label: "2", chosen: true }, { kind: "cell", label: "1", chosen: true }, { kind: "moved", label: "区外 → Z02", chosen: false },
    ]);
  });
});
