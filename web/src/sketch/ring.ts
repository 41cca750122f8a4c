import type { Position } from "../api/types";

// The ring of an area that is being drawn: its corners in their order, without the first one again at the end. Every function returns new
// corners and leaves those that it was given alone.

export type Corners = readonly Position[];

/** The corners of the outer ring of a polygon; none for none. */
export function cornersOf(polygon: readonly (readonly Position[])[] | undefined): Position[] {
  return (polygon?.[0] ?? []).slice(0, -1);
}

/** The polygon of some corners, which may be too few yet, with the holes that it has; without corners it is none. */
export function polygonOf(corners: Corners, holes: readonly Position[][] = []): Position[][] {
  return corners.length === 0 ? [] : [[...corners, corners[0]!], ...holes];
}

/** What is stored of a position, in degrees. */
export function rounded(lon: number, lat: number): Position {
  const round = (v: number) => Math.round(v * 1e7) / 1e7;
  return [round(lon), round(lat)];
}

/** With one more corner after the one at i; at the end without i. */
export function inserted(corners: Corners, p: Position, i = corners.length - 1): Position[] {
  return [...corners.slice(0, i + 1), p, ...corners.slice(i + 1)];
}

export function moved(corners: Corners, i: number, p: Position): Position[] {
  return corners.map((c, k) => (k === i ? p : c));
}

export function removed(corners: Corners, i: number): Position[] {
  return corners.filter((_, k) => k !== i);
}

/** The middle of the side that begins at a corner. */
export function middleOf(corners: Corners, i: number): Position {
  const [a, b] = [corners[i]!, corners[(i + 1) % corners.length]!];
  return rounded((a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
}

/** The middles of the sides that are there: of all of them once the ring is closed. */
export function middlesOf(corners: Corners, open: boolean): Position[] {
  const n = corners.length;
  return n < 2 ? [] : corners.slice(0, n > 2 && !open ? n : n - 1).map((_, i) => middleOf(corners, i));
}

/** Why some corners are no area: too few of them, one twice in a row, sides that meet. null for an area, and for nothing. */
export function faultOf(corners: Corners): "few" | "twice" | "cross" | null {
  const n = corners.length;
  if (n === 0) return null;
  if (corners.some((c, i) => n > 1 && same(c, corners[(i + 1) % n]!))) return "twice";
  if (n < 3) return "few";
  for (let i = 0; i < n; i++) {
    for (let k = i + 1; k < n; k++) {
      const beside = k === i + 1 || (i === 0 && k === n - 1);
      if (beside ? foldsBack(corners, i, k) : meet(corners[i]!, corners[i + 1]!, corners[k]!, corners[(k + 1) % n]!)) return "cross";
    }
  }
  return null;
}

const same = (a: Position, b: Position) => a[0] === b[0] && a[1] === b[1];

/** On which side of the line from a to b a place lies: above 0, below 0, or 0 on it. In whole units of 1e-7 degree, so that nothing is lost in rounding. */
function side(a: Position, b: Position, p: Position): number {
  const n = (v: number) => Math.round(v * 1e7);
  return Math.sign((n(b[0]) - n(a[0])) * (n(p[1]) - n(a[1])) - (n(b[1]) - n(a[1])) * (n(p[0]) - n(a[0])));
}

const within = (v: number, a: number, b: number) => v >= Math.min(a, b) && v <= Math.max(a, b);
const onSide = (a: Position, b: Position, p: Position) => side(a, b, p) === 0 && within(p[0], a[0], b[0]) && within(p[1], a[1], b[1]);

/** Whether two sides that have no corner in common cross or touch. */
function meet(a: Position, b: Position, c: Position, d: Position): boolean {
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
  return onSide(a, b, c) || onSide(a, b, d) || onSide(c, d, a) || onSide(c, d, b);
}

/** Whether a side runs back along the one before it. */
function foldsBack(corners: Corners, i: number, k: number): boolean {
  const n = corners.length;
  const [first, second] = k === i + 1 ? [i, k] : [k, i];
  const [a, b, c] = [corners[first]!, corners[second]!, corners[(second + 1) % n]!];
  return onSide(a, b, c) || onSide(b, c, a);
}
