import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Grids } from "../src/api/batch";
import { Problem } from "../src/api/problem";
import { numberIn } from "../src/coord/number";
import { noAnswers, unanswered, withPart } from "../src/points/answers";
import { findColumns, positionsOf } from "../src/points/columns";
import { decode } from "../src/points/decode";
import { readTable, Table } from "../src/points/table";

const client = { batch: vi.fn(), answers: vi.fn() };
const task = signal({ kind: "points" });
vi.mock("../src/state", () => ({ client, at: signal(null), announcement: signal(""), task }));
const { csvWithGrids } = await import("../src/points/csv");
const points = await import("../src/points/work");
const { boxOfPoints, drawnPoints } = await import("../src/points/drawn");

const read = (text: string, most = 1000): Table => {
  const table = readTable(text, most);
  if (!(table instanceof Table)) throw new Error(table.kind);
  return table;
};
const rowsOf = (t: Table) => Array.from({ length: t.length }, (_, i) => t.row(i));

describe("the text of a file", () => {
  const bytes = (...b: number[]) => Uint8Array.from(b);
  it("is UTF-8 with or without its mark, UTF-16 with one, else GB 18030", () => {
    expect(decode(new TextEncoder().encode("经度,纬度"))).toEqual({ text: "经度,纬度", encoding: "utf-8" });
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x78))).toEqual({ text: "x", encoding: "utf-8" });
    expect(decode(bytes(0xff, 0xfe, 0x78, 0, 0xcf, 0x7e))).toEqual({ text: "x经", encoding: "utf-16le" });
    expect(decode(bytes(0xbe, 0xad, 0xb6, 0xc8))).toEqual({ text: "经度", encoding: "gb18030" });
  });

  it("is none in a workbook or other bytes", () => {
    expect(decode(bytes(0x50, 0x4b, 3, 4, 9))).toEqual({ kind: "workbook" });
    expect(decode(bytes(0xd0, 0xcf, 0x11, 0xe0, 9))).toEqual({ kind: "workbook" });
    expect(decode(bytes(0x41, 0, 0x42))).toEqual({ kind: "binary" });
  });
});

describe("rows of text", () => {
  it.each([
    ["name,lon,lat\r\nA,121.3,30.8\r\n", ["name", "lon", "lat"], [["A", "121.3", "30.8"]]],
    ["name\tlon\tlat\nA, b\t121.3\t30.8", ["name", "lon", "lat"], [["A, b", "121.3", "30.8"]]],
    ["x;y\n1;2\n\n3;4\n", ["x", "y"], [["1", "2"], ["3", "4"]]],
    ["经度，纬度\n121.3，30.8", ["经度", "纬度"], [["121.3", "30.8"]]],
    ["121.3 30.8\n 121.4   30.9 ", ["column_1", "column_2"], [["121.3", "30.8"], ["121.4", "30.9"]]],
    ['n,"lon, deg",lat\n"say ""hi""\nthere",1,2\n5" pipe,3,4', ["n", "lon, deg", "lat"], [['say "hi"\nthere', "1", "2"], ['5" pipe', "3", "4"]]],
    ["lon,lat\r121,30\r", ["lon", "lat"], [["121", "30"]]],
    ["a,b\n1\n1,2,3\n,\n", ["a", "b"], [["1"], ["1", "2", "3"], ["", ""]]],
    ['a,b\n"",""\n"x"y,2', ["a", "b"], [["", ""], ["xy", "2"]]],
  ])("%j", (text, header, rows) => {
    const table = read(text);
    expect(table.header).toEqual(header);
    expect(table.length).toBe(rows.length);
    expect(rowsOf(table)).toEqual(rows);
  });

  it("are refused when there is none, one has an open quote, or they are too many", () => {
    expect(readTable(" \n\n", 9)).toEqual({ kind: "empty" });
    expect(readTable("lon,lat\n", 9)).toEqual({ kind: "empty" });
    expect(readTable('lon,lat\n1,2\n"3,4\n5,6', 9)).toEqual({ kind: "quote", n: 3 });
    expect(readTable("lon,lat\n1,2\n3,4", 1)).toEqual({ kind: "rows", n: 2 });
  });

  it("have plain decimals as numbers and nothing else", () => {
    expect(["121.3", " -1 ", "+.5", "7."].map(numberIn)).toEqual([121.3, -1, 0.5, 7]);
    for (const s of ["", "1e3", "0x1", "1,5", "NaN", "Infinity", "121°", "１２", undefined]) expect(numberIn(s)).toBeNaN();
  });
});

describe("the columns", () => {
  it.each([
    ["name,LON,Lat", 1, 2],
    ["纬度,经度", 1, 0],
    ["x,y,lon,lat", 2, 3],
    ["编号,X,Y", 1, 2],
    ["gps_lng,gps_lat", 0, 1],
    ["设备经度(GCJ02),设备纬度（GCJ02）", 0, 1],
    ["id,easting,northing", 1, 2],
    ["longitude_old,lat,longitude", 2, 1],
    ["along,flat", -1, -1],
    ["lon,name", -1, -1],
  ])("of %s", (header, x, y) => {
    expect(findColumns(read(header + "\n1,2,3,4"))).toEqual({ x, y });
  });

  it.each([
    ["121.3,30.8", 0, 1],
    ["30.8,A,121.3", 2, 0],
    ["627181,3418807", 0, 1],
    ["3418807,40627181", 1, 0],
    ["12,30", -1, -1],
    ["1,121.3,30.8", -1, -1],
  ])("without names, of %s", (row, x, y) => {
    expect(findColumns(read(row))).toEqual({ x, y });
  });

  it("give positions, none where a cell is no number, and eastings without their zone", () => {
    expect([...positionsOf(read("lat,lon\n30.8,121.3\n,1\n5"), { x: 1, y: 0 }, "wgs84")]).toEqual([121.3, 30.8, 1, NaN, NaN, 5]);
    expect([...positionsOf(read("40627181.5,3418807"), { x: 0, y: 1 }, "epsg:4549")]).toEqual([627181.5, 3418807]);
  });
});

