import type { LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, type Brush } from "./brush.ts";
import { byZoom, nameIn, textSize } from "./expr.ts";
import { gridColour } from "./tone.ts";

/** A label that has no room at its point goes a little to a side of it. */
const nearby = { "text-variable-anchor": ["center", "bottom", "top", "left", "right"] as Anchor[], "text-radial-offset": 0.5, "text-justify": "auto" as const };
type Anchor = "center" | "bottom" | "top" | "left" | "right";

/** District, towns, grids and communities, in groups so that the style can order them among the other layers. */
export function areaLayers(b: Brush): Record<
  "land" | "district" | "townLine" | "townLabels" | "gridFill" | "gridLine" | "gridLabels" | "communities" | "communityLabels",
  LayerSpecification[]
> {
  const print = b.theme === "print";
  const areas = (id: string, layer: string) => ({ id, source: "areas", "source-layer": layer }) as const;
  return {
    land: [{ ...areas("land", "districts"), type: "fill", paint: { "fill-color": b.p.land } }],
    district: [
      {
        ...areas("district-line", "districts"),
        type: "line",
        layout: { "line-join": "round" },
        paint: { "line-color": b.p.district, "line-width": print ? byZoom([8, 2], [14, 4.5]) : byZoom([8, 1.2], [14, 2.4]) },
      },
    ],
    gridFill: print ? [] : [
      {
        ...areas("grid-fill", "grids"),
        type: "fill",
        // Strong where grids are the subject, weak where streets are.
        paint: { "fill-color": gridColour(b.theme), "fill-opacity": byZoom([9, 0.95], [13, 0.75], [16, 0.4]) },
      },
    ],
    gridLine: [
      {
        ...areas("grid-line", "grids"),
        type: "line",
        layout: { "line-join": "round" },
        paint: { "line-color": b.p.grid, "line-width": print ? byZoom([9, 0.5], [12, 0.9], [16, 1.6]) : byZoom([9, 0.5], [12, 1], [16, 1.8]) },
      },
    ],
    gridLabels: [
      {
        ...areas("grid-label", "grids_label"),
        type: "symbol",
        minzoom: 10.6,
        layout: {
          "text-field": nameIn(b.lang),
          "text-font": [fontName],
          "text-size": textSize(b, [10, 11], [14, 14]),
          "text-max-width": 6.2,
          "text-padding": 6,
          ...nearby,
        },
        paint: { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 1.4, "text-opacity": byZoom([15, 1], [17, 0.75]) },
      },
    ],
    townLine: [
      {
        ...areas("town-line", "towns"),
        type: "line",
        layout: { "line-join": "round" },
        paint: { "line-color": b.p.town, "line-width": print ? byZoom([8, 1.4], [12, 2.6], [16, 3.4]) : byZoom([8, 0.8], [12, 1.6], [16, 2.2]), "line-dasharray": [5, 1.5] },
      },
    ],
    townLabels: [
      {
        ...areas("town-label", "towns_label"),
        type: "symbol",
        maxzoom: 12.2,
        layout: {
          "text-field": nameIn(b.lang),
          "text-font": [fontName],
          "text-size": textSize(b, [8, 10.5], [9, 11.5], [12, 17]),
          "text-letter-spacing": b.lang === "zh" ? 0.12 : 0.02,
          "text-max-width": 8,
          "text-padding": 3,
          ...nearby,
        },
        paint: { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 1.8 },
      },
    ],
    communities: [
      {
        ...areas("community-line", "communities"),
        type: "line",
        minzoom: 11,
        layout: { "line-join": "round" },
        paint: { "line-color": b.p.community, "line-width": byZoom([11, 0.5], [15, 1]), "line-dasharray": [2, 2] },
      },
    ],
    communityLabels: [
      {
        ...areas("community-label", "communities"),
        type: "symbol",
        minzoom: 13,
        layout: { "text-field": nameIn(b.lang), "text-font": [fontName], "text-size": 11 * b.scale, "text-max-width": 7 },
        paint: { "text-color": b.p.roadText, "text-halo-color": b.p.halo, "text-halo-width": 1.2 },
      },
    ],
  };
}
