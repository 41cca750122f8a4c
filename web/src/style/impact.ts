import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, wash, type Brush } from "./brush.ts";
import { byZoom, only, textSize } from "./expr.ts";

/**
 * What would change hands. Lines and words tell what colour does not: a cell that goes to another grid has a full line and says from where
 * to where, one in which another unit acts a dashed line and the number of matters; what is in force is drawn in dashes and what is
 * proposed in a full line, each with its name.
 */
export function impactLayers(b: Brush): Record<"under" | "over", LayerSpecification[]> {
  const source = "impact";
  const cells = ["in", ["get", "kind"], ["literal", ["cell", "moved"]]] as ExpressionSpecification;
  const opacity = b.theme === "print" ? 0 : (["case", ["get", "chosen"], 0.42, 0.16] as unknown as ExpressionSpecification);
  const halo = { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 1.6 };
  const named = (kind: string, dy: number): LayerSpecification => ({
    id: `impact-${kind}-name`,
    source,
    type: "symbol",
    filter: only("kind", `${kind}-name`),
    layout: { "text-field": ["get", "label"], "text-font": [fontName], "text-size": textSize(b, [9, 11], [14, 14]), "text-offset": [0, dy], "text-padding": 4 },
    paint: halo,
  });
  return {
    under: [
      { id: "impact-cell", source, type: "fill", filter: cells, paint: { "fill-color": b.p.accent, "fill-opacity": opacity } },
      { id: "impact-cell-line", source, type: "line", filter: only("kind", "cell"), paint: { "line-color": b.p.accent, "line-width": byZoom([9, 0.8], [14, 1.6]), "line-dasharray": [2, 2] } },
      { id: "impact-moved-line", source, type: "line", filter: only("kind", "moved"), paint: { "line-color": b.p.accent, "line-width": byZoom([9, 1.4], [14, 2.4]) } },
      { id: "impact-after", source, type: "fill", filter: only("kind", "after"), paint: { "fill-color": b.p.accent, "fill-opacity": wash(b, 0.05) } },
      { id: "impact-before-line", source, type: "line", filter: only("kind", "before"), layout: { "line-join": "round" }, paint: { "line-color": b.p.text, "line-width": byZoom([9, 1.6], [14, 2.4]), "line-dasharray": [3, 2] } },
      { id: "impact-after-line", source, type: "line", filter: only("kind", "after"), layout: { "line-join": "round" }, paint: { "line-color": b.p.accent, "line-width": byZoom([9, 2], [14, 3.4]) } },
    ],
    over: [
      {
        id: "impact-cell-label",
        source,
        type: "symbol",
        filter: cells,
        layout: { "text-field": ["get", "label"], "text-font": [fontName], "text-size": textSize(b, [10, 10], [14, 13]), "text-padding": 4 },
        paint: halo,
      },
      named("before", 1),
      named("after", -1),
      {
        id: "impact-move",
        source,
        type: "circle",
        filter: only("kind", "move"),
        paint: { "circle-radius": byZoom([9, 2], [15, 9]), "circle-opacity": 0, "circle-stroke-color": b.p.claim.disputed, "circle-stroke-width": byZoom([9, 1], [15, 2.4]) },
      },
    ],
  };
}
