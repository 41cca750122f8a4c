import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, type Brush } from "./brush.ts";
import { byZoom } from "./expr.ts";
import { claimStates, modes } from "./palette.ts";

/** Kerb zones by mode, their numbered spaces, and poles by claim state. */
export function kerbLayers(b: Brush): Record<"zones" | "numbers" | "poles", LayerSpecification[]> {
  const kerb = (id: string, layer: string, minzoom: number) => ({ id, source: "kerb", "source-layer": layer, minzoom }) as const;
  const mode = ["match", ["get", "mode"], ...modes.flatMap((m) => [m, b.p.mode[m]]), b.p.mode.travel] as unknown as ExpressionSpecification;
  const poleIcons: LayerSpecification = {
    ...kerb("pole", "poles", 13),
    type: "symbol",
    layout: {
      "icon-image": ["concat", "pole-", ["match", ["get", "claim_state"], [...claimStates], ["get", "claim_state"], "none"], `-${b.theme}`],
      "icon-size": byZoom([13, 0.5], [15, 0.8], [18, 1.15]),
      "icon-allow-overlap": true,
      "icon-padding": 0,
    },
  };
  const claim = ["match", ["get", "claim_state"], ...claimStates.flatMap((s) => [s, b.p.claim[s]]), b.p.claim.none] as unknown as ExpressionSpecification;
  const poleDiscs: LayerSpecification = {
    ...kerb("pole", "poles", 13),
    type: "circle",
    paint: { "circle-color": claim, "circle-radius": byZoom([13, 2], [18, 6]), "circle-stroke-color": b.p.land, "circle-stroke-width": 1 },
  };
  return {
    zones: [
      {
        ...kerb("segment-line", "segments", 13),
        type: "line",
        maxzoom: 17.5,
        paint: { "line-color": b.p.segment, "line-width": 1.5, "line-dasharray": [3, 2] },
      },
      { ...kerb("zone-fill", "zones", 13), type: "fill", paint: { "fill-color": mode, "fill-opacity": byZoom([13, 0.85], [17, 0.45], [18, 0.3]) } },
      { ...kerb("zone-line", "zones", 13), type: "line", paint: { "line-color": mode, "line-width": byZoom([13, 1.6], [17, 1.2]) } },
      { ...kerb("space-line", "spaces", 17), type: "line", paint: { "line-color": mode, "line-width": 1, "line-opacity": 0.9 } },
    ],
    numbers: [
      {
        ...kerb("space-number", "spaces", 18),
        type: "symbol",
        layout: {
          "text-field": ["to-string", ["get", "number"]],
          "text-font": [fontName],
          "text-size": byZoom([18, 9], [20, 14]),
          "text-padding": 0,
        },
        paint: { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 1 },
      },
    ],
    poles: [b.images ? poleIcons : poleDiscs],
  };
}
