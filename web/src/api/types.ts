/** The coordinate systems that people choose from; the service reads their numbers as longitude, latitude (or easting, northing). */
export const crsNames = ["wgs84", "gcj02", "bd09", "epsg:4549"] as const;
export type CRS = (typeof crsNames)[number];

export type Outcome = "assigned" | "unassigned" | "outside" | "ambiguous" | "cross_border" | "no_action";

export interface Party {
  unit: string;
  name?: string;
  name_en?: string;
  role: string;
}

export interface Level {
  level: string;
  id?: string;
  code: string;
  name: string;
  name_en?: string;
  unit?: string;
}

export interface Nearest {
  code: string;
  name: string;
  name_en?: string;
  distance_m: number;
  same_town?: boolean;
  /** The neighbour is the outside of the district. */
  external?: boolean;
  probability?: number;
}

export interface NearFeature {
  layer: string;
  id: string;
  code?: string;
  name?: string;
  distance_m: number;
  owner?: { unit: string; name?: string; basis?: string };
  state?: string;
}

/** The answer of /v1/lookup: who is responsible for a point, and why. */
export interface Answer {
  answer_id?: string;
  outcome: Outcome;
  query: { lon: number; lat: number; crs: string; at?: string; accuracy_m?: number; category?: string };
  position: { lon: number; lat: number; crs: string; converted: boolean; precision: string };
  grid?: {
    code: string;
    name: string;
    name_en?: string;
    match: string;
    boundary_distance_m: number;
    probability?: number;
    edition?: string;
  } | null;
  nearest?: Nearest | null;
  hierarchy?: Level[];
  neighbours?: Nearest[];
  overlays?: Level[];
  features?: NearFeature[];
  responsibility?: {
    primary: Party | null;
    co?: Party[];
    supervisor?: Party | null;
    informed?: Party[];
    fallback: boolean;
  } | null;
  trace?: Array<{ step: string; detail?: string }>;
  data: { epoch?: string; revision?: number; edition?: string; features_as_of?: string; calendar?: string; rules?: string };
  demo?: boolean;
}

export type Position = [number, number];
export type Geometry =
  | { type: "Point"; coordinates: Position }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "Polygon"; coordinates: Position[][] }
  | { type: "MultiPolygon"; coordinates: Position[][][] };

/** A value of a feature's own fields. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** A feature of a layer: its fields by name, and what every layer has. */
export interface Feature {
  id: string;
  code?: string;
  name?: string;
  name_en?: string;
  version?: number;
  revision?: number;
  valid_from?: string;
  valid_to?: string;
  demo?: boolean;
  geometry?: Geometry;
  [field: string]: Value | Geometry | undefined;
}

export interface Page {
  items: Feature[];
  next?: string;
}

export interface Found {
  kind: string;
  layer: string;
  id: string;
  code?: string;
  name: string;
  name_en?: string;
  point?: Position;
  bbox?: [number, number, number, number];
  detail?: string;
}

export interface Status {
  epoch: string;
  revision: number;
  demo: boolean;
  name: string;
  /** live: the store is followed; stale: it cannot be reached; file: started from the last good copy. */
  state: "live" | "stale" | "file";
  confirmed_at?: string;
  layers: Array<{ layer: string; count: number; digest?: string }>;
  quarantined?: Array<{ layer?: string; id?: string; reason?: string }> | null;
}

export interface Me {
  name: string;
  role: string;
  unit?: string;
  /** The layers that the role may edit, and how: create, replace, delete. */
  edits?: Array<{ layer: string; operations: string[] }>;
}

export const layerNames = [
  "districts",
  "towns",
  "grids",
  "communities",
  "overlays",
  "units",
  "segments",
  "zones",
  "spaces",
  "poles",
  "roads",
  "editions",
] as const;
export type LayerName = (typeof layerNames)[number];

export function isLayerName(s: string): s is LayerName {
  return (layerNames as readonly string[]).includes(s);
}
