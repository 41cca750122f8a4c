import { signal } from "@preact/signals";
import type { Feature, LayerName } from "./api/types";
import { client, status } from "./state";
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
