import { oklch } from "./oklch.ts";

/** What the map is drawn for: two kinds of screen, and paper. */
export const themes = ["light", "dark", "print"] as const;
export type Theme = (typeof themes)[number];

/** The states of a pole's claim (认领状态), each with a colour and a shape of its own. */
export const claimStates = ["none", "open", "claimed", "disputed", "unclaimed"] as const;
export type ClaimState = (typeof claimStates)[number];

/** The modes of a kerb zone: the same colours on the map, in the week and in the legend. */
export const modes = ["travel", "parking", "loading", "closed"] as const;
export type Mode = (typeof modes)[number];

/** What a style is painted with. Every value is #rrggbb; greys for the basemap, colour for our own layers. */
export interface Palette {
  outside: string;
  land: string;
  road: string;
  roadCase: string;
  roadText: string;
  text: string;
  halo: string;
  district: string;
  town: string;
  grid: string;
  community: string;
  accent: string;
  accentSoft: string;
  block: string;
  park: string;
  building: string;
  police: string;
  segment: string;
  mode: Record<Mode, string>;
  claim: Record<ClaimState, string>;
}

const light: Palette = {
  outside: "#e9ebec",
  land: "#f8f9f9",
  road: "#ffffff",
  roadCase: "#c9ced1",
  roadText: "#5a6367",
  text: "#2b3336",
  halo: "#ffffff",
  district: "#4d575b",
  town: "#5f6a6e",
  grid: "#7d898d",
  community: "#8f999d",
  accent: "#0b6363",
  accentSoft: "#1a8f8f",
  block: "#7a5fa3",
  park: "#4f7f3a",
  building: "#8a5a2b",
  police: "#3f63a8",
  segment: "#5b6f86",
  mode: { travel: "#7d93ac", parking: "#138a86", loading: "#c98a12", closed: "#9c4a36" },
  claim: { none: "#6f7a7e", open: "#2f6db5", claimed: "#0e7a74", disputed: "#b3372c", unclaimed: "#a86d00" },
};

const dark: Palette = {
  outside: "#121517",
  land: "#1a1e20",
  road: "#3b4347",
  roadCase: "#121517",
  roadText: "#a3adb1",
  text: "#e6eaeb",
  halo: "#14181a",
  district: "#aab4b8",
  town: "#96a1a5",
  grid: "#727d81",
  community: "#6a7579",
  accent: "#5fd0c9",
  accentSoft: "#3aa8a2",
  block: "#b79ee0",
  park: "#92c578",
  building: "#d9a469",
  police: "#8fb0ee",
  segment: "#8fa3ba",
  mode: { travel: "#8ea4bd", parking: "#37b5ae", loading: "#e0a83c", closed: "#cf7a63" },
  claim: { none: "#9aa5a9", open: "#79aef0", claimed: "#4cc2b9", disputed: "#f08376", unclaimed: "#e3ad4a" },
};

/** Black on white: on paper shapes, patterns and widths tell what colours tell on a screen, and a copy in grey loses nothing. */
const print: Palette = {
  outside: "#ffffff",
  land: "#ffffff",
  road: "#ffffff",
  roadCase: "#9a9a9a",
  roadText: "#4a4a4a",
  text: "#000000",
  halo: "#ffffff",
  district: "#000000",
  town: "#000000",
  grid: "#000000",
  community: "#6e6e6e",
  accent: "#000000",
  accentSoft: "#000000",
  block: "#4a4a4a",
  park: "#4a4a4a",
  building: "#4a4a4a",
  police: "#4a4a4a",
  segment: "#6e6e6e",
  mode: { travel: "#6e6e6e", parking: "#000000", loading: "#000000", closed: "#000000" },
  claim: { none: "#000000", open: "#000000", claimed: "#000000", disputed: "#000000", unclaimed: "#000000" },
};

const palettes: Record<Theme, Palette> = { light, dark, print };

/** The palette of a theme; shared and read-only. */
export function palette(theme: Theme): Palette {
  return palettes[theme];
}

/** Hue families for towns. Five muted hues are enough for neighbours to differ; more would be a rainbow. */
const families = [195, 245, 300, 85, 140] as const;

/** How many grids of one town get a lightness of their own before the steps repeat. */
export const shades = 4;

/** The fill of a grid: the town's family and the grid's step in it. On paper there is none. */
export function gridFill(theme: Theme, family: number, shade: number): string {
  if (theme === "print") return print.land;
  const hue = families[family % families.length] ?? families[0];
  const step = shade % shades;
  return theme === "dark" ? oklch(0.29 + step * 0.035, 0.042, hue) : oklch(0.935 - step * 0.035, 0.045, hue);
}

/** The fill of a point in a grid: the same family and step as the grid below it, strong enough to stand out from it. */
export function pointFill(theme: Theme, family: number, shade: number): string {
  if (theme === "print") return print.text;
  const hue = families[family % families.length] ?? families[0];
  const step = shade % shades;
  return theme === "dark" ? oklch(0.88 - step * 0.07, 0.12, hue) : oklch(0.58 - step * 0.07, 0.12, hue);
}

/** The number of hue families. */
export const familyCount = families.length;

/** Families of the towns of 310116, chosen so that towns that touch differ; other codes take theirs from their last digits. */
export const townFamilies: ReadonlyArray<readonly [town: string, family: number]> = [
  ["310116001", 4],
  ["310116101", 0],
  ["310116102", 3],
  ["310116103", 3],
  ["310116104", 4],
  ["310116105", 1],
  ["310116107", 2],
  ["310116109", 0],
  ["310116112", 0],
  ["310116113", 1],
  ["310116503", 2],
];
