import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, type Brush } from "./brush.ts";
import { nameIn, textSize } from "./expr.ts";

const major = ["motorway", "trunk", "primary"];
const middle = ["secondary", "tertiary"];

/** The basemap: roads in greys, wider by class, named along the line. */
export function roadLayers(b: Brush): Record<"lines" | "labels", LayerSpecification[]> {
  const roads = { source: "roads", "source-layer": "roads" } as const;
  const line = (id: string, classes: string[], minzoom: number, width: ExpressionSpecification, colour: string): LayerSpecification => ({
    id,
    ...roads,
    type: "line",
    minzoom,
    filter: ["in", ["get", "class"], ["literal", classes]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": width },
  });
  const minor = ["residential", "unclassified", "service", "track", "path"];
  return {
    lines: [
      line("road-minor-case", minor, 13, curve(13, 0.8, 18, 12), b.p.roadCase),
      line("road-middle-case", middle, 11, curve(10, 0.9, 18, 20), b.p.roadCase),
      line("road-major-case", major, 9, curve(9, 1.1, 18, 26), b.p.roadCase),
      line("road-minor", minor, 14.5, curve(14.5, 0.6, 18, 10), b.p.road),
      line("road-middle", middle, 12, curve(12, 0.7, 18, 17), b.p.road),
      line("road-major", major, 10.5, curve(10.5, 0.7, 18, 23), b.p.road),
    ],
    labels: [label(b, "road-major-label", major, 11), label(b, "road-middle-label", middle, 12.5), label(b, "road-minor-label", minor, 14.5)],
  };
}

function curve(z0: number, w0: number, z1: number, w1: number): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.6], ["zoom"], z0, w0, z1, w1];
}

function label(b: Brush, id: string, classes: string[], minzoom: number): LayerSpecification {
  return {
    id,
    type: "symbol",
    source: "roads",
    "source-layer": "roads",
    minzoom,
    filter: ["in", ["get", "class"], ["literal", classes]],
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 420,
      "text-field": nameIn(b.lang),
      "text-font": [fontName],
      "text-size": textSize(b, [11, 10], [16, 12]),
      "text-max-angle": 35,
      "text-padding": 8,
    },
    paint: { "text-color": b.p.roadText, "text-halo-color": b.p.halo, "text-halo-width": 1.3 },
  };
}
