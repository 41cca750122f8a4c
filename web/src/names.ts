import { signal } from "@preact/signals";
import type { Feature, LayerName } from "./api/types";
import { client, layerRevision, status } from "./state";
import { nameOf, t } from "./text";

const known = signal<ReadonlyMap<string, Feature>>(new Map());
const asked = new Set<string>();

/** The fields that name a feature of another layer by its id. */
export const references: Readonly<Record<string, LayerName>> = {
  office: "units",
  unit: "units",
  parent: "units",
  manager: "units",
  town: "towns",
  district: "districts",
  grid: "grids",
  segment: "segments",
  zone: "zones",
  zones: "zones",
  edition: "editions",
  post: "posts",
  community: "communities",
  overlay: "overlays",
  category: "categories",
  grid_a: "grids",
  grid_b: "grids",
  first: "grids",
};

/** What the map is of. A store has one name, in one language; that of the demo district is known in both. */
export function placeName(): string {
  const now = status.value;
  return now?.demo ? t("home.demo") : now?.name || t("app.title");
}

/** The name of a feature that another one refers to; its id until the name has come. */
export function nameFor(layer: LayerName, id: string): string {
  const found = featureFor(layer, id);
  return (found && nameOf(found)) || id;
}

/** A feature that another one refers to; undefined until it has come. */
export function featureFor(layer: LayerName, id: string): Feature | undefined {
  const key = `${layer}/${id}`;
  const found = known.value.get(key);
  if (!found && !asked.has(key)) {
    asked.add(key);
    client.feature(layer, id).then(
      ({ feature }) => (known.value = new Map(known.peek()).set(key, feature)),
      () => setTimeout(() => asked.delete(key), 30_000),
    );
  }
  return found;
}

const lists = new Map<LayerName, ReturnType<typeof signal<readonly Feature[] | null>>>();

/** All features of a layer of some hundreds; null until they have come. Asked for once, and again when the layer has changed. */
export function everyOf(layer: LayerName): readonly Feature[] | null {
  const kept = lists.get(layer) ?? signal<readonly Feature[] | null>(null);
  const key = `${layer}@${layerRevision.value[layer] ?? 0}`;
  if (!lists.has(layer)) lists.set(layer, kept);
  if (!asked.has(key)) {
    asked.add(key);
    pages(layer).then(
      (items) => (kept.value = items),
      () => setTimeout(() => asked.delete(key), 30_000),
    );
  }
  return kept.value ?? null;
}

async function pages(layer: LayerName): Promise<Feature[]> {
  const out: Feature[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.list(layer, { limit: 500, cursor });
    out.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return out;
}
