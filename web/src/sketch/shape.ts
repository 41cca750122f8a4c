import type { Problem } from "../api/problem";
import type { Position } from "../api/types";
import { boxAround, roughlyApart } from "../place";
import { faultOf, rounded, type Corners } from "./ring";

/** The line or the area that a question is about, in WGS 84. While it has too few corners the question is about the first one. */
export interface Shape {
  area: boolean;
  corners: Corners;
}

/** How many corners the service takes, and how many metres the box around them may be wide. */
export const mostCorners = 16;
export const mostExtent = 20_000;

export const leastCorners = (line: boolean | undefined) => (line ? 2 : 3);

/** Whether it has corners enough to be asked about. */
export function isWhole({ area, corners }: Shape): boolean {
  return corners.length >= leastCorners(!area);
}

/** The word for what a question or an answer is about, as answers say it. */
export function precisionOf(shape: Shape | undefined): "point" | "line" | "polygon" {
  return !shape ? "point" : shape.area ? "polygon" : "line";
}

/** The shape as the service takes it in a query. */
export function wktOf({ area, corners }: Shape): string {
  const text = (list: Corners) => list.map(([lon, lat]) => `${lon} ${lat}`).join(", ");
  return area ? `POLYGON((${text([...corners, ...corners.slice(0, 1)])}))` : `LINESTRING(${text(corners)})`;
}

/** The corners as they stand in the address: longitude,latitude/longitude,latitude. */
export function cornersText(corners: Corners): string {
  return corners.map((c) => c.join(",")).join("/");
}

/** Reads what cornersText wrote, to 7 decimals; null for what is none. */
export function cornersIn(text: string): Position[] | null {
  const list = text.split("/").map((one) => one.split(",").map((v) => (v.trim() ? Number(v) : NaN)));
  const good = list.every((c) => c.length === 2 && Math.abs(c[0]!) <= 180 && Math.abs(c[1]!) <= 90);
  return good ? list.map(([lon, lat]) => rounded(lon!, lat!)) : null;
}

export type ShapeFault = "few" | "twice" | "cross" | "many" | "wide";

/** What is wrong with a shape that the service refuses, as far as it is seen here; null where nothing is. */
export function shapeFault({ area, corners }: Shape): ShapeFault | null {
  if (corners.length > mostCorners) return "many";
  if (corners.length === 0) return "few";
  const [west, south, east, north] = boxAround(corners);
  // A length that is only roughly known says "wide" from a little below the bound: it explains a refusal, and refuses nothing.
  if (Math.max(roughlyApart([west, south], [east, south]), roughlyApart([west, south], [west, north])) > 0.98 * mostExtent) return "wide";
  if (area) return faultOf(corners);
  return corners.every(([lon, lat]) => lon === west && lat === south) ? "few" : null;
}

/** Whether a problem is one of the shape and not of the rest of the question. */
export function isOfShape(p: Problem): boolean {
  return p.code === "geometry-invalid" || p.more["parameter"] === "geometry";
}
