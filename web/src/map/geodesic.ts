import type { Position } from "../api/types";

// Where one comes to from a place in a direction, on the ellipsoid of CGCS2000: the mid-latitude form of Gauss, whose neglected terms are
// of the third order in distance by radius of the Earth, a few millimetres in 10 km.

const semiMajor = 6378137;
const flattening = 1 / 298.257222101;
const e2 = flattening * (2 - flattening);
const radians = Math.PI / 180;

/** The place metres away in the direction of the azimuth, in radians clockwise from north. */
export function destination([lon, lat]: Position, azimuth: number, metres: number): Position {
  let [dLat, dLon, turn] = [0, 0, 0]; // in radians; turn is how much the azimuth changes on the way
  for (let i = 0; i < 4; i++) {
    const middle = lat * radians + dLat / 2;
    const w = 1 - e2 * Math.sin(middle) ** 2;
    const meridian = (semiMajor * (1 - e2)) / (w * Math.sqrt(w));
    const normal = semiMajor / Math.sqrt(w);
    dLat = (metres * Math.cos(azimuth + turn / 2)) / meridian;
    dLon = (metres * Math.sin(azimuth + turn / 2)) / (normal * Math.cos(middle));
    turn = dLon * Math.sin(middle);
  }
  return [lon + dLon / radians, lat + dLat / radians];
}

/** The ring of all places that far away, closed, counter-clockwise from the north. */
export function circle(centre: Position, metres: number, corners = 64): Position[] {
  const ring = Array.from({ length: corners }, (_, i) => destination(centre, -(2 * Math.PI * i) / corners, metres));
  return [...ring, ring[0]!];
}