const grids = (codes: string[], index: number[], revision = 5): Grids => ({ epoch: "e", revision, codes, index: Int32Array.from(index), failed: 0 });

describe("answers", () => {
  it("put parts with tables of their own together", () => {
    const one = withPart(noAnswers(6), grids(["A", "B"], [1, -1, 1]));
    const two = withPart(one, grids(["C", "B"], [1, 0], 6));
    expect([...two.index]).toEqual([1, -1, 1, 1, 2, unanswered]);
    expect(two).toMatchObject({ codes: ["A", "B", "C"], counts: [0, 3, 1], outside: 1, invalid: 0, done: 5, revision: 5 });
    expect(two.example[1]).toBe(0);
    expect(two.example[2]).toBe(4);
    expect(one).toMatchObject({ codes: ["A", "B"], counts: [0, 2] });
  });

  it("are two more columns of the file", () => {
    const table = read('name,grid_code,lon,lat\n=1+1,old,1,2\n"a,""b""",old,3,4\nc,old,5,6,extra\nd');
    const answers = withPart(noAnswers(4), grids(["310116104Z05"], [0, -1, 0]));
    expect(csvWithGrids(table, answers, () => "亭林镇,五").join("")).toBe(
      '\uFEFFname,lon,lat,,grid_code,grid_name\r\n=1+1,1,2,,310116104Z05,"亭林镇,五"\r\n"a,""b""",3,4,,,\r\nc,5,6,extra,310116104Z05,"亭林镇,五"\r\nd,,,,,\r\n',
    );
  });
});

describe("the work", () => {
  const rows = 25_000;
  const text = "lon,lat\n" + Array.from({ length: rows }, (_, i) => `${121 + (i % 400) / 1000},30.8`).join("\n");
  const answer = async (_: string, p: Float64Array) => grids(["A"], Array.from({ length: p.length / 2 }, (_, i) => (i % 10 === 0 ? -1 : 0)));
  const settled = () => vi.waitFor(() => expect(["done", "stopped"]).toContain(points.work.value.kind));
  const begin = () => {
    points.takeText(text);
    points.system.value = "wgs84";
    points.start();
  };
  beforeEach(() => {
    points.forget();
    client.batch.mockReset().mockImplementation(answer);
    client.answers.mockReset().mockResolvedValue([{ grid: { code: "A", name: "甲" } }]);
  });

  it("does not begin without a system, and never remembers one", () => {
    points.takeText(text);
    points.start();
    expect(points.work.value.kind).toBe("read");
    points.system.value = "gcj02";
    points.takeText(text);
    expect(points.system.value).toBe("");
  });

  it("asks in parts, counts, learns names and draws", async () => {
    begin();
    await settled();
    expect(client.batch.mock.calls.map(([crs, p]) => [crs, (p as Float64Array).length])).toEqual([["wgs84", 20_000], ["wgs84", 20_000], ["wgs84", 10_000]]);
    expect(points.work.value).toMatchObject({ kind: "done", job: { answers: { counts: [22_500], outside: 2500, done: rows } } });
    expect(points.gridNames.value.get("A")?.name).toBe("甲");
    const drawn = drawnPoints.value.features.map((f) => [f.properties?.["tone"], f.geometry.type === "MultiPoint" && f.geometry.coordinates.length]);
    expect(drawn.sort()).toEqual([[-1, 2500], [0, 22_500]].sort());
    expect(boxOfPoints()?.map((v) => Math.round(v * 1e4) / 1e4)).toEqual([120.998, 30.797, 121.402, 30.803]);
    task.value = { kind: "home" };
    expect(drawnPoints.value.features).toEqual([]);
    task.value = { kind: "points" };
  });

  it("keeps what it has when a part fails, and goes on from there", async () => {
    client.batch.mockImplementationOnce(answer).mockRejectedValueOnce(new Problem(503, "snapshot-not-ready", ""));
    begin();
    await settled();
    expect(points.work.value).toMatchObject({ kind: "stopped", problem: { status: 503 }, job: { answers: { done: 10_000 } } });
    points.resume();
    await vi.waitFor(() => expect(points.work.value.kind).toBe("done"));
    expect(points.work.value).toMatchObject({ job: { answers: { counts: [22_500], outside: 2500 } } });
    expect(client.batch).toHaveBeenCalledTimes(4);
  });

  it("stops when it is told to, and is done without names if there are none", async () => {
    client.batch.mockImplementationOnce(answer).mockImplementationOnce(async () => {
      points.stop();
      throw new DOMException("", "AbortError");
    });
    client.answers.mockRejectedValue(new Problem(503, "x", ""));
    begin();
    await settled();
    expect(points.work.value).toMatchObject({ kind: "stopped", problem: null });
    points.resume();
    await vi.waitFor(() => expect(points.work.value.kind).toBe("done"));
  });

  it("refuses what is too large before reading it", async () => {
    await points.takeFile({ name: "big.csv", size: points.mostBytes + 1 } as File);
    expect(points.work.value).toEqual({ kind: "none", fault: { kind: "bytes", n: points.mostBytes + 1 } });
    points.takeText("lon,lat\n" + "1,2\n".repeat(points.mostRows + 1));
    expect(points.work.value).toEqual({ kind: "none", fault: { kind: "rows", n: points.mostRows + 1 } });
  });
});
