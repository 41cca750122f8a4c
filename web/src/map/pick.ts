import type { Feature, FeatureCollection } from "geojson";
import type { Answer } from "../api/types";

/** A place that one reading of a pasted coordinate leads to. */
export interface Candidate {
  label: string;
  lon: number;
  lat: number;
}

/** What is drawn for an answer: its point, the disc of its accuracy, and a ring around the thing under the pointer. */
export function pickOf(answer: Answer | null, candidates: readonly Candidate[], near: readonly [number, number] | null): FeatureCollection {
  const features: Feature[] = candidates.map((c) => point("candidate", c.lon, c.lat, { label: c.label }));
  if (answer) {
    const { lon, lat } = answer.position;
    if (answer.query.accuracy_m) features.push(disc(lon, lat, answer.query.accuracy_m));
    features.push(point("point", lon, lat));
  }
  if (near) features.push(point("near", near[0], near[1]));
  return { type: "FeatureCollection", features };
}

function point(kind: string, lon: number, lat: number, more: Record<string, string> = {}): Feature {
  return { type: "Feature", properties: { kind, ...more }, geometry: { type: "Point", coordinates: [lon, lat] } };
}

/** A disc to look at, not to measure: metres become degrees by the local scale, good to a part in a hundred. */
function disc(lon: number, lat: number, metres: number): Feature {
  const dy = metres / 110_900;
  const dx = metres / (111_320 * Math.cos((lat * Math.PI) / 180));
  const ring = Array.from({ length: 65 }, (_, i) => {
    const a = (i % 64) * (Math.PI / 32);
    return [lon + dx * Math.cos(a), lat + dy * Math.sin(a)];
  });
  return { type: "Feature", properties: { kind: "accuracy" }, geometry: { type: "Polygon", coordinates: [ring] } };
}
