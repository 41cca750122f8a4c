import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import type { Brush } from "./brush.ts";
import { byZoom } from "./expr.ts";
import { pointColour } from "./tone.ts";

/** Many points at once, in the colour of their grid; those outside are rings, so that they can be told without colour. */
export function pointLayers(b: Brush): LayerSpecification[] {
  const outside = ["<", ["get", "tone"], 0] as ExpressionSpecification;
  return [
    {
      id: "points",
      source: "points",
      type: "circle",
      paint: {
        "circle-radius": byZoom([9, 2], [13, 4], [17, 7]),
        "circle-color": ["case", outside, b.p.land, pointColour(b.theme)],
        "circle-stroke-color": ["case", outside, b.p.claim.disputed, b.p.land],
        "circle-stroke-width": byZoom([9, 0.5], [13, 1.25]),
      },
    },
  ];
}
