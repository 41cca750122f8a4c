import type { Cell, Matrix, WhistleItem } from "./types";

// The matrix of the whistle list: items are rows, grids are columns.

/** A cell by its item and the code of its grid. */
export interface Place {
  item: number;
  grid: string;
}

export function placeText(p: Place): string {
  return `${p.item}/${p.grid}`;
}

/** Reads 17/310116104Z05; null for what is none, or is not in the matrix. */
export function placeOf(text: string | undefined, m: Matrix): Place | null {
  const [item, grid] = (text ?? "").split("/");
  return grid !== undefined && m.grids.includes(grid) && m.items.some((i) => i.item === Number(item)) ? { item: Number(item), grid } : null;
}

export function cellAt(m: Matrix, p: Place): Cell | null {
  return m.items.find((i) => i.item === p.item)?.cells[m.grids.indexOf(p.grid)] ?? null;
}

/** Whether a cell is one in which no rule decides at all times. */
export function isMissing(c: Cell): boolean {
  return c.state === "sometimes" || c.state === "fallback";
}

/** The rows that are shown. */
export function rowsOf(m: Matrix, missing: boolean): WhistleItem[] {
  return missing ? m.items.filter((i) => i.cells.some(isMissing)) : m.items;
}

/** How many cells there are of each state. */
export function counts(m: Matrix): Record<Cell["state"], number> {
  const out = { whistle: 0, other: 0, sometimes: 0, fallback: 0 };
  for (const i of m.items) for (const c of i.cells) out[c.state]++;
  return out;
}

const far = Number.MAX_SAFE_INTEGER;
const moves: Readonly<Record<string, readonly [rows: number, columns: number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -far], End: [0, far], PageUp: [-10, 0], PageDown: [10, 0] };

/** The cell to which a key leads among the rows that are shown; null for a key that leads nowhere. */
export function placeByKey(key: string, p: Place, rows: readonly WhistleItem[], grids: readonly string[]): Place | null {
  const move = moves[key];
  const [row, column] = [rows.findIndex((r) => r.item === p.item), grids.indexOf(p.grid)];
  if (!move || row < 0 || column < 0) return null;
  const within = (n: number, length: number) => Math.max(0, Math.min(length - 1, n));
  return { item: rows[within(row + move[0], rows.length)]!.item, grid: grids[within(column + move[1], grids.length)]! };
}
