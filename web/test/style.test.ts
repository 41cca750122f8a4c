import { readFileSync } from "node:fs";
import { createExpression, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { images, modePattern } from "../src/map/icons";
import { buildStyle, type StyleInput } from "../src/style/build";
import { dashes } from "../src/style/kerb";
import { hexagonFill, hexagonSteps, hexagonText } from "../src/style/hexagons";
import { layerKeys, type LayerKey } from "../src/style/keys";
import { claimStates, familyCount, gridFill, modes, palette, pointFill, shades, themes, type Theme } from "../src/style/palette";
import { gridColour, toneColour, toneOf } from "../src/style/tone";
import { layerNames } from "../src/api/types";

const origin = "http://127.0.0.1:8080";

function styles(): Array<[string, StyleInput]> {
  const out: Array<[string, StyleInput]> = [];
  for (const theme of themes) {
    for (const lang of ["zh", "en"] as const) {
      out.push([`${theme} ${lang}`, { theme, lang, origin }]);
      for (const layer of layerNames) out.push([`${theme} ${lang} with ${layer} selected`, { theme, lang, origin, images: true, selected: { layer, id: "1" } }]);
    }
  }
  return out;
}

describe("a style", () => {
  it.each(styles())("follows the specification: %s", (_, input) => {
    expect(validateStyleMin(buildStyle(input)).map((e) => e.message)).toEqual([]);
  });

  it("is refused by the validator when it is spoiled", () => {
    const style = buildStyle({ theme: "light", lang: "zh", origin });
    style.layers[1] = { ...style.layers[1]!, source: "nothing" } as never;
    expect(validateStyleMin(style)).not.toEqual([]);
  });

  it("asks only the origin", () => {
    const addresses = JSON.stringify(buildStyle({ theme: "light", lang: "zh", origin, images: true })).match(/https?:\/\/[^"]+/g) ?? [];
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((a) => !a.startsWith(origin + "/"))).toEqual([]);
  });

  it("for any other map names no image and nothing that only the application draws", () => {
    const text = JSON.stringify(buildStyle({ theme: "dark", lang: "zh", origin: "" }));
    expect(text).not.toMatch(/icon-image|fill-pattern|"pick"/);
  });

  it("shows exactly what is switched on", () => {
    const visible = (on: LayerKey[]) => buildStyle({ theme: "light", lang: "zh", origin, on: new Set(on) }).layers.filter((l) => l.layout?.visibility === "visible").map((l) => l.id);
    const seen = layerKeys.flatMap((k) => visible([k]));
    expect(new Set(seen).size).toBe(seen.length);
    expect(new Set(seen)).toEqual(new Set(visible([...layerKeys])));
    for (const k of layerKeys) expect(visible([k]), k).not.toEqual([]);
  });

  it("finds every image that the application's style can name", () => {
    const known = new Set(images().map((i) => i.id));
    expect(known).toContain("mode-parking-print");
    for (const theme of themes) {
      for (const name of ["pin", "candidate", "hatch", "pole-none", "pole-open", "pole-claimed", "pole-disputed", "pole-unclaimed"]) expect(known).toContain(`${name}-${theme}`);
    }
  });
});

describe("the style for paper", () => {
  const forPaper = (images: boolean) => buildStyle({ theme: "print", lang: "zh", origin, images, on: new Set(layerKeys), selected: { layer: "grids", id: "1" } });

  it("has no colour", () => {
    for (const images of [true, false]) {
      const hues = JSON.stringify(forPaper(images)).match(/#[0-9a-f]{6}/g) ?? [];
      expect(hues.length).toBeGreaterThan(20);
      expect(hues.filter((c) => c.slice(1, 3) !== c.slice(3, 5) || c.slice(3, 5) !== c.slice(5, 7))).toEqual([]);
    }
  });

  it("fills nothing but with white and patterns", () => {
    for (const images of [true, false]) {
      for (const l of forPaper(images).layers) {
        if (l.type !== "fill") continue;
        const { "fill-color": colour, "fill-pattern": pattern, "fill-opacity": opacity } = l.paint ?? {};
        const clear = opacity === 0 || (Array.isArray(opacity) && opacity.slice(4).every((v, i) => i % 2 === 1 || v === 0));
        expect(pattern !== undefined || colour === "#ffffff" || clear, l.id).toBe(true);
      }
    }
  });

  it("tells modes and claims apart without colour", () => {
    expect(new Set(modes.map((m) => JSON.stringify(dashes[m]))).size).toBe(modes.length);
    expect(new Set(modes.map(modePattern)).size).toBe(modes.length);
    const letters = forPaper(false).layers.find((l) => l.id === "pole")?.layout as { "text-field": string[] };
    expect(new Set(letters["text-field"].filter((_, i) => i > 2 && i % 2 === 1)).size).toBe(claimStates.length);
  });

  it("has larger labels", () => {
    const sizes = (theme: Theme) =>
      Object.fromEntries(
        buildStyle({ theme, lang: "zh", origin, on: new Set(layerKeys) }).layers.flatMap((l) => {
          const size = l.type === "symbol" && l.id !== "pole" ? l.layout?.["text-size"] : undefined;
          return size === undefined ? [] : [[l.id, Array.isArray(size) ? Number(size[4]) : Number(size)]];
        }),
      );
    const [screen, paper] = [sizes("light"), sizes("print")];
    expect(Object.keys(screen).length).toBeGreaterThan(8);
    for (const [id, size] of Object.entries(screen)) expect(paper[id], id).toBe(size * 1.25);
  });
});

/** WCAG's contrast ratio of two #rrggbb. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const channels = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]!;
  };
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi! + 0.05) / (lo! + 0.05);
}

describe("colours", () => {
  it("let labels be read on every grid", () => {
    for (const theme of ["light", "dark"] as const) {
      for (let f = 0; f < familyCount; f++) for (let s = 0; s < shades; s++) expect(contrast(palette(theme).text, gridFill(theme, f, s)), `${theme} ${f} ${s}`).toBeGreaterThan(4.5);
    }
  });

  it("of text and lines are dark enough on paper", () => {
    const p = palette("print");
    for (const colour of [p.text, p.roadText, p.community, p.block, p.park, p.building, p.police, p.segment, ...Object.values(p.mode)]) expect(contrast(colour, p.land), colour).toBeGreaterThan(4.5);
  });

  it("of a grid are the same from its code as from its tile", () => {
    const demo = JSON.parse(readFileSync(new URL("../../data/grids.geojson", import.meta.url), "utf8")) as GeoJSON.FeatureCollection;
    const of = (theme: "light" | "dark", properties: GeoJSON.GeoJsonProperties) => {
      const made = createExpression(gridColour(theme), "fill-color", { type: "color" } as never);
      if (made.result === "error") throw new Error(made.value[0]?.message ?? "");
      return String(made.value.evaluate({ zoom: 12 } as never, { type: "Polygon", properties } as never));
    };
    const rgb = (hex: string) => `rgba(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(",")},1)`;
    const other = [{ code: "310117005Z11", town: "310117005" }, { code: "x", town: "" }].map((properties) => ({ properties }));
    for (const { properties } of [...demo.features, ...other]) {
      const tone = toneOf((properties as { code: string }).code);
      for (const theme of ["light", "dark"] as const) expect(of(theme, properties), JSON.stringify(properties)).toBe(rgb(gridFill(theme, Math.floor(tone / shades), tone % shades)));
      expect(toneColour("light", tone)).toBe(pointFill("light", Math.floor(tone / shades), tone % shades));
    }
  });

  it("of hexagons go evenly from few to many, and let the number be read", () => {
    for (const theme of ["light", "dark"] as const) {
      const ground = palette(theme).land;
      const apart = hexagonSteps.map((_, i) => contrast(hexagonFill(theme, i), ground));
      expect(apart.every((c, i) => i === 0 || c > apart[i - 1]! * 1.1), `${theme} ${apart}`).toBe(true);
      hexagonSteps.forEach((_, i) => expect(contrast(hexagonText(theme, i), hexagonFill(theme, i)), `${theme} ${i}`).toBeGreaterThan(4.5));
    }
  });

  it("let points stand out from their grid", () => {
    for (const theme of ["light", "dark"] as const) {
      for (let f = 0; f < familyCount; f++) for (let s = 0; s < shades; s++) expect(contrast(pointFill(theme, f, s), gridFill(theme, f, s)), `${theme} ${f} ${s}`).toBeGreaterThan(3);
    }
  });
});
