import type { CRS } from "../api/types";
import { numberIn } from "../coord/number";
import { zoned } from "../coord/parse";
import type { Table } from "./table";

/** The columns of longitude and latitude, or easting and northing; -1 for one that is not known. */
export interface Columns {
  x: number;
  y: number;
}

/** The usual names of the two columns, as pairs; the first pair that is there both times wins. */
const usual: ReadonlyArray<readonly [x: RegExp, y: RegExp]> = [
  [/^(?:lon|lng|long|longitude)$/, /^(?:lat|latitude)$/],
  [/经度|东经/, /纬度|北纬/],
  [/^(?:x|easting|东坐标|横坐标)$/, /^(?:y|northing|北坐标|纵坐标)$/],
  [/(?:^|[^a-z])(?:lon|lng|long|longitude)(?:$|[^a-z])/, /(?:^|[^a-z])(?:lat|latitude)(?:$|[^a-z])/],
  [/(?:^|[^a-z])x(?:$|[^a-z])/, /(?:^|[^a-z])y(?:$|[^a-z])/],
];

/** Finds the columns by their names, or in rows without names by their numbers. It says nothing about the system. */
export function findColumns(table: Table): Columns {
  return table.named ? byName(table.header) : byNumber(table.row(0));
}

function byName(header: readonly string[]): Columns {
  const names = header.map((name) => name.toLowerCase().replace(/[（(【[].*/, "").trim());
  for (const [isX, isY] of usual) {
    const [x, y] = [names.findIndex((n) => isX.test(n)), names.findIndex((n) => isY.test(n))];
    if (x >= 0 && y >= 0 && x !== y) return { x, y };
  }
  return { x: -1, y: -1 };
}

/** Two numbers of which only one can be a latitude, or which are easting and northing by their size. */
function byNumber(row: readonly string[]): Columns {
  const columns = row.flatMap((cell, i) => (Number.isFinite(numberIn(cell)) ? [i] : []));
  const [a, b] = columns;
  if (columns.length !== 2 || a === undefined || b === undefined) return { x: -1, y: -1 };
  const [u, v] = [Math.abs(numberIn(row[a])), Math.abs(numberIn(row[b]))];
  const northing = (n: number) => n > 1_800_000 && n < 6_000_000;
  const firstIsY = u > 1000 ? northing(u) && !northing(v) : u <= 90 && v > 90;
  const firstIsX = u > 1000 ? northing(v) && !northing(u) : u > 90 && v <= 90;
  return firstIsX ? { x: a, y: b } : firstIsY ? { x: b, y: a } : { x: -1, y: -1 };
}

/** The positions of all rows, x and y in turn; NaN where a cell is no number. Plane eastings lose the number of their zone. */
export function positionsOf(table: Table, { x, y }: Columns, crs: CRS): Float64Array {
  const out = new Float64Array(2 * table.length);
  for (let i = 0; i < table.length; i++) {
    const row = table.row(i);
    const east = numberIn(row[x]);
    out[2 * i] = crs === "epsg:4549" ? zoned(east) : east;
    out[2 * i + 1] = numberIn(row[y]);
  }
  return out;
}
