/** The switches of the map. Overlays are one layer of the service and four switches here, one for each kind. */
export const layerKeys = [
  "towns",
  "grids",
  "communities",
  "blocks",
  "parks",
  "buildings",
  "police",
  "zones",
  "poles",
  "hexagons",
  "roads",
] as const;

export type LayerKey = (typeof layerKeys)[number];

/** What is switched on when nobody has chosen. */
export const defaultOn: readonly LayerKey[] = ["towns", "grids", "parks", "buildings", "zones", "poles", "roads"];

/** The zoom from which a layer is drawn; the legend says so below it. */
export const minZoom: Record<LayerKey, number> = {
  towns: 0,
  grids: 0,
  communities: 11,
  blocks: 11,
  parks: 11,
  buildings: 14,
  police: 10,
  zones: 13,
  poles: 13,
  hexagons: 0,
  roads: 9,
};

export function isLayerKey(s: string): s is LayerKey {
  return (layerKeys as readonly string[]).includes(s);
}
