import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, wash, type Brush } from "./brush.ts";
import { byZoom, only } from "./expr.ts";

/** An area or a line that somebody draws: its corners with their numbers, a smaller handle in the middle of each side, and the side that is yet to come in dashes. */
export function sketchLayers(b: Brush): Record<"under" | "over", LayerSpecification[]> {
  const source = "sketch";
  const line = (kind: string, dash?: number[]): LayerSpecification => ({
    id: `sketch-${kind}`,
    source,
    type: "line",
    filter: only("kind", kind),
    layout: { "line-join": "round" },
    paint: { "line-color": b.p.accent, "line-width": byZoom([9, 2.2], [14, 3]), ...(dash && { "line-dasharray": dash }) },
  });
  const on = ["get", "active"] as ExpressionSpecification;
  const dark = b.theme === "dark" ? "#0c1213" : "#ffffff";
  return {
    under: [{ id: "sketch-fill", source, type: "fill", filter: only("kind", "area"), paint: { "fill-color": b.p.accent, "fill-opacity": wash(b, 0.14) } }, line("side"), line("open", [2, 2])],
    over: [
      { id: "sketch-middle", source, type: "circle", filter: only("kind", "middle"), paint: { "circle-radius": 5, "circle-color": b.p.land, "circle-stroke-color": b.p.accent, "circle-stroke-width": 1.5 } },
      {
        id: "sketch-corner",
        source,
        type: "circle",
        filter: only("kind", "corner"),
        paint: { "circle-radius": ["case", on, 12, 9], "circle-color": ["case", on, b.p.accent, b.p.land], "circle-stroke-color": b.p.accent, "circle-stroke-width": 2 },
      },
      {
        id: "sketch-number",
        source,
        type: "symbol",
        filter: only("kind", "corner"),
        layout: { "text-field": ["get", "label"], "text-font": [fontName], "text-size": 11, "text-allow-overlap": true, "text-ignore-placement": true },
        paint: { "text-color": ["case", on, b.theme === "print" ? "#000000" : dark, b.p.text] },
      },
    ],
  };
}
