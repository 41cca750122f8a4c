import { cell } from "../export";
import type { Answers } from "./answers";
import type { Table } from "./table";

const added = ["grid_code", "grid_name"];
const piece = 5000;

/**
 * The table with grid_code and grid_name behind its columns, as pieces of a CSV file; both are empty for a row without a grid. Its own
 * cells stay as they are, but columns of these names are left out, so that a file may come back.
 */
export function csvWithGrids(table: Table, answers: Answers, nameOf: (code: string) => string): string[] {
  const kept = widened(table).flatMap((name, i) => (added.includes(name) ? [] : [{ name, i }]));
  const grids = answers.codes.map((code) => `,${cell(code)},${cell(nameOf(code))}\r\n`);
  const out = ["\uFEFF" + kept.map((c) => quoted(c.name)).join(",") + `,${added.join(",")}\r\n`];
  for (let from = 0; from < table.length; from += piece) {
    let text = "";
    for (let i = from; i < Math.min(table.length, from + piece); i++) {
      const row = table.row(i);
      text += kept.map((c) => quoted(row[c.i] ?? "")).join(",") + (grids[answers.index[i]!] ?? ",,\r\n");
    }
    out.push(text);
  }
  return out;
}

/** The header with an empty name for each cell that some row has beyond it. */
function widened(table: Table): string[] {
  let width = table.header.length;
  for (let i = 0; i < table.length; i++) width = Math.max(width, table.row(i).length);
  return Array.from({ length: width }, (_, i) => table.header[i] ?? "");
}

function quoted(s: string): string {
  return /[",\r\n]/.test(s) ? `"${s.replace(/"/g, '""')}"` : s;
}
