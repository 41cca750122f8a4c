import type { FilterSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, wash, type Brush } from "./brush.ts";
import { byZoom, only } from "./expr.ts";

type Selected = { layer: string; id: string } | null;

const areaLayers = ["districts", "towns", "grids", "communities", "overlays"];
/** What has no shape of its own. */
const shapeless = ["units", "editions", "notices", "schedules", "orders", "activations"];
const kerbAreas = ["zones", "spaces"];

/** The source that holds a layer's tiles. */
export function sourceOf(layer: string): "areas" | "roads" | "kerb" | "cells" {
  if (areaLayers.includes(layer)) return "areas";
  if (layer === "hexagons") return "cells";
  return layer === "roads" ? "roads" : "kerb";
}

/** What the application draws itself: the selected feature below the labels, the asked point and candidates above all. */
export const pickLayers = {
  under(b: Brush, selected: Selected): LayerSpecification[] {
    const accuracy: LayerSpecification[] = [
      { id: "pick-accuracy", source: "pick", type: "fill", filter: only("kind", "accuracy"), paint: { "fill-color": b.p.accent, "fill-opacity": wash(b, 0.16) } },
      { id: "pick-accuracy-line", source: "pick", type: "line", filter: only("kind", "accuracy"), paint: { "line-color": b.p.accent, "line-width": 1 } },
    ];
    const former: LayerSpecification[] = [
      { id: "pick-former", source: "pick", type: "fill", filter: only("kind", "former"), paint: { "fill-color": b.p.accent, "fill-opacity": wash(b, 0.1) } },
      { id: "pick-former-line", source: "pick", type: "line", filter: only("kind", "former"), layout: { "line-join": "round" }, paint: { "line-color": b.p.accent, "line-width": 2, "line-dasharray": [3, 2] } },
    ];
    const drawn = [...former, ...accuracy];
    if (!selected || selected.layer === "poles" || shapeless.includes(selected.layer)) return drawn;
    const at = { source: sourceOf(selected.layer), "source-layer": selected.layer, filter: isSelected(selected) } as const;
    const area = areaLayers.includes(selected.layer) || kerbAreas.includes(selected.layer);
    const wide = selected.layer === "roads" || selected.layer === "segments";
    const line: LayerSpecification = {
      id: "selected-line",
      ...at,
      type: "line",
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": b.p.accent, "line-width": wide || b.theme === "print" ? byZoom([10, 3], [16, 7]) : byZoom([9, 2], [14, 3]), "line-opacity": wide ? 0.6 : 1 },
    };
    const fill: LayerSpecification = { id: "selected-fill", ...at, type: "fill", paint: { "fill-color": b.p.accent, "fill-opacity": byZoom([9, wash(b, 0.16)], [15, wash(b, 0.06)]) } };
    return area ? [fill, line, ...drawn] : [line, ...drawn];
  },

  over(b: Brush, selected: Selected): LayerSpecification[] {
    const ring: LayerSpecification[] =
      selected?.layer === "poles"
        ? [
            {
              id: "selected-pole",
              source: "kerb",
              "source-layer": "poles",
              type: "circle",
              filter: isSelected(selected),
              paint: { "circle-radius": byZoom([13, 7], [18, 13]), "circle-color": b.p.accent, "circle-opacity": 0.15, "circle-stroke-color": b.p.accent, "circle-stroke-width": 2 },
            },
          ]
        : [];
    return [
      ...ring,
      {
        id: "pick-near",
        source: "pick",
        type: "circle",
        filter: only("kind", "near"),
        paint: { "circle-radius": 11, "circle-color": b.p.accent, "circle-opacity": 0.12, "circle-stroke-color": b.p.accent, "circle-stroke-width": 2 },
      },
      {
        id: "pick-candidate",
        source: "pick",
        type: "symbol",
        filter: only("kind", "candidate"),
        layout: {
          "icon-image": `candidate-${b.theme}`,
          "icon-allow-overlap": true,
          "text-field": ["get", "label"],
          "text-font": [fontName],
          "text-size": 12,
          "text-allow-overlap": true,
          "icon-ignore-placement": true,
        },
        paint: { "text-color": b.theme === "dark" ? "#0c1213" : "#ffffff" },
      },
      {
        id: "pick-point",
        source: "pick",
        type: "symbol",
        filter: only("kind", "point"),
        layout: { "icon-image": `pin-${b.theme}`, "icon-anchor": "bottom", "icon-allow-overlap": true, "icon-ignore-placement": true },
      },
    ];
  },
};

function isSelected(selected: { layer: string; id: string }): FilterSpecification {
  return ["==", ["to-string", ["get", "id"]], selected.id];
}
