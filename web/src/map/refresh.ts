import { effect, untracked } from "@preact/signals";
import type { Map as MapLibre } from "maplibre-gl";
import { stale } from "../state";
import { sourceOf } from "../style/pick";
import { isStale, nameOfTile, staleTiles, tileAt, type Box, type Stale, type Tile } from "./tiles";

// When others edit, the tiles that changed are fetched again and no other. The old ones stay in view until the new ones are
// there. What went from one tile to another is fetched first where it is new, so that it is never in neither.

/** How often a source is fetched again at most, in milliseconds. */
const pause = 250;
/** How long the tiles that show nothing of a change are waited for before those that do are fetched too, in milliseconds. */
const patience = 500;

/** Fetches what becomes stale from now on. */
export function keepFresh(m: MapLibre): void {
  const sources = new Map<string, Refresher>();
  stale.value = []; // the map has fetched nothing yet
  effect(() => {
    const list = stale.value;
    if (list.length === 0) return;
    untracked(() => (stale.value = []));
    for (const [source, part] of bySource(list)) {
      const one = sources.get(source) ?? new Refresher(m, source);
      sources.set(source, one);
      one.add(part);
    }
  });
}

/** Parts a list by the sources that show its layers. Units and editions are in no tile. */
export function bySource(list: readonly Stale[]): Map<string, Stale[]> {
  const out = new Map<string, Stale[]>();
  for (const s of list) {
    if (s.layer === "units" || s.layer === "editions") continue;
    const source = sourceOf(s.layer);
    out.set(source, [...(out.get(source) ?? []), s]);
  }
  return out;
}

/** Fetches the stale tiles of one source. */
class Refresher {
  private waiting: Stale[] = [];
  private resting = false;

  constructor(
    private readonly m: MapLibre,
    private readonly source: string,
  ) {}

  add(list: readonly Stale[]): void {
    this.waiting.push(...list);
    if (!this.resting) this.next();
  }

  private next(): void {
    const list = this.waiting;
    this.waiting = [];
    this.resting = list.length > 0;
    if (!this.resting) return;
    this.refresh(list);
    setTimeout(() => this.next(), pause);
  }

  private refresh(list: Stale[]): void {
    const { m, source } = this;
    if (!m.getSource(source)) return;
    // A tile that is on its way may be of before the change; it cannot be fetched again before it is there.
    if (!m.isSourceLoaded(source)) m.once("idle", () => this.fetch(list));
    this.fetch(list);
  }

  private fetch(list: Stale[]): void {
    const { m, source } = this;
    const bounds = m.getBounds();
    const view: Box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const tiles = staleTiles(list, view, m.getZoom());
    if (!tiles) return m.refreshTiles(source);
    forgetUnseen(m, source, list);
    const showing = this.showing(list);
    const [first, then] = [tiles.filter((t) => !showing.has(nameOfTile(t))), tiles.filter((t) => showing.has(nameOfTile(t)))];
    m.refreshTiles(source, first);
    if (then.length > 0) this.whenLoaded(() => m.getSource(source) && m.refreshTiles(source, then));
  }

  /** The tiles that show features which have changed. */
  private showing(list: readonly Stale[]): Set<string> {
    const { m, source } = this;
    const out = new Set<string>();
    const deepest = Math.ceil(m.getZoom()) + 4;
    for (const { layer, ids } of list) {
      if (ids.length === 0) continue;
      const found = m.querySourceFeatures(source, { sourceLayer: layer, filter: ["in", ["get", "id"], ["literal", [...ids]]] });
      for (const [lon, lat] of found.flatMap((f) => positionsOf(f.geometry))) {
        for (let z = 0; z <= deepest; z++) out.add(nameOfTile(tileAt(lon, lat, z)));
      }
    }
    return out;
  }

  /** Acts when all tiles of the source are there, or patience has ended. */
  private whenLoaded(act: () => void): void {
    const { m, source } = this;
    if (m.isSourceLoaded(source)) return act();
    const check = () => m.isSourceLoaded(source) && end();
    const end = () => {
      clearTimeout(timer);
      m.off("sourcedata", check);
      act();
    };
    const timer = setTimeout(end, patience);
    m.on("sourcedata", check);
  }
}

/** The positions of a geometry, in any order. */
function positionsOf(g: GeoJSON.Geometry): Array<[number, number]> {
  if (g.type === "GeometryCollection") return g.geometries.flatMap(positionsOf);
  const numbers = (g.coordinates as unknown[]).flat(3) as number[];
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}

/**
 * Lets go of stale tiles that are kept for when they are seen again: refreshTiles renews only what is seen. The map library has no
 * public way to do so; a browser test pans away and back.
 */
function forgetUnseen(m: MapLibre, source: string, list: readonly Stale[]): void {
  const kept = m.style.tileManagers[source]?._outOfViewCache;
  kept?.filter((tile: { tileID: { canonical: Tile } }) => !isStale(tile.tileID.canonical, list));
}
