import type { ExpressionSpecification, FilterSpecification } from "@maplibre/maplibre-gl-style-spec";
import type { Lang } from "./brush.ts";

/** The name of a feature in the language, Chinese where there is no English one. */
export function nameIn(lang: Lang): ExpressionSpecification {
  return lang === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"];
}

/** A size of text that grows with zoom, larger where the brush says so. */
export function textSize(b: { scale: number }, ...stops: Array<[zoom: number, size: number]>): ExpressionSpecification {
  return byZoom(...stops.map(([z, size]): [number, number] => [z, size * b.scale]));
}

/** A value that grows with zoom through the given stops, linearly between them. */
export function byZoom(...stops: Array<[zoom: number, value: number]>): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], ...stops.flat()] as unknown as ExpressionSpecification;
}

/** Features whose attribute has the value. */
export function only(attribute: string, value: string): FilterSpecification {
  return ["==", ["get", attribute], value];
}
