import { numberIn } from "./coord/number";

// What a report says of itself, as somebody types it.

/** How sure a source is, above 0 to 1, or in per cent: 0.92, 92%. 0 for nothing, null for what is no confidence. */
export function confidenceIn(text: string): number | null {
  const s = text.trim().replace("％", "%");
  if (s === "") return 0;
  const v = s.endsWith("%") ? Math.round(numberIn(s.slice(0, -1)) * 1e4) / 1e6 : numberIn(s);
  return v > 0 && v <= 1 ? v : null;
}

/** The number of a case, or the code of a grid, as the service takes it; "" for nothing, null for what is none. */
export function caseNumberIn(text: string): string | null {
  const s = text.trim();
  return s === "" || /^[0-9A-Za-z][0-9A-Za-z._/-]{0,39}$/.test(s) ? s : null;
}
