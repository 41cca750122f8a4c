import { computed, signal } from "@preact/signals";
import type { Feature, FeatureCollection } from "geojson";
import type { Position } from "../api/types";
import { inserted, middlesOf, moved, type Corners } from "./ring";

// The one area or line that is drawn on the map, or shown on it. What it belongs to sets it; the map's pointer works on it.

export interface Sketch {
  corners: Corners;
  holes: readonly Position[][];
  /** Takes what the corners become; null for an area that is only looked at. */
  change: ((next: Position[]) => void) | null;
  /** A line in place of a ring. */
  line?: boolean;
  /** How many corners it may have. */
  most?: number;
  /** Whether a click on the map that is none of the drawing's asks who is responsible there. */
  yields?: boolean;
}

export const sketch = signal<Sketch | null>(null);
/** Whether a click on the map is the next corner. */
export const adding = signal(false);
/** The corner that is chosen. */
export const active = signal<number | null>(null);
/** A corner under way to another place; insert says that it is a new one after the corner at index. */
export const dragged = signal<{ index: number; insert: boolean; to: Position } | null>(null);

/** Whether the map's pointer draws in place of asking. */
export function isDrawing(): boolean {
  return sketch.peek()?.change != null;
}

/** Whether it has all the corners that it may have. */
export function isFull(s: Pick<Sketch, "corners" | "most">): boolean {
  return s.corners.length >= (s.most ?? Infinity);
}

/** The handles in the middles of sides. */
export function handlesOf(s: Sketch, open: boolean): Position[] {
  return isFull(s) ? [] : middlesOf(s.corners, open || !!s.line);
}

/** The map asks again who is responsible. */
export function forget(): void {
  endDrawing();
  sketch.value = null;
}

/** No corner is added, chosen or under way. */
export function endDrawing(): void {
  adding.value = false;
  active.value = null;
  dragged.value = null;
}

/** The corners with what is under way. */
export function cornersNow(s: Pick<Sketch, "corners">, d: (typeof dragged)["value"]): Corners {
  return !d ? s.corners : d.insert ? inserted(s.corners, d.to, d.index) : moved(s.corners, d.index, d.to);
}

export const drawnSketch = computed<FeatureCollection>(() => {
  const s = sketch.value;
  return { type: "FeatureCollection", features: s ? featuresOf(s, dragged.value, active.value, adding.value) : [] };
});

/** What paper shows: no handles. */
export function withoutHandles(): FeatureCollection {
  const s = sketch.peek();
  return { type: "FeatureCollection", features: s ? featuresOf({ ...s, change: null }, null, null, false) : [] };
}

/** What the map draws of an area or a line: its ground and sides, and for somebody who draws it the corners and the middles of the sides. */
export function featuresOf(s: Sketch, d: (typeof dragged)["value"], chosen: number | null, open: boolean): Feature[] {
  const corners = cornersNow(s, d);
  const n = corners.length;
  if (n === 0) return [];
  const ring = n > 2 && !s.line;
  const area: Feature[] = ring ? [{ type: "Feature", properties: { kind: "area" }, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]!], ...s.holes] } }] : [];
  const line = (kind: string, coordinates: Position[]): Feature => ({ type: "Feature", properties: { kind }, geometry: { type: "LineString", coordinates } });
  const sides = n < 2 ? [] : open && ring ? [line("side", [...corners]), line("open", [corners[n - 1]!, corners[0]!])] : [line("side", ring ? [...corners, corners[0]!] : [...corners])];
  const holes = s.holes.map((h) => line("side", h));
  if (!s.change) return [...area, ...sides, ...holes];
  const point = (kind: string, index: number, coordinates: Position, more: object = {}): Feature => ({ type: "Feature", properties: { kind, index, ...more }, geometry: { type: "Point", coordinates } });
  const middles = d ? [] : handlesOf(s, open).map((p, i) => point("middle", i, p));
  const held = d ? d.index + (d.insert ? 1 : 0) : chosen;
  return [...area, ...sides, ...holes, ...middles, ...corners.map((c, i) => point("corner", i, c, { label: String(i + 1), active: i === held }))];
}
