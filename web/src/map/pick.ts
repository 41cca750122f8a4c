import type { Feature, FeatureCollection } from "geojson";
import type { Answer, Geometry } from "../api/types";
import { circle } from "./geodesic";

/** A place that one reading of a pasted coordinate leads to. */
export interface Candidate {
  label: string;
  lon: number;
  lat: number;
}

/** What is drawn for an answer: its point, the disc of its accuracy, a ring around the thing under the pointer; and the shape of an area that is no more. */
export function pickOf(answer: Answer | null, candidates: readonly Candidate[], near: readonly [number, number] | null, former: Geometry | null = null): FeatureCollection {
  const features: Feature[] = candidates.map((c) => point("candidate", c.lon, c.lat, { label: c.label }));
  if (answer) {
    const { lon, lat } = answer.position;
    if (answer.query.accuracy_m) features.push(disc(lon, lat, answer.query.accuracy_m));
    features.push(point("point", lon, lat));
  }
  if (former) features.push({ type: "Feature", properties: { kind: "former" }, geometry: former });
  if (near) features.push(point("near", near[0], near[1]));
  return { type: "FeatureCollection", features };
}

function point(kind: string, lon: number, lat: number, more: Record<string, string> = {}): Feature {
  return { type: "Feature", properties: { kind, ...more }, geometry: { type: "Point", coordinates: [lon, lat] } };
}

/** The disc of the error, of the right size on the ground. */
function disc(lon: number, lat: number, metres: number): Feature {
  return { type: "Feature", properties: { kind: "accuracy" }, geometry: { type: "Polygon", coordinates: [circle([lon, lat], metres)] } };
}
