import type { Geometry, Position } from "./api/types";

export type Box = [west: number, south: number, east: number, north: number];

/** The box around a geometry, for looking at it. */
export function boxOf(g: Geometry): Box {
  return boxAround(positionsOf(g));
}

/** The box around some positions. */
export function boxAround(positions: readonly Position[]): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positions) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

function positionsOf(g: Geometry): Position[] {
  switch (g.type) {
    case "Point":
      return [g.coordinates];
    case "LineString":
      return g.coordinates;
    case "Polygon":
      return g.coordinates.flat();
    case "MultiPolygon":
      return g.coordinates.flat(2);
  }
}

/**
 * A place on the thing itself, to ask about and to point at: the point, the middle vertex of a line, or the middle of the widest
 * stretch that half the height of an area's largest part has. null for an area without extent.
 */
export function placeOn(g: Geometry): Position | null {
  switch (g.type) {
    case "Point":
      return g.coordinates;
    case "LineString":
      return middle(g.coordinates);
    case "Polygon":
      return within(g.coordinates);
    case "MultiPolygon":
      return within(g.coordinates.reduce((a, b) => (extent(b) > extent(a) ? b : a), g.coordinates[0] ?? []));
  }
}

function middle(line: Position[]): Position | null {
  const a = line[Math.floor((line.length - 1) / 2)];
  const b = line[Math.ceil((line.length - 1) / 2)];
  return a && b ? [round((a[0] + b[0]) / 2), round((a[1] + b[1]) / 2)] : null;
}

function extent(rings: Position[][]): number {
  const [w, s, e, n] = boxOf({ type: "Polygon", coordinates: rings });
  return (e - w) * (n - s);
}

function within(rings: Position[][]): Position | null {
  const [, south, , north] = boxOf({ type: "Polygon", coordinates: rings });
  // A little off the middle, so that the line seldom meets a vertex.
  const y = south + (north - south) * 0.50013;
  const cuts: number[] = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1]!, ring[i]!];
      if (a[1] <= y !== b[1] <= y) cuts.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
    }
  }
  cuts.sort((a, b) => a - b);
  let best: [from: number, to: number] | null = null;
  for (let i = 1; i < cuts.length; i += 2) {
    const stretch: [number, number] = [cuts[i - 1]!, cuts[i]!];
    if (!best || stretch[1] - stretch[0] > best[1] - best[0]) best = stretch;
  }
  return best && [round((best[0] + best[1]) / 2), round(y)];
}

function round(v: number): number {
  return Math.round(v * 1e7) / 1e7;
}

/** How far two places are apart in metres, to tell readings of a coordinate apart: good to a part in a hundred, never a measured length. */
export function roughlyApart(a: Position, b: Position): number {
  const dy = (a[1] - b[1]) * 110_900;
  const dx = (a[0] - b[0]) * 111_320 * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
  const metres = Math.hypot(dx, dy);
  const step = metres < 100 ? 1 : 10;
  return Math.round(metres / step) * step;
}
