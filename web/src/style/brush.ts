import type { Palette, Theme } from "./palette.ts";

export type Lang = "zh" | "en";

/** What the layer functions paint with. */
export interface Brush {
  p: Palette;
  theme: Theme;
  lang: Lang;
  images: boolean;
}

/** The font that labels are drawn with; the style carries the file, so no font server is asked. */
export const fontName = "Noto Sans SC";

/** The file's place in the built application. */
export const fontPath = "/assets/noto-sans-sc-chinese-simplified-400-normal.woff2";
