import type { Palette, Theme } from "./palette.ts";

export type Lang = "zh" | "en";

/** What the layer functions paint with. */
export interface Brush {
  p: Palette;
  theme: Theme;
  lang: Lang;
  images: boolean;
  /** How much larger labels are than on a screen. */
  scale: number;
}

/** What a layer is painted with that is a wash of colour on a screen and would eat toner on paper. */
export function wash(b: Brush, opacity: number): number {
  return b.theme === "print" ? 0 : opacity;
}

/** The font that labels are drawn with; the style carries the file, so no font server is asked. */
export const fontName = "Noto Sans SC";

/** The file's place in the built application. */
export const fontPath = "/assets/noto-sans-sc-chinese-simplified-400-normal.woff2";
