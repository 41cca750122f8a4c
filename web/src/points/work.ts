import { batch, signal } from "@preact/signals";
import { mostPoints } from "../api/batch";
import type { Problem } from "../api/problem";
import type { CRS, Position } from "../api/types";
import { asProblem } from "../load";
import { announcement, at, client } from "../state";
import { number, t } from "../text";
import { noAnswers, withPart, type Answers } from "./answers";
import { findColumns, positionsOf, type Columns } from "./columns";
import { decode, type Encoding, type Fault } from "./decode";
import { readTable, Table } from "./table";

/** Limits of what a browser handles at ease; the command line has none. */
export const mostRows = 200_000;
export const mostBytes = 64 << 20;

export interface Source {
  /** "" for pasted rows. */
  name: string;
  encoding: Encoding;
  table: Table;
}

/** The rows while they are answered, and afterwards. */
export interface Job {
  source: Source;
  crs: CRS;
  at: string | null;
  /** x and y of each row in turn. */
  positions: Float64Array;
  answers: Answers;
}

/** Where the work with many points stands. It stays while the panel is about other things, and ends with the page. */
export type Work =
  | { kind: "none"; fault: Fault | null }
  | { kind: "reading"; name: string }
  | { kind: "read"; source: Source }
  | { kind: "running"; job: Job }
  | { kind: "stopped"; job: Job; problem: Problem | null }
  | { kind: "done"; job: Job };

export const work = signal<Work>({ kind: "none", fault: null });
/** The columns and the system that are chosen; the system is never chosen for the user. */
export const columns = signal<Columns>({ x: -1, y: -1 });
export const system = signal<CRS | "">("");
/** The names of the grids that have been met, by their codes. */
export const gridNames = signal<ReadonlyMap<string, { name?: string; name_en?: string; code: string }>>(new Map());

let running: AbortController | null = null;

/** Forgets the rows and what was answered. */
export function forget(fault: Fault | null = null): void {
  running?.abort();
  running = null;
  work.value = { kind: "none", fault };
}

export async function takeFile(file: File): Promise<void> {
  forget();
  if (file.size > mostBytes) return forget({ kind: "bytes", n: file.size });
  const mine: Work = { kind: "reading", name: file.name };
  work.value = mine;
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return forget({ kind: "binary" });
  }
  if (work.peek() !== mine) return; // another was chosen meanwhile
  const decoded = decode(bytes);
  if ("text" in decoded) take(file.name, decoded.text, decoded.encoding);
  else forget(decoded);
}

export function takeText(text: string): void {
  forget();
  take("", text, "utf-8");
}

function take(name: string, text: string, encoding: Encoding): void {
  const table = readTable(text, mostRows);
  if (!(table instanceof Table)) return forget(table);
  batch(() => {
    columns.value = findColumns(table);
    system.value = "";
    work.value = { kind: "read", source: { name, encoding, table } };
  });
  announcement.value = t("points.read", { n: number(table.length) });
}

/** Answers all rows from the first one, in the chosen system and at the present instant. */
export function start(): void {
  const now = work.peek();
  const source = now.kind === "read" ? now.source : "job" in now ? now.job.source : null;
  if (!source || !system.peek()) return;
  const crs = system.peek() as CRS;
  gridNames.value = new Map(); // another instant may have other names
  void run({ source, crs, at: at.peek(), positions: positionsOf(source.table, columns.peek(), crs), answers: noAnswers(source.table.length) });
}

/** Chooses columns and system anew for the same rows. */
export function revise(): void {
  const now = work.peek();
  if (!("job" in now)) return;
  running?.abort();
  work.value = { kind: "read", source: now.job.source };
}

/** Goes on where it was stopped. */
export function resume(): void {
  const now = work.peek();
  if (now.kind === "stopped") void run(now.job);
}

export function stop(): void {
  running?.abort();
}

async function run(job: Job): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController());
  const show = (next: Work) => {
    if (running === mine) work.value = next;
  };
  try {
    for (show({ kind: "running", job }); job.answers.done < job.source.table.length; show({ kind: "running", job })) {
      const from = job.answers.done;
      const part = await client.batch(job.crs, job.positions.subarray(2 * from, 2 * (from + mostPoints)), job.at ?? undefined, mine.signal);
      job = { ...job, answers: withPart(job.answers, part) };
    }
    // A grid whose name cannot be had is shown by its code.
    await learnNames(job, mine.signal).catch(() => undefined);
    show({ kind: "done", job });
    if (running === mine) announcement.value = t("points.done", { n: number(job.answers.done), grids: number(job.answers.codes.length) });
  } catch (cause) {
    void learnNames(job).catch(() => undefined);
    show({ kind: "stopped", job, problem: mine.signal.aborted ? null : asProblem(cause) });
  }
}

const namesAtOnce = 200;

/** Asks for the names of grids that are not known yet, by a row in each. */
async function learnNames({ crs, at, positions, answers }: Job, signal?: AbortSignal): Promise<void> {
  const rows = answers.example.filter((_, i) => !gridNames.peek().has(answers.codes[i]!));
  for (let i = 0; i < rows.length; i += namesAtOnce) {
    const places = rows.slice(i, i + namesAtOnce).map((row): Position => [positions[2 * row]!, positions[2 * row + 1]!]);
    const found = await client.answers(crs, places, at ?? undefined, signal);
    const named = found.flatMap((a) => (a?.grid ? [[a.grid.code, a.grid] as const] : []));
    gridNames.value = new Map([...gridNames.peek(), ...named]);
  }
}
