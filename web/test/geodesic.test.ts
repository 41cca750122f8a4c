import { describe, expect, it } from "vitest";
import type { Position } from "../src/api/types";
import { circle, destination } from "../src/map/geodesic";

/** The distance by Vincenty's inverse formula (1975), on the ellipsoid of CGCS2000: good to a tenth of a millimetre. */
function vincenty(a: Position, b: Position): number {
  const f = 1 / 298.257222101;
  const [major, minor] = [6378137, 6378137 * (1 - f)];
  const rad = (v: number) => (v * Math.PI) / 180;
  const [u1, u2] = [Math.atan((1 - f) * Math.tan(rad(a[1]))), Math.atan((1 - f) * Math.tan(rad(b[1])))];
  const l = rad(b[0] - a[0]);
  let lambda = l;
  for (let i = 0; i < 100; i++) {
    const sinSigma = Math.hypot(Math.cos(u2) * Math.sin(lambda), Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda));
    const cosSigma = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * Math.cos(lambda);
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (Math.cos(u1) * Math.cos(u2) * Math.sin(lambda)) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const cos2Sigma = cosSigma - (2 * Math.sin(u1) * Math.sin(u2)) / cos2Alpha;
    const c = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
    const next = l + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * (cos2Sigma + c * cosSigma * (2 * cos2Sigma ** 2 - 1)));
    if (Math.abs(next - lambda) > 1e-13) {
      lambda = next;
      continue;
    }
    const u = (cos2Alpha * (major ** 2 - minor ** 2)) / minor ** 2;
    const p = 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u)));
    const q = (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u)));
    const turn = q * sinSigma * (cos2Sigma + (q / 4) * (cosSigma * (2 * cos2Sigma ** 2 - 1) - (q / 6) * cos2Sigma * (4 * sinSigma ** 2 - 3) * (4 * cos2Sigma ** 2 - 3)));
    return minor * p * (sigma - turn);
  }
  throw new Error("no convergence");
}

const jinshan: Position = [121.3301, 30.8903];

describe("the formula that the test measures with", () => {
  it("has the length of Flinders Peak to Buninyong within what the two ellipsoids differ", () => {
    expect(vincenty([144.42486789, -37.95103342], [143.92649553, -37.65282114])).toBeCloseTo(54972.271, 2);
  });
});

describe("a circle", () => {
  it.each([
    [1, jinshan],
    [12, jinshan],
    [200, jinshan],
    [10_000, jinshan],
    [10_000, [-73.98, 40.75] as Position],
    [10_000, [20, 69] as Position],
    [10_000, [0, -0.3] as Position],
  ])("of %d m has its radius all around, at %s", (metres, centre) => {
    const ring = circle(centre, metres);
    expect(ring).toHaveLength(65);
    expect(ring[0]).toEqual(ring[64]);
    for (const p of ring) expect(Math.abs(vincenty(centre, p) - metres)).toBeLessThan(Math.max(1e-4, metres * 1e-6));
  });

  it("begins in the north and goes on to the west", () => {
    const [north, west] = [destination(jinshan, 0, 100), circle(jinshan, 100)[16]!];
    expect(north[0]).toBeCloseTo(jinshan[0], 12);
    expect(north[1]).toBeGreaterThan(jinshan[1]);
    expect(west[0]).toBeLessThan(jinshan[0]);
  });
});
