import type { Geometry, Position } from "../api/types";
import { boxAround, type Box } from "../place";
import { nameOf } from "../text";
import type { Holder, ListName, Report, Spot } from "./types";

// What a report lists, in rows that can be filtered, sorted and written to a file.

/** How things are called in the reader's language. */
export interface Names {
  grid: (code: string) => string;
  unit: (id: string, name?: string) => string;
  category: (code: string) => string;
  /** What has no unit: nobody has to act, nobody is named, outside. */
  nobody: (outcome: string) => string;
}

/** One thing that changes hands: what it is, and who has it before and after. */
export interface Row {
  id: string;
  what: string;
  /** What says more about it: the grid, the road, the dates. */
  detail: string;
  /** Who has it; the grid too where it changes. */
  before: string;
  after: string;
  /** How much of it changes, 0 to 1; null where it is one thing. */
  share: number | null;
  changed: number;
  of: number;
  /** Where it is, to be shown: a point, or a box; null for what has no place of its own. */
  place: Position | null;
  box: Box | null;
  /** The feature that it is, to be opened. */
  feature: { layer: "grids" | "poles" | "zones"; id: string } | null;
  /** What a file says of it, in a fixed order of columns. */
  record: Readonly<Record<string, string | number>>;
}

export function rowsOf(r: Report, list: ListName, names: Names): Row[] {
  switch (list) {
    case "places":
      return placesOf(r, names);
    case "matters":
      return mattersOf(r, names);
    case "poles":
    case "zones":
      return movesOf(r, list, names);
    case "days":
      return r.times.map((z) => ({
        id: z.zone, what: z.name || z.zone, detail: "", before: "", after: "", share: null, changed: z.dates.length, of: 366, place: null, box: null,
        feature: { layer: "zones" as const, id: z.zone }, record: { list, code: z.zone, name: z.name, days: z.dates.join(" ") },
      }));
  }
}

/** How many rows each list has. */
export function countsOf(r: Report): Record<ListName, number> {
  return { places: groupsOf(r).length, matters: r.cells.length, poles: r.poles.changed.length, zones: r.zones.changed.length, days: r.times.length };
}

/** Places that change alike: the grids that have them before and after. */
export interface Group {
  before: string;
  after: string;
  spots: Spot[];
  corners: Position[];
}

export function groupsOf(r: Report): Group[] {
  const out = new Map<string, Group>();
  r.changed.forEach((spot, i) => {
    const [before, after] = [spot.grid_before ?? "", spot.grid_after ?? ""];
    const key = `${before}/${after}`;
    const group = out.get(key) ?? { before, after, spots: [], corners: [] };
    group.spots.push(spot);
    group.corners.push(...((r.outlines[i] ?? []) as Position[]));
    out.set(key, group);
  });
  return [...out.values()].sort((a, b) => b.spots.length - a.spots.length || (a.before < b.before ? -1 : 1));
}

function placesOf(r: Report, names: Names): Row[] {
  return groupsOf(r).map((g) => {
    const matters = Math.max(...g.spots.map((s) => s.categories));
    return {
      id: `${g.before}/${g.after}`,
      what: g.before === g.after ? gridText(g.before, names) : `${gridText(g.before, names)} → ${gridText(g.after, names)}`,
      detail: "",
      before: g.before === g.after ? "" : gridText(g.before, names),
      after: g.before === g.after ? "" : gridText(g.after, names),
      share: r.spots ? g.spots.length / r.spots : 0,
      changed: g.spots.length,
      of: matters, // of the categories, how many have another unit
      place: null,
      box: boxAround(g.corners),
      feature: g.before ? { layer: "grids" as const, id: g.before } : null,
      record: { list: "places", grid_before: g.before, grid_after: g.after, name_before: gridText(g.before, names), name_after: gridText(g.after, names), changed: g.spots.length, of: r.spots, categories: matters },
    };
  });
}

