import type { ExpressionSpecification } from "@maplibre/maplibre-gl-style-spec";
import { familyCount, gridFill, pointFill, shades, townFamilies, type Theme } from "./palette.ts";

// The tone of a grid is the family of its town and its step in the family as one number: family * shades + step. On the map it is read
// from a tile's attributes, in the panel from a code; a test compares the two.

/** The colour of a grid on the map: the family of its town, the step by the last two digits of its code. */
export function gridColour(theme: Theme): ExpressionSpecification {
  const town = ["to-string", ["get", "town"]];
  const last3 = ["slice", town, ["max", 0, ["-", ["length", town], 3]]];
  const family = ["match", town, ...townFamilies.flat(), ["%", ["to-number", last3, 0], familyCount]];
  const code = ["to-string", ["get", "code"]];
  const last2 = ["slice", code, ["max", 0, ["-", ["length", code], 2]]];
  const shade = ["%", ["to-number", last2, 0], shades];
  return byTone(["+", ["*", family, shades], shade], (f, s) => gridFill(theme, f, s));
}

/** The colour of points in grids, whose tone is an attribute. */
export function pointColour(theme: Theme): ExpressionSpecification {
  return byTone(["get", "tone"], (f, s) => pointFill(theme, f, s));
}

function byTone(tone: unknown, colour: (family: number, shade: number) => string): ExpressionSpecification {
  const cases: unknown[] = [];
  for (let f = 0; f < familyCount; f++) {
    for (let s = 0; s < shades; s++) {
      if (f + s > 0) cases.push(f * shades + s, colour(f, s));
    }
  }
  return ["match", tone, ...cases, colour(0, 0)] as unknown as ExpressionSpecification;
}

/** The tone of a grid by its code, which begins with that of its town. */
export function toneOf(code: string): number {
  const town = code.replace(/Z.*$/, "");
  const family = townFamilies.find(([of]) => of === town)?.[1] ?? numberOf(town.slice(-3)) % familyCount;
  return family * shades + (numberOf(code.slice(-2)) % shades);
}

function numberOf(digits: string): number {
  return Number(digits) || 0;
}

/** The colour of points of a tone, for lists beside the map. */
export function toneColour(theme: Theme, tone: number): string {
  return pointFill(theme, Math.floor(tone / shades), tone % shades);
}
