import { isAreaLayer, isLayerName, type LayerName } from "../api/types";
import type { Proposed } from "./types";

// Features from a file, as the command line writes and reads them: new borders, a notice of days off.

/** Why a file cannot be compared. */
export type FileFault = "json" | "none" | "layer" | "crs" | "size" | "many";

/** What a file proposes. */
export interface ProposedFile {
  name: string;
  layer: LayerName;
  features: Proposed[];
}

/** A body may have 32 MiB; what else is in it is small. */
export const mostBytes = 30 << 20;
export const mostFeatures = 2000;

/** Systems that are CGCS2000, or WGS 84 within a metre. */
const plainSystems = /^(?:cgcs2000|wgs84|epsg:(?:4326|4490)|urn:ogc:def:crs:(?:ogc:1\.3:crs84|epsg:[^:]*:(?:4326|4490)))$/i;

type Members = Record<string, unknown>;
const members = (v: unknown): Members => (typeof v === "object" && v !== null && !Array.isArray(v) ? (v as Members) : {});

/**
 * The features of a GeoJSON file, or the one of a notice of days off as it is passed around (year, papers, days with isOffDay). layer is
 * what the user says that it holds, "" for what the file says itself. Nothing is changed but the form: no position is moved.
 */
export function readProposed(name: string, text: string, layer: LayerName | ""): ProposedFile | FileFault {
  let whole: Members;
  try {
    whole = members(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    return "json";
  }
  const notice = noticeOf(whole);
  if (notice) return { name, layer: "notices", features: [notice] };
  const systems = [members(whole["wangge"])["crs"], members(members(whole["crs"])["properties"])["name"]].filter((s) => s !== undefined);
  if (!systems.every((s) => typeof s === "string" && plainSystems.test(s))) return "crs";
  const list = Array.isArray(whole["features"]) ? whole["features"].map(members) : whole["type"] === "Feature" ? [whole] : [];
  if (list.length === 0) return "none";
  if (list.length > mostFeatures) return "many";
  const of = [layer, members(whole["wangge"])["layer"], members(list[0]!["properties"])["layer"], whole["name"]].find((l): l is LayerName => typeof l === "string" && isLayerName(l));
  if (!of) return "layer";
  return { name, layer: of, features: list.map((f) => featureOf(f, of)) };
}

function featureOf(f: Members, layer: LayerName): Proposed {
  const properties = members(f["properties"]);
  const id = f["id"] ?? properties["id"] ?? properties["code"];
  const geometry = shapeFor(layer, f["geometry"]);
  return { ...properties, layer, ...(id !== undefined && { id: String(id) }), ...(geometry !== null && geometry !== undefined && { geometry }) };
}

/** Areas of a partition have several parts each; one that is drawn as one part is the same area. */
function shapeFor(layer: LayerName, geometry: unknown): unknown {
  const g = members(geometry);
  if (g["type"] === "Polygon" && (isAreaLayer(layer) || layer === "districts" || layer === "overlays")) return { type: "MultiPolygon", coordinates: [g["coordinates"]] };
  return geometry;
}

/** A notice as people pass it around; null for anything else. */
function noticeOf(whole: Members): Proposed | null {
  const { year, days, papers } = whole;
  if (typeof year !== "number" || !Array.isArray(days) || whole["features"]) return null;
  const code = typeof whole["code"] === "string" ? whole["code"] : `${whole["local"] ? "local" : "cn"}-${year}`;
  return {
    layer: "notices",
    id: code,
    code,
    year,
    name: typeof whole["name"] === "string" && whole["name"] ? whole["name"] : `国务院办公厅关于${year}年部分节假日安排的通知`,
    ...(whole["local"] === true && { local: true }),
    ...(Array.isArray(papers) && { papers }),
    days: days.map(members).map((d) => ({ date: d["date"], name: d["name"], off: d["off"] ?? d["isOffDay"] })),
  };
}