function mattersOf(r: Report, names: Names): Row[] {
  const boxes = new Map<string, Position[]>();
  r.changed.forEach((s, i) => boxes.set(s.grid_before ?? "", [...(boxes.get(s.grid_before ?? "") ?? []), ...((r.outlines[i] ?? []) as Position[])]));
  return r.cells.map((c) => {
    const corners = boxes.get(c.grid);
    return {
      id: `${c.category}/${c.grid}`,
      what: c.category ? names.category(c.category) : "",
      detail: gridText(c.grid, names),
      ...heldOf(c.before, c.after, names),
      share: c.of ? c.changed / c.of : 0,
      changed: c.changed,
      of: c.of,
      place: null,
      box: corners ? boxAround(corners) : null,
      feature: c.grid ? { layer: "grids" as const, id: c.grid } : null,
      record: { list: "matters", category: c.category, category_name: c.category && names.category(c.category), grid: c.grid, grid_name: gridText(c.grid, names), changed: c.changed, of: c.of, ...recordOf(c.before, "before", names), ...recordOf(c.after, "after", names) },
    };
  });
}

function movesOf(r: Report, list: "poles" | "zones", names: Names): Row[] {
  return r[list].changed.map((m) => ({
    id: m.id,
    what: m.name || m.code || m.id,
    detail: m.before.grid === m.after.grid ? gridText(m.before.grid ?? "", names) : "",
    ...heldOf(m.before, m.after, names),
    share: null,
    changed: 1,
    of: 1,
    place: [m.lon, m.lat] as Position,
    box: null,
    feature: { layer: list, id: m.id },
    record: { list, code: m.code, name: m.name ?? "", lon: m.lon, lat: m.lat, ...recordOf(m.before, "before", names), ...recordOf(m.after, "after", names) },
  }));
}

const gridText = (code: string, names: Names) => (code ? names.grid(code) : names.nobody("outside"));

/** Who has something before and after; the grid is said too where it is another one. */
function heldOf(before: Holder, after: Holder, names: Names): { before: string; after: string } {
  const moved = before.grid !== after.grid;
  const text = (h: Holder) => {
    const unit = h.unit ? names.unit(h.unit, h.name) : names.nobody(h.outcome);
    return moved ? `${unit} · ${gridText(h.grid ?? "", names)}` : unit;
  };
  return { before: text(before), after: text(after) };
}

function recordOf(h: Holder, when: "before" | "after", names: Names): Record<string, string> {
  return { [`${when}_unit`]: h.unit ?? "", [`${when}_name`]: h.unit ? names.unit(h.unit, h.name) : names.nobody(h.outcome), [`${when}_grid`]: h.grid ?? "", [`${when}_rule`]: h.rule ?? "", [`${when}_outcome`]: h.outcome };
}

export const columns = ["what", "before", "after", "share"] as const;
export type Column = (typeof columns)[number];

/** The rows in which each word of a text occurs. */
export function filtered(rows: readonly Row[], q: string): Row[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...rows];
  return rows.filter((r) => {
    const text = [r.what, r.detail, r.before, r.after, ...Object.values(r.record)].join(" ").toLowerCase();
    return words.every((w) => text.includes(w));
  });
}

/** The rows in the order of a column: amounts by size, texts as the language sorts them. */
export function ordered(rows: readonly Row[], by: Column, down: boolean, language: string): Row[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const compare = (a: Row, b: Row) => (by === "share" ? (a.share ?? a.changed) - (b.share ?? b.changed) || a.changed - b.changed : collator.compare(a[by], b[by]));
  return [...rows].sort((a, b) => (down ? -compare(a, b) : compare(a, b)));
}

/** Everything of a report that has a place, for a map: changed cells as areas, poles and zones as points, each with who has it before and after. */
export function geoJSONOf(r: Report, names: Names): string {
  const feature = (geometry: Geometry, properties: object) => ({ type: "Feature", geometry, properties });
  const cells = r.changed.map((s, i) => feature({ type: "Polygon", coordinates: [(r.outlines[i] ?? []) as Position[]] }, { list: "places", cell: s.cell, grid_before: s.grid_before ?? "", grid_after: s.grid_after ?? "", categories: s.categories, example: s.example ?? "" }));
  const moves = (["poles", "zones"] as const).flatMap((list) => movesOf(r, list, names).map((row) => feature({ type: "Point", coordinates: row.place! }, row.record)));
  return JSON.stringify({ type: "FeatureCollection", name: "impact", wangge: { crs: "cgcs2000", at: r.at, resolution: r.resolution }, features: [...cells, ...moves] });
}

/** The name of something in a list of features by its id or code. */
export function nameIn(list: ReadonlyArray<{ id: string; code?: string; name?: string; name_en?: string }> | null, id: string): string {
  const found = list?.find((f) => f.id === id || f.code === id);
  return (found && nameOf(found)) || id;
}
