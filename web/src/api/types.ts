import type { components, paths } from "./types.gen";

// The shapes of what the service takes and answers, from its own description (types.gen.ts), and what the client alone knows.

type Schemas = components["schemas"];

/** The answer of /v1/lookup: who is responsible for a point, and why. */
export type Answer = Schemas["Answer"];
export type Outcome = Answer["outcome"];
export type Party = Schemas["Party"];
export type Responsibility = Schemas["Responsibility"];
export type Deadlines = Schemas["Deadlines"];
export type Crossing = Schemas["Crossing"];
/** What an area has of a line or an area that was asked about. */
export type Part = Schemas["Part"];
export type Basis = Schemas["Basis"];
export type Step = Schemas["Step"];
/** The border between two grids, or of a grid and what is outside the district. */
export type Border = Schemas["ShownBorder"];
export type BorderList = Schemas["BorderList"];
export type GridContents = Schemas["GridContents"];
/** A refusal, and the answer that is given instead. */
export type Refused = Schemas["Refused"];
export type Level = Schemas["Level"];
export type Nearest = Schemas["Near"];
export type Candidate = Schemas["Candidate"];
export type NearFeature = Schemas["NearFeature"];
export type Found = Schemas["Found"];
/** What a code became, or was, in another edition. */
export type Translation = Schemas["Translation"];
export type Successor = Schemas["Successor"];
/** How the areas of an edition descend from those of the one before. */
export type Descent = Schemas["Descent"];
export type Edge = Descent["edges"][number];
export type EdgeKind = Edge["kind"];
export type Status = Schemas["Status"];
export type Me = Schemas["Account"];
export type ProblemBody = Schemas["Problem"];

/** The coordinate systems that people choose from; the service reads their numbers as longitude, latitude (or easting, northing). */
export const crsNames = ["wgs84", "gcj02", "bd09", "epsg:4549"] as const;
export type CRS = (typeof crsNames)[number];

/** The ways in which reports come, how bad it is, and who reports. */
export const channels = ["visit", "analysis", "direct", "12345", "camera", "patrol"] as const;
export type Channel = (typeof channels)[number];
export const severities = ["low", "normal", "high", "critical"] as const;
export type Severity = (typeof severities)[number];
export const reporters = ["resident", "staff", "unit", "machine"] as const;
export type Reporter = (typeof reporters)[number];

type LayerOf<Path> = Path extends `/v1/${infer L}/{id}` ? L : never;
/** Borders follow from the grids and are none of the layers that are stored. */
export type LayerName = Exclude<LayerOf<keyof paths>, "borders">;

/** The layers in the order in which they are listed. */
const listed = {
  districts: 0,
  towns: 1,
  grids: 2,
  communities: 3,
  overlays: 4,
  units: 5,
  segments: 6,
  zones: 7,
  spaces: 8,
  poles: 9,
  roads: 10,
  editions: 11,
  schedules: 12,
  orders: 13,
  activations: 14,
  notices: 15,
  posts: 16,
  contacts: 17,
  categories: 18,
  rules: 19,
  agreements: 20,
  refusals: 21,
} as const satisfies Record<LayerName, number>;

export const layerNames = Object.keys(listed) as readonly LayerName[];

/** The layers whose areas cover the district and have editions. */
export type AreaLayer = { [L in LayerName]: `/v1/${L}/{id}/translate` extends keyof paths ? L : never }[LayerName];

const areaLayers: readonly string[] = ["towns", "grids", "communities"] satisfies AreaLayer[];

export function isAreaLayer(s: string): s is AreaLayer {
  return areaLayers.includes(s);
}

export function isLayerName(s: string): s is LayerName {
  return Object.hasOwn(listed, s);
}

/** A feature of one of the layers, as that layer describes it. */
type AnyFeature = {
  [L in LayerName]: paths[`/v1/${L}/{id}`]["get"]["responses"][200]["content"]["application/json"];
}[LayerName];

export type Geometry = Extract<AnyFeature, { geometry: unknown }>["geometry"];
export type Position = Extract<Geometry, { type: "Point" }>["coordinates"];

/** A value of a feature's own fields. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** What the features of all layers have in common; only the id is there while one is being made or changed. */
type Common = Partial<Pick<AnyFeature, keyof AnyFeature>> & Pick<AnyFeature, "id">;

/** A feature of a layer that is known only when the program runs: its fields by name. */
export interface Feature extends Common {
  name_en?: string;
  geometry?: Geometry;
  [field: string]: Value | Geometry | undefined;
}

/** A page of a layer's list. */
export interface Page extends Pick<paths["/v1/grids"]["get"]["responses"][200]["content"]["application/json"], "next"> {
  items: Feature[];
}
