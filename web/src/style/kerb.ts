import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, type Brush } from "./brush.ts";
import { byZoom, textSize } from "./expr.ts";
import { claimStates, modes, type ClaimState, type Mode } from "./palette.ts";

/** The dashes of a zone's outline on paper. */
export const dashes: Record<Mode, number[]> = { travel: [1, 2], parking: [1, 0], loading: [4, 2], closed: [4, 1.5, 1, 1.5] };

/** What stands in a zone on paper. */
const modeWords: Record<Brush["lang"], Record<Mode, string>> = {
  zh: { travel: "通行", parking: "停车", loading: "装卸", closed: "关闭" },
  en: { travel: "travel", parking: "parking", loading: "loading", closed: "closed" },
};

/** The shapes of claim states as letters of the font, for paper where no images are. */
const claimLetters: Record<ClaimState, string> = { none: "○", open: "◇", claimed: "●", disputed: "▲", unclaimed: "■" };

/** Kerb zones by mode, their numbered spaces, and poles by claim state. */
export function kerbLayers(b: Brush, provisional = false): Record<"zones" | "numbers" | "poles", LayerSpecification[]> {
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
  const poleLetters: LayerSpecification = {
    ...kerb("pole", "poles", 13),
    type: "symbol",
    layout: {
      "text-field": ["match", ["get", "claim_state"], ...claimStates.flatMap((s) => [s, claimLetters[s]]), claimLetters.none] as unknown as ExpressionSpecification,
      "text-font": [fontName],
      "text-size": byZoom([13, 7], [15, 11], [18, 18]),
      "text-allow-overlap": true,
      "text-ignore-placement": true,
      "text-padding": 0,
    },
    paint: { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 1 },
  };
  const print = b.theme === "print";
  const pattern = ["concat", "mode-", ["match", ["get", "mode"], [...modes], ["get", "mode"], "travel"], "-print"] as unknown as ExpressionSpecification;
  const outlines = modes.map((m): LayerSpecification => ({
    ...kerb(`zone-line-${m}`, "zones", 13),
    type: "line",
    filter: ["==", ["get", "mode"], m],
    paint: { "line-color": b.p.mode[m], "line-width": byZoom([13, 1.6], [17, 1.4]), "line-dasharray": dashes[m] },
  }));
  const words: LayerSpecification = {
    ...kerb("zone-mode", "zones", 16.5),
    type: "symbol",
    layout: {
      "text-field": ["match", ["get", "mode"], ...modes.flatMap((m) => [m, modeWords[b.lang][m]]), ""] as unknown as ExpressionSpecification,
      "text-font": [fontName],
      "text-size": textSize(b, [16, 9], [20, 14]),
    },
    paint: { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 2 },
  };
  const paper: LayerSpecification[] = [
    ...(b.images ? [{ ...kerb("zone-fill", "zones", 13), type: "fill", paint: { "fill-pattern": pattern } } satisfies LayerSpecification] : []),
    ...outlines,
  ];
  const screen: LayerSpecification[] = [
    { ...kerb("zone-fill", "zones", 13), type: "fill", paint: { "fill-color": mode, "fill-opacity": byZoom([13, 0.85], [17, 0.45], [18, 0.3]) } },
    { ...kerb("zone-line", "zones", 13), type: "line", paint: { "line-color": mode, "line-width": byZoom([13, 1.6], [17, 1.2]) } },
  ];
  return {
    zones: [
      {
        ...kerb("segment-line", "segments", 13),
        type: "line",
        maxzoom: 17.5,
        paint: { "line-color": b.p.segment, "line-width": 1.5, "line-dasharray": [3, 2] },
      },
      ...(print ? paper : screen),
      ...(provisional && b.images ? [{ ...kerb("zone-provisional", "zones", 13), type: "fill", paint: { "fill-pattern": `provisional-${b.theme}` } } satisfies LayerSpecification] : []),
      { ...kerb("space-line", "spaces", 17), type: "line", paint: { "line-color": mode, "line-width": 1, "line-opacity": 0.9 } },
    ],
    numbers: [
      ...(print ? [words] : []),
      {
        ...kerb("space-number", "spaces", 18),
        type: "symbol",
        layout: {
          "text-field": ["to-string", ["get", "number"]],
          "text-font": [fontName],
          "text-size": textSize(b, [18, 9], [20, 14]),
          "text-padding": 0,
        },
        paint: { "text-color": b.p.text, "text-halo-color": b.p.halo, "text-halo-width": 1 },
      },
    ],
    poles: [b.images ? poleIcons : print ? poleLetters : poleDiscs],
  };
}
