import type { LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, wash, type Brush } from "./brush.ts";
import { byZoom, nameIn, only } from "./expr.ts";

/** Blocks, parks, buildings and police areas: they overlap grids and each other, so they are lines and patterns, not fills. */
export function overlayLayers(b: Brush): Record<
  "block" | "blockLabels" | "parkFill" | "parkLine" | "parkLabels" | "building" | "buildingLabels" | "police" | "policeLabels",
  LayerSpecification[]
> {
  const of = (id: string, kind: string, minzoom: number) =>
    ({ id, source: "areas", "source-layer": "overlays", filter: only("kind", kind), minzoom }) as const;
  const label = (id: string, kind: string, minzoom: number, colour: string): LayerSpecification => ({
    ...of(id, kind, minzoom),
    type: "symbol",
    layout: { "text-field": nameIn(b.lang), "text-font": [fontName], "text-size": 11 * b.scale, "text-max-width": 7, "text-padding": 4 },
    paint: { "text-color": colour, "text-halo-color": b.p.halo, "text-halo-width": 1.3 },
  });
  const line = (id: string, kind: string, minzoom: number, colour: string, dash: number[]): LayerSpecification => ({
    ...of(id, kind, minzoom),
    type: "line",
    layout: { "line-join": "round" },
    paint: { "line-color": colour, "line-width": byZoom([11, 1], [15, 2]), "line-dasharray": dash },
  });
  return {
    block: [line("block-line", "block", 11, b.p.block, [4, 1.5])],
    blockLabels: [label("block-label", "block", 13, b.p.block)],
    parkFill: [{ ...of("park-fill", "park", 11), type: "fill", paint: b.images ? { "fill-pattern": `hatch-${b.theme}` } : { "fill-color": b.p.park, "fill-opacity": wash(b, 0.12) } }],
    parkLine: [line("park-line", "park", 11, b.p.park, [1, 0])],
    parkLabels: [label("park-label", "park", 12, b.p.park)],
    building: b.theme === "print" ? [line("building-line", "building", 14, b.p.building, [1, 0])] : [
      { ...of("building-fill", "building", 14), type: "fill", paint: { "fill-color": b.p.building, "fill-opacity": 0.35, "fill-outline-color": b.p.building } },
    ],
    buildingLabels: [label("building-label", "building", 15, b.p.building)],
    police: [line("police-line", "police_area", 10, b.p.police, [1, 2])],
    policeLabels: [label("police-label", "police_area", 12, b.p.police)],
  };
}
