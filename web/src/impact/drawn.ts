import { computed, signal } from "@preact/signals";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { isAreaLayer, type Geometry as Shape, type LayerName } from "../api/types";
import { everyOf, featureFor } from "../names";
import { placeOn } from "../place";
import { task } from "../state";
import { nameOf, t } from "../text";
import type { ProposedFile } from "./file";
import type { Report } from "./types";
import { files, work } from "./work";

export const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };

/** The row of the list of places that is looked at: before/after, "" for none. */
export const chosenPlaces = signal("");

/** Layers whose shapes are drawn beside those that they replace. */
const shaped = (layer: LayerName) => isAreaLayer(layer) || layer === "overlays" || layer === "districts" || layer === "zones";

/** What the map draws of a comparison: while the panel is about it, or about something that was come to from it. */
export const drawnImpact = computed<FeatureCollection>(() => {
  const { kind } = task.value;
  if (kind !== "impact" && kind !== "feature" && kind !== "point") return nothing;
  const now = work.value;
  const report = now.kind === "done" ? now.report : null;
  const outlines = kind === "impact" || report ? files.value.flatMap(outlinesOf) : [];
  const areas = now.kind === "done" ? now.choice.rules.flatMap(areaOfRule) : [];
  return { type: "FeatureCollection", features: [...(report ? cellsOf(report, chosenPlaces.value) : []), ...outlines, ...areas, ...(report ? movesOf(report) : [])] };
});

/** The short name of a grid by its code: Z05; the code where it has none. */
const shortCode = (code: string) => /Z\d+$/.exec(code)?.[0] ?? (code || t("answer.outside.neighbour"));

/** Changed cells: those that go to another grid say from where to where, the others for how many matters another unit acts. */
export function cellsOf(r: Report, chosen: string): Feature[] {
  return r.changed.map((s, i) => {
    const [before, after] = [s.grid_before ?? "", s.grid_after ?? ""];
    const moved = before !== after;
    return {
      type: "Feature",
      properties: { kind: moved ? "moved" : "cell", label: moved ? `${shortCode(before)} → ${shortCode(after)}` : String(s.categories), chosen: `${before}/${after}` === chosen },
      geometry: { type: "Polygon", coordinates: [r.outlines[i] ?? []] },
    };
  });
}

/** A shape with its name at one place on it: the map would write the name of an area once in each of its tiles. */
function named(kind: "before" | "after", label: string, geometry: Geometry): Feature[] {
  const place = placeOn(geometry as Shape);
  return [{ type: "Feature", properties: { kind }, geometry }, ...(place ? [{ type: "Feature", properties: { kind: `${kind}-name`, label }, geometry: { type: "Point", coordinates: place } } satisfies Feature] : [])];
}

/** The shapes that a file proposes, each beside the one that it replaces; those that stay as they are are not drawn. */
function outlinesOf({ layer, features }: ProposedFile): Feature[] {
  if (!shaped(layer)) return [];
  const present = everyOf(layer);
  return features.flatMap((f) => {
    const next = f["geometry"] as Geometry | undefined;
    const old = present?.find((p) => p.id === f.id || p.code === f["code"]);
    const name = nameOf({ name: String(f["name"] ?? ""), name_en: String(f["name_en"] ?? ""), code: String(f["code"] ?? f.id ?? "") });
    if (!next || (old?.geometry && JSON.stringify(old.geometry) === JSON.stringify(next))) return [];
    return [...(old?.geometry ? named("before", t("impact.map.before", { name }), old.geometry) : []), ...named("after", t("impact.map.after", { name }), next)];
  });
}

/** The area that a rule has drawn. */
function areaOfRule(id: string): Feature[] {
  const rule = featureFor("rules", id) as { series?: string; number?: number; when?: { area?: { polygon?: number[][][] } } } | undefined;
  const polygon = rule?.when?.area?.polygon;
  return polygon?.length ? named("after", t("impact.map.rule", { rule: `${rule?.series}@${rule?.number}` }), { type: "Polygon", coordinates: polygon }) : [];
}

function movesOf(r: Report): Feature[] {
  return [...r.poles.changed, ...r.zones.changed].map((m) => ({ type: "Feature", properties: { kind: "move", label: m.code || m.name || m.id }, geometry: { type: "Point", coordinates: [m.lon, m.lat] } }));
}
