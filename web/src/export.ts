import type { Feature, LayerName } from "./api/types";
import { client } from "./state";

const pageSize = 500;
const left = new Set(["geometry", "version", "revision"]);

/** Reads every page of a list and hands it to the browser as a CSV file. progress is told how many rows have been read. */
export async function exportCSV(layer: LayerName, query: Record<string, string | undefined>, progress: (n: number) => void, signal: AbortSignal): Promise<void> {
  const items: Feature[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.list(layer, { ...query, limit: pageSize, cursor }, signal);
    items.push(...page.items);
    cursor = page.next;
    progress(items.length);
  } while (cursor !== undefined);
  download(`${layer}.csv`, [csvOf(items)]);
}

/** The features as CSV with a mark of the encoding, which spreadsheet programs need: code and name first, places as longitude and latitude. */
export function csvOf(items: readonly Feature[]): string {
  const names = new Set(["id", "code", "name"]);
  for (const f of items) for (const name of Object.keys(f)) if (!left.has(name)) names.add(name);
  const points = items.some((f) => f.geometry?.type === "Point");
  const columns = [...names];
  const rows = items.map((f) => {
    const place = f.geometry?.type === "Point" ? f.geometry.coordinates : ["", ""];
    return [...columns.map((name) => f[name]), ...(points ? place : [])].map(cell).join(",");
  });
  const head = [...columns, ...(points ? ["lon", "lat"] : [])].map(cell).join(",");
  return "\uFEFF" + [head, ...rows].join("\r\n") + "\r\n";
}

/** One cell. A text that a spreadsheet would run as a formula is marked as text. */
export function cell(v: unknown): string {
  if (v === undefined || v === null) return "";
  if (typeof v === "number" || typeof v === "boolean") return String(v);
  const raw = typeof v === "string" ? v : JSON.stringify(v);
  const s = /^[=+\-@\t\r]/.test(raw) ? "'" + raw : raw;
  return /[",\r\n]/.test(s) ? `"${s.replace(/"/g, '""')}"` : s;
}

/** Records as CSV, with the columns of the first; each cell as csvOf writes it. */
export function csvOfRecords(records: readonly Readonly<Record<string, string | number>>[]): string {
  const columns = Object.keys(records[0] ?? {});
  return "\uFEFF" + [columns, ...records.map((r) => columns.map((name) => r[name]))].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Hands pieces of a file to the browser. */
export function download(name: string, pieces: string[], type = "text/csv;charset=utf-8"): void {
  const address = URL.createObjectURL(new Blob(pieces, { type }));
  const a = document.createElement("a");
  a.href = address;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
