import type { FeatureCollection } from "geojson";
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "@maplibre/maplibre-gl-style-spec";
import { areaLayers } from "./areas.ts";
import { fontName, fontPath, type Brush, type Lang } from "./brush.ts";
import { hexagonLayers } from "./hexagons.ts";
import { impactLayers } from "./impact.ts";
import { kerbLayers } from "./kerb.ts";
import { defaultOn, type LayerKey } from "./keys.ts";
import { overlayLayers } from "./overlays.ts";
import { palette, type Theme } from "./palette.ts";
import { pickLayers } from "./pick.ts";
import { pointLayers } from "./points.ts";
import { roadLayers } from "./roads.ts";
import { sketchLayers } from "./sketch.ts";

/** What a style depends on. */
export interface StyleInput {
  theme: Theme;
  lang: Lang;
  /** "" for paths that a server makes absolute, or the origin, because a map's worker has no base URL. */
  origin: string;
  /** Address of the font file that draws every label. */
  font?: string;
  on?: ReadonlySet<LayerKey>;
  /** The selected feature, drawn with the accent. */
  selected?: { layer: string; id: string } | null;
  /** What the application itself draws: the asked point, its accuracy, candidates. */
  pick?: FeatureCollection;
  /** Many points that were asked about together. */
  points?: FeatureCollection;
  /** What would change hands. */
  impact?: FeatureCollection;
  /** An area that is being drawn, or looked at. */
  sketch?: FeatureCollection;
  /** The application gives the images that a style names. Without them poles are discs and parks a light wash, for any other map. */
  images?: boolean;
  /** Zones are hatched: what they are used for rests on days off that have not been announced. */
  provisional?: boolean;
  /** Appended to the addresses of tiles that depend on time, for an instant that is not now: "" or "?at=…". */
  query?: string;
}

export const emptyPick: FeatureCollection = { type: "FeatureCollection", features: [] };

/** The whole style. The result is the caller's; it validates against the style specification. */
export function buildStyle(input: StyleInput): StyleSpecification {
  const brush: Brush = { p: palette(input.theme), theme: input.theme, lang: input.lang, images: input.images ?? false, scale: input.theme === "print" ? 1.25 : 1 };
  const pick = brush.images ? { under: pickLayers.under(brush, input.selected ?? null), over: pickLayers.over(brush, input.selected ?? null) } : { under: [], over: [] };
  const impact = brush.images ? impactLayers(brush) : { under: [], over: [] };
  const sketch = brush.images ? sketchLayers(brush) : { under: [], over: [] };
  const on = input.on ?? new Set(defaultOn);
  const switched = (key: LayerKey, layers: LayerSpecification[]) => layers.map((l) => show(l, on.has(key)));
  const area = areaLayers(brush);
  const overlay = overlayLayers(brush);
  const kerb = kerbLayers(brush, input.provisional ?? false);
  const hexagon = hexagonLayers(brush);
  const road = roadLayers(brush);
  return {
    version: 8,
    name: `wangge ${input.theme}`,
    center: [121.23, 30.81],
    zoom: 10.4,
    "font-faces": { [fontName]: input.font ?? input.origin + fontPath },
    sources: sources(input),
    layers: [
      { id: "background", type: "background", paint: { "background-color": brush.p.outside } },
      ...area.land,
      ...switched("grids", area.gridFill),
      ...switched("hexagons", hexagon.cells),
      ...switched("parks", overlay.parkFill),
      ...switched("roads", road.lines),
      ...switched("buildings", overlay.building),
      ...switched("communities", area.communities),
      ...switched("grids", area.gridLine),
      ...switched("police", overlay.police),
      ...switched("blocks", overlay.block),
      ...switched("parks", overlay.parkLine),
      ...switched("towns", area.townLine),
      ...area.district,
      ...switched("zones", kerb.zones),
      ...impact.under,
      ...sketch.under,
      ...pick.under,
      ...(brush.images ? pointLayers(brush) : []),
      ...switched("roads", road.labels),
      ...switched("communities", area.communityLabels),
      ...switched("blocks", overlay.blockLabels),
      ...switched("parks", overlay.parkLabels),
      ...switched("police", overlay.policeLabels),
      ...switched("buildings", overlay.buildingLabels),
      ...switched("zones", kerb.numbers),
      ...switched("hexagons", hexagon.numbers),
      ...switched("poles", kerb.poles),
      ...switched("grids", area.gridLabels),
      ...switched("towns", area.townLabels),
      ...impact.over,
      ...sketch.over,
      ...pick.over,
    ],
  };
}

function show(layer: LayerSpecification, on: boolean): LayerSpecification {
  if (layer.type === "background") return layer;
  return { ...layer, layout: { ...layer.layout, visibility: on ? "visible" : "none" } } as LayerSpecification;
}

function drawn(data: FeatureCollection = emptyPick): SourceSpecification {
  return { type: "geojson", data };
}

function sources(input: StyleInput): Record<string, SourceSpecification> {
  const tiles = (layers: string, minzoom: number, maxzoom: number, query = input.query ?? ""): SourceSpecification => ({
    type: "vector",
    tiles: [`${input.origin}/tiles/${layers}/{z}/{x}/{y}.mvt${query}`],
    minzoom,
    maxzoom,
  });
  return {
    // One unit of a tile is half a metre at zoom 14 and six centimetres at 17, which numbered spaces need.
    areas: tiles("districts,towns,grids,communities,overlays", 6, 14),
    roads: tiles("roads", 9, 14, ""),
    kerb: tiles("segments,zones,spaces,poles", 13, 17),
    cells: tiles("hexagons", 0, 15, ""),
    ...(input.images && { points: drawn(input.points), impact: drawn(input.impact), sketch: drawn(input.sketch), pick: drawn(input.pick) }),
  };
}
