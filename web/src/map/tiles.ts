/** West, south, east, north in degrees. */
export type Box = readonly [number, number, number, number];

/** A tile of the Web Mercator quad. */
export interface Tile {
  z: number;
  x: number;
  y: number;
}

/**
 * Where the tiles of a layer are no longer what the service answers: from a zoom on, in boxes; without boxes everywhere. ids are
 * features that changed, as far as they are known.
 */
export interface Stale {
  layer: string;
  minzoom: number;
  ids: readonly string[];
  boxes?: readonly Box[];
}

/** How far beyond its side a tile draws, as a part of the side. */
const buffer = 64 / 4096;
/** More tiles than this are not listed: whoever asks for them asks for all. */
const most = 4000;
const deepest = 22;

/** The place of a longitude or latitude in the square of the world, from 0 to 1. */
const across = (lon: number) => (lon + 180) / 360;
const down = (lat: number) => 0.5 - Math.asinh(Math.tan((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180)) / (2 * Math.PI);

/** The tile of a zoom that holds a position. */
export function tileAt(lon: number, lat: number, z: number): Tile {
  const [x, y] = [across(lon), down(lat)].map((v) => Math.max(0, Math.min(2 ** z - 1, Math.floor(v * 2 ** z))));
  return { z, x: x!, y: y! };
}

export function nameOfTile({ z, x, y }: Tile): string {
  return `${z}/${x}/${y}`;
}

/** The tiles that a box comes into, by their first and last column and row. */
function rangeOf([west, south, east, north]: Box, z: number, pad: number) {
  const n = 2 ** z;
  const at = (v: number) => Math.max(0, Math.min(n - 1, Math.floor(v)));
  return { x0: at(across(west) * n - pad), x1: at(across(east) * n + pad), y0: at(down(north) * n - pad), y1: at(down(south) * n + pad) };
}

/** Whether a tile may be stale. */
export function isStale({ z, x, y }: Tile, stale: readonly Stale[]): boolean {
  return stale.some((s) => {
    if (z < s.minzoom) return false;
    return !s.boxes || s.boxes.some((b) => {
      const r = rangeOf(b, z, buffer);
      return x >= r.x0 && x <= r.x1 && y >= r.y0 && y <= r.y1;
    });
  });
}

/** The stale tiles that a map may show which looks at a view at a zoom, parents and children included; null when they are too many to list. */
export function staleTiles(stale: readonly Stale[], view: Box, zoom: number): Tile[] | null {
  if (stale.some((s) => !s.boxes)) return null;
  const found = new Map<string, Tile>();
  for (let z = 0; z <= Math.min(deepest, Math.ceil(zoom) + 4); z++) {
    const seen = rangeOf(view, z, 0);
    for (const s of stale) {
      if (z < s.minzoom) continue;
      for (const box of s.boxes!) {
        const r = rangeOf(box, z, buffer);
        for (let x = Math.max(r.x0, seen.x0); x <= Math.min(r.x1, seen.x1); x++) {
          for (let y = Math.max(r.y0, seen.y0); y <= Math.min(r.y1, seen.y1); y++) {
            const tile = { z, x, y };
            found.set(nameOfTile(tile), tile);
            if (found.size > most) return null;
          }
        }
      }
    }
  }
  return [...found.values()];
}
