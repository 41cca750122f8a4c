import { describe, expect, it } from "vitest";
import { rounded } from "../src/sketch/ring";
import { readAddress, sameTask, writeAddress, type Address, type Task } from "../src/url";

const tasks: Task[] = [
  { kind: "home" },
  { kind: "point", x: 121.3301, y: 30.8903, crs: "gcj02", accuracy: 12, category: "part.pole", answer: "aZ-_9" },
  { kind: "point", x: 520123.4, y: 3417000.5, crs: "epsg:4549" },
  { kind: "feature", layer: "poles", id: "p_0007" },
  { kind: "feature", layer: "grids", id: "格/1&=+ 2" },
  { kind: "list", layer: "poles", q: "亭林 & 1+1", where: { batch: "1", claim_state: "open" } },
  { kind: "list", layer: "units" },
  { kind: "coords", text: "30°53′25″N 121°19′48″E, 40" },
  { kind: "points" },
  { kind: "parking" },
  { kind: "plan", zone: "z_haihui" },
  { kind: "plan", zone: "z_haihui", id: "sc_1" },
  { kind: "plan", zone: "z_haihui", id: "sc_1", tab: "year", day: "2027-02-05" },
  { kind: "point", x: 121.3301, y: 30.8903, crs: "wgs84", category: "event.noise", channel: "12345", severity: "high" },
  { kind: "point", x: 121.3301, y: 30.8903, crs: "wgs84", channel: "camera", reporter: "machine", confidence: 0.92, caseNumber: "20260914/A-0017", receivedBy: "310116113Z02" },
  { kind: "point", x: 121.3301, y: 30.8903, crs: "wgs84", shape: { area: false, corners: [[121.3301, 30.8903]] } },
  { kind: "point", x: 121.3301, y: 30.8903, crs: "wgs84", shape: { area: false, corners: [[121.3301, 30.8903], [121.3401234, 30.88]] }, accuracy: 12, category: "part.road", answer: "aZ-_9" },
  { kind: "point", x: 121.3301, y: 30.8903, crs: "wgs84", shape: { area: true, corners: [[121.3301, 30.8903], [121.34, 30.88], [121.33, 30.87]] }, receivedBy: "310116113Z02" },
  { kind: "rules" },
  { kind: "rules", q: "吹哨 17", band: "regular", category: "part.pole", state: "published" },
  { kind: "rule", id: "" },
  { kind: "rule", id: "R-017@3", tab: "review" },
  { kind: "rule", id: "", of: "part.bin/u_a/u_b" },
  { kind: "impact" },
  { kind: "impact", rules: ["ru_a", "ru_b"], when: "2027-01-04T10:00", resolution: 9, list: "matters", q: "废物箱" },
  { kind: "suggestions" },
  { kind: "suggestions", q: "u_water" },
  { kind: "borders" },
  { kind: "borders", town: "310116104", agreed: true },
  { kind: "coverage" },
  { kind: "coverage", missing: true, cell: "17/310116104Z05" },
  { kind: "account" },
  { kind: "keys" },
];

describe("an address", () => {
  it.each(tasks)("is read as it was written: %j", (task) => {
    const a: Address = { task, at: "2025-05-20T10:05:00+08:00", on: ["grids", "poles"], lang: "en", theme: "dark", view: { zoom: 12.25, lon: 121.3301, lat: 30.8903 } };
    expect(readAddress("#" + writeAddress(a))).toEqual(a);
  });

  it.each(["p=1,2", "p=a,b&crs=wgs84", "p=1,2,3&crs=wgs84", "p=121,30&crs=nad27", "line=", "line=121", "line=121,30/", "line=121,30,2", "line=30,121", "area=121,x", "area=,30", "f=nothing/1", "f=poles/", "list=nothing", "show=x", "v=1/2", "at=yesterday", "%", ""])("leaves out what it cannot read: %s", (hash) => {
    expect(readAddress(hash)).toEqual({ task: { kind: "home" } });
  });

  it("is short for a line, and rounds what was written finer", () => {
    const t = readAddress("line=121.330100049,30.8903/121.34,30.88").task;
    expect(writeAddress({ task: t })).toBe("line=121.3301,30.8903/121.34,30.88");
    const corners = Array.from({ length: 16 }, (_, i) => rounded(121.1234567 + i / 1e7, 30.7654321));
    expect(writeAddress({ task: { kind: "point", x: corners[0]![0], y: 30.7654321, crs: "wgs84", shape: { area: true, corners } } }).length).toBeLessThan(400);
  });

  it("reads a line before a point, and a point when the line is none", () => {
    expect(readAddress("p=121,30&crs=gcj02&line=121.1,30.1/121.2,30.2").task).toMatchObject({ x: 121.1, crs: "wgs84", shape: { area: false } });
    expect(readAddress("p=121,30&crs=gcj02&line=x").task).toEqual({ kind: "point", x: 121, y: 30, crs: "gcj02" });
  });

  it("keeps the plus of a time zone that a person typed", () => {
    expect(readAddress("at=2025-05-20T10:05:00+08:00").at).toBe("2025-05-20T10:05:00+08:00");
  });

  it("drops an accuracy that is no distance", () => {
    expect(readAddress("p=121,30&crs=wgs84&acc=-3").task).toEqual({ kind: "point", x: 121, y: 30, crs: "wgs84" });
  });

  it("drops what a report cannot say", () => {
    expect(readAddress("p=121,30&crs=wgs84&rep=nobody&conf=1.5&case=a%20b&first=%E6%A0%BC&ch=smoke").task).toEqual({ kind: "point", x: 121, y: 30, crs: "wgs84" });
  });

  it("tells tasks apart", () => {
    for (const a of tasks) for (const b of tasks) expect(sameTask(a, b)).toBe(a === b);
  });
});
