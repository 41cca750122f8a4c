import { numberIn } from "../coord/number";
import type { Fault } from "./decode";

/** What parts the cells of a row, the likeliest first; a space stands for any number of blanks. */
const delimiters = ["\t", ",", ";", "，", "；", " "] as const;
type Delimiter = (typeof delimiters)[number];

/** Rows of text with as many cells as they happen to have. The text is kept once, and a row is parted when it is asked for. */
export class Table {
  /** The names of the columns; made up when the first row is a position already. */
  readonly header: readonly string[];
  /** Whether the first row of the text names the columns. */
  readonly named: boolean;
  private readonly first: number;

  /** bounds has for each row where it begins and ends. */
  constructor(
    private readonly text: string,
    private readonly delimiter: Delimiter,
    private readonly bounds: Uint32Array,
  ) {
    const top = this.cells(0);
    this.named = !top.some((cell) => Number.isFinite(numberIn(cell)));
    this.first = this.named ? 1 : 0;
    this.header = this.named ? top.map((name) => name.trim()) : top.map((_, i) => `column_${i + 1}`);
  }

  get length(): number {
    return this.bounds.length / 2 - this.first;
  }

  row(i: number): string[] {
    return this.cells(i + this.first);
  }

  private cells(i: number): string[] {
    return cellsOf(this.text.slice(this.bounds[2 * i], this.bounds[2 * i + 1]), this.delimiter);
  }
}

/** Reads rows as RFC 4180 has them, with any of the delimiters: a quoted cell may hold delimiters, doubled quotes and line breaks. */
export function readTable(text: string, mostRows: number): Table | Fault {
  const delimiter = delimiterOf(text);
  const bounds: number[] = [];
  let from = 0;
  let quoted = -1; // where the quote was opened that is not closed yet
  let fresh = true; // a cell begins here
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (quoted >= 0 && c !== undefined) {
      if (c !== '"') continue;
      if (text[i + 1] === '"') i++;
      else quoted = -1;
    } else if (c === "\n" || c === "\r" || c === undefined) {
      if (quoted >= 0) return { kind: "quote", n: bounds.length / 2 + 1 };
      if (text.slice(from, i).trim()) bounds.push(from, i);
      from = i + 1;
      fresh = true;
    } else {
      if (c === '"' && fresh) quoted = i;
      fresh = c === delimiter;
    }
  }
  if (bounds.length === 0) return { kind: "empty" };
  const table = new Table(text, delimiter, Uint32Array.from(bounds));
  if (table.length === 0) return { kind: "empty" };
  return table.length > mostRows ? { kind: "rows", n: table.length } : table;
}

/** The delimiter that the first row has most of, outside quotes; blanks only if it has no other. */
function delimiterOf(text: string): Delimiter {
  const top = (/^\s*(.*)/.exec(text)?.[1] ?? "").replace(/"[^"]*"/g, "");
  const count = (d: string) => top.split(d).length;
  return delimiters.slice(0, -1).reduce<Delimiter>((best, d) => (count(d) > (best === " " ? 1 : count(best)) ? d : best), " ");
}

function cellsOf(row: string, delimiter: Delimiter): string[] {
  if (delimiter === " ") return row.trim().split(/\s+/);
  if (!row.includes('"')) return row.split(delimiter);
  const cells: string[] = [];
  for (let at = 0; at <= row.length; at++) {
    let cell = "";
    if (row[at] === '"') {
      const end = closing(row, at);
      cell = row.slice(at + 1, end).replace(/""/g, '"');
      at = end + 1;
    }
    const end = row.indexOf(delimiter, at);
    const next = end < 0 ? row.length : end;
    cells.push(cell + row.slice(at, next));
    at = next;
  }
  return cells;
}

/** Where the quote is closed that is opened at from. */
function closing(row: string, from: number): number {
  for (let i = from + 1; i < row.length; i++) {
    if (row[i] !== '"') continue;
    if (row[i + 1] !== '"') return i;
    i++;
  }
  return row.length;
}
