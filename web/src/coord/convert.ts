import type { CRS, Position } from "../api/types";

// Where a position of another system lies in CGCS2000, for showing many of them on the map: the compact form of a batch answers with
// codes alone. The service converts by the same formulas (package geo), and test/golden/batch.json holds the two together.

const radians = Math.PI / 180;

/** A position in CGCS2000; null if it is none in its system. */
export function toStored(crs: CRS, x: number, y: number): Position | null {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  if (crs === "epsg:4549") return inZone(x, y) ? inverseKrueger(x, y) : null;
  if (Math.abs(x) > 180 || Math.abs(y) > 90) return null;
  if (crs === "gcj02") return inverse([x, y], shifted);
  if (crs === "bd09") return inverse([x, y], (p) => baidu(shifted(p)));
  return [x, y];
}

/** The box of the public formula of GCJ-02, which is far from any border. */
function inBox([x, y]: Position): boolean {
  return x >= 72.004 && x <= 137.8347 && y >= 0.8293 && y <= 55.8271;
}

/** The q with forward(q) = p. The shifts change by less than 2 % of the way, so that each step gains nearly two digits. */
function inverse(p: Position, forward: (p: Position) => Position): Position {
  if (!inBox(p)) return p;
  let q = p;
  for (let i = 0; i < 30; i++) {
    const f = forward(q);
    const [dx, dy] = [p[0] - f[0], p[1] - f[1]];
    q = [q[0] + dx, q[1] + dy];
    if (Math.abs(dx) < 1e-13 && Math.abs(dy) < 1e-13) break;
  }
  return inBox(q) ? q : p;
}

/** The shift of GCJ-02, which is measured on the ellipsoid of Krasovsky. */
function shifted([lon, lat]: Position): Position {
  const axis = 6378245;
  const e2 = 0.00669342162296594323;
  const w = 1 - e2 * Math.sin(lat * radians) ** 2;
  const perLat = ((axis * (1 - e2)) / (w * Math.sqrt(w))) * radians;
  const perLon = (axis / Math.sqrt(w)) * Math.cos(lat * radians) * radians;
  const [x, y] = [lon - 105, lat - 35];
  return [lon + gcjEast(x, y) / perLon, lat + gcjNorth(x, y) / perLat];
}

const sinPi = (v: number) => Math.sin(v * Math.PI);

function gcjEast(x: number, y: number): number {
  return (
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) +
    ((20 * sinPi(6 * x) + 20 * sinPi(2 * x)) * 2) / 3 +
    ((20 * sinPi(x) + 40 * sinPi(x / 3)) * 2) / 3 +
    ((150 * sinPi(x / 12) + 300 * sinPi(x / 30)) * 2) / 3
  );
}

function gcjNorth(x: number, y: number): number {
  return (
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) +
    ((20 * sinPi(6 * x) + 20 * sinPi(2 * x)) * 2) / 3 +
    ((20 * sinPi(y) + 40 * sinPi(y / 3)) * 2) / 3 +
    ((160 * sinPi(y / 12) + 320 * sinPi(y / 30)) * 2) / 3
  );
}

/** Baidu's shift of a GCJ-02 position: a turn and a stretch about 0, 0, each with a ripple, and an offset. */
function baidu([x, y]: Position): Position {
  const ripple = (Math.PI * 3000) / 180;
  const radius = Math.hypot(x, y) + 0.00002 * Math.sin(y * ripple);
  const angle = Math.atan2(y, x) + 0.000003 * Math.cos(x * ripple);
  return [radius * Math.cos(angle) + 0.0065, radius * Math.sin(angle) + 0.006];
}

// EPSG:4549, CGCS2000 / 3-degree Gauss-Kruger CM 120E, by the series of Krüger to the fourth power of the third flattening: truncated
// below a tenth of a micrometre here.

const flattening = 1 / 298.257222101;
const n = flattening / (2 - flattening);
const radius = (6378137 / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
const beta = [
  n / 2 - (n ** 2 * 2) / 3 + (n ** 3 * 37) / 96 - n ** 4 / 360,
  n ** 2 / 48 + n ** 3 / 15 - (n ** 4 * 437) / 1440,
  (n ** 3 * 17) / 480 - (n ** 4 * 37) / 840,
  (n ** 4 * 4397) / 161280,
];

/** Plane metres that the zone may be asked about: some 500 km to both sides of its meridian, from pole to pole. */
function inZone(x: number, y: number): boolean {
  return Math.abs(x - 500_000) < 670_000 && Math.abs(y) <= 10_001_965;
}

function inverseKrueger(x: number, y: number): Position {
  const [north, east] = [y / radius, (x - 500_000) / radius];
  let [xi, eta] = [north, east];
  beta.forEach((b, i) => {
    const j = 2 * (i + 1);
    xi -= b * Math.sin(j * north) * Math.cosh(j * east);
    eta -= b * Math.cos(j * north) * Math.sinh(j * east);
  });
  const e = Math.sqrt(flattening * (2 - flattening));
  const conformal = Math.asinh(Math.sin(xi) / Math.hypot(Math.sinh(eta), Math.cos(xi)));
  let isometric = conformal;
  for (let i = 0; i < 12; i++) isometric = conformal + e * Math.atanh(e * Math.tanh(isometric));
  return [120 + Math.atan2(Math.sinh(eta), Math.cos(xi)) / radians, Math.atan(Math.sinh(isometric)) / radians];
}
