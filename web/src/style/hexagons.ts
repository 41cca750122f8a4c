import type { ExpressionSpecification, LayerSpecification } from "@maplibre/maplibre-gl-style-spec";
import { fontName, type Brush } from "./brush.ts";
import { byZoom, textSize } from "./expr.ts";
import { oklch } from "./oklch.ts";
import type { Theme } from "./palette.ts";

/** The least number of poles of each step of the ramp. Steps triple, because cells are small where the map is near and large where it is far. */
export const hexagonSteps = [1, 3, 10, 30, 100, 300] as const;

/** The colour of a step: one hue, evenly from the ground to what stands out from it. On paper there is none: the number tells. */
export function hexagonFill(theme: Theme, step: number): string {
  if (theme === "print") return "#ffffff";
  const share = step / (hexagonSteps.length - 1);
  return theme === "dark" ? oklch(0.36 + share * 0.44, 0.05 + share * 0.07, 55) : oklch(0.93 - share * 0.5, 0.04 + share * 0.09, 55);
}

/** The number on a step, dark on light and light on dark. */
export function hexagonText(theme: Theme, step: number): string {
  const late = step >= (theme === "dark" ? 3 : 4);
  if (theme === "print") return "#000000";
  return (theme === "dark") === late ? "#14181a" : "#ffffff";
}

function byCount(value: (step: number) => string): ExpressionSpecification {
  const [, ...later] = hexagonSteps;
  return ["step", ["get", "count"], value(0), ...later.flatMap((n, i) => [n, value(i + 1)])] as unknown as ExpressionSpecification;
}

/** Poles counted in H3 cells, to be looked at: where many are, and how many. */
export function hexagonLayers(b: Brush): Record<"cells" | "numbers", LayerSpecification[]> {
  const cells = { source: "cells", "source-layer": "hexagons" } as const;
  const print = b.theme === "print";
  const fill: LayerSpecification = {
    id: "hexagon-fill",
    ...cells,
    type: "fill",
    paint: { "fill-color": byCount((s) => hexagonFill(b.theme, s)), "fill-opacity": print ? 0 : byZoom([9, 0.9], [14, 0.75]) },
  };
  const line: LayerSpecification = { id: "hexagon-line", ...cells, type: "line", paint: { "line-color": print ? b.p.community : b.p.land, "line-width": byZoom([8, 0.5], [14, 1.2]) } };
  const numbers: LayerSpecification = {
    id: "hexagon-number",
    ...cells,
    type: "symbol",
    minzoom: 10.7, // from here on two digits have room in a cell
    layout: { "text-field": ["to-string", ["get", "count"]], "text-font": [fontName], "text-size": textSize(b, [10, 10], [15, 13]), "text-padding": 5 },
    paint: { "text-color": byCount((s) => hexagonText(b.theme, s)) },
  };
  return { cells: [fill, line], numbers: [numbers] };
}
