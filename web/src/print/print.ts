import { signal } from "@preact/signals";
import { popover } from "../state";

/** Papers, lying. */
export const papers = ["a4", "a3"] as const;
export type Paper = (typeof papers)[number];

/** Width and height of what is printed on a paper, in millimetres, within margins of 10. */
export const inside: Record<Paper, readonly [width: number, height: number]> = { a4: [277, 190], a3: [400, 277] };

/** The paper of the sheet that is shown in place of the page; null when there is none. */
export const printing = signal<Paper | null>(null);
/** The map of the sheet as a picture, once it is drawn: browsers print pictures, and not all print what a graphics card has drawn. */
export const picture = signal<string | null>(null);
/** Zoom and latitude of the map of the sheet. */
export const drawnAt = signal<{ zoom: number; lat: number }>({ zoom: 10, lat: 30.8 });

let opener: HTMLElement | null = null;

export function openSheet(): void {
  opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  popover.value = null;
  printing.value = "a4";
}

export function closeSheet(): void {
  printing.value = null;
  picture.value = null;
  const back = opener;
  queueMicrotask(() => back?.focus());
}

/** Hands the sheet to the browser's printing once its map is drawn. */
export function printSheet(): void {
  if (picture.value) window.print();
}

/** The scale of a map on paper as the n of 1:n, to two digits, at its middle. A CSS pixel is 1/96 inch. */
export function scaleOf(zoom: number, lat: number): number {
  const metres = (Math.cos((lat * Math.PI) / 180) * 2 * Math.PI * 6378137) / (512 * 2 ** zoom);
  const n = (metres * 96) / 0.0254;
  const unit = 10 ** (Math.floor(Math.log10(n)) - 1);
  return Math.round(n / unit) * unit;
}
