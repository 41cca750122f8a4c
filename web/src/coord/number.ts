/** The plain decimal that a text is; NaN for anything else. */
export function numberIn(text: string | undefined): number {
  const s = text?.trim() ?? "";
  return /^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(s) ? Number(s) : NaN;
}
