import { claimStates, modes, palette, themes, type ClaimState, type Mode, type Theme } from "../style/palette";

/** The shape of a claim state, in a box of 20: the state can be told without its colour. */
export const claimShapes: Record<ClaimState, string> = {
  none: '<circle cx="10" cy="10" r="5.5"/>',
  open: '<path d="M10 3.2 16.800 10 10 16.800 3.200 10Z"/>',
  claimed: '<circle cx="10" cy="10" r="6"/>',
  disputed: '<path d="M10 3 17.200 16H2.800Z"/>',
  unclaimed: '<rect x="4" y="4" width="12" height="12" rx="1"/>',
};

/** The inside of the SVG of a pole in a claim state; hollow for states in which nobody owns it yet. */
export function poleShape(state: ClaimState, theme: Theme): string {
  const p = palette(theme);
  const hollow = state === "none" || state === "open";
  const fill = hollow ? p.land : p.claim[state];
  const stroke = hollow ? p.claim[state] : p.land;
  return `<g fill="${fill}" stroke="${stroke}" stroke-width="${hollow ? 2.6 : 1.4}" stroke-linejoin="round">${claimShapes[state]}</g>`;
}

/** The pattern of a kerb zone's mode on paper, a square of 12 that repeats. */
const modePatterns: Record<Mode, string> = {
  travel: "",
  parking: '<path d="M-3 9 9 -3M-3 15 15 -3M3 15 15 3" stroke="#000" stroke-width="1.2" fill="none"/>',
  loading: '<g fill="#000"><circle cx="3" cy="3" r="1.300"/><circle cx="9" cy="9" r="1.300"/></g>',
  closed: '<path d="M-3 9 9 -3M-3 15 15 -3M3 15 15 3M-3 3 9 15M-3 -3 15 15M3 -3 15 9" stroke="#000" stroke-width="1" fill="none"/>',
};

/** The inside of the SVG of that pattern. */
export function modePattern(mode: Mode): string {
  return modePatterns[mode];
}

/** Every image that a style names: its SVG and its size in CSS pixels. */
export function images(): Array<{ id: string; svg: string; width: number; height: number }> {
  const out = [];
  for (const theme of themes) {
    const p = palette(theme);
    for (const state of claimStates) out.push(image(`pole-${state}-${theme}`, 20, 20, poleShape(state, theme)));
    out.push(image(`candidate-${theme}`, 24, 24, `<circle cx="12" cy="12" r="10.500" fill="${p.accent}" stroke="${p.land}" stroke-width="2"/>`));
    out.push(
      image(
        `pin-${theme}`,
        30,
        38,
        `<path d="M15 36.500C9 28 3.500 21.500 3.500 14.500a11.500 11.500 0 0 1 23 0C26.500 21.500 21 28 15 36.500Z" fill="${p.accent}" stroke="${p.land}" stroke-width="2"/><circle cx="15" cy="14.500" r="4.200" fill="${p.land}"/>`,
      ),
    );
    out.push(image(`hatch-${theme}`, 12, 12, `<path d="M-3 9 9 -3M-3 15 15 -3M3 15 15 3" stroke="${p.park}" stroke-width="1" stroke-opacity="0.45" fill="none"/>`));
  }
  for (const theme of themes) {
    const stroke = theme === "dark" ? "#0c1213" : "#ffffff";
    out.push(image(`provisional-${theme}`, 8, 8, `<path d="M-2 6 6 -2M-2 10 10 -2M2 10 10 2" stroke="${theme === "print" ? "#000000" : stroke}" stroke-width="1.600" fill="none"/>`));
  }
  for (const mode of modes) out.push(image(`mode-${mode}-print`, 12, 12, modePattern(mode)));
  return out;
}

function image(id: string, width: number, height: number, inner: string) {
  return { id, width, height, svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width * 2}" height="${height * 2}" viewBox="0 0 ${width} ${height}">${inner}</svg>` };
}
