import { signal } from "@preact/signals";
import type { Problem } from "../api/problem";
import type { LayerName } from "../api/types";
import { asProblem } from "../load";
import { announcement, client } from "../state";
import { t } from "../text";
import { mostBytes, readProposed, type FileFault, type ProposedFile } from "./file";
import { keyOf, questionOf, type Choice } from "./question";
import type { Report } from "./types";

// The comparison that the page is about. It lasts until the page is left, so that "back" from a pole finds it again.

export type Work =
  | { kind: "none" }
  /** waiting: another comparison is being made, and this one is asked again when that is done. */
  | { kind: "running"; key: string; since: number; waiting: boolean }
  | { kind: "stopped"; key: string }
  | { kind: "done"; key: string; choice: Choice; report: Report; revision: number }
  | { kind: "failed"; key: string; problem: Problem };

export const work = signal<Work>({ kind: "none" });

/** What files propose: new borders, days off. */
export const files = signal<readonly ProposedFile[]>([]);
export interface BadFile {
  name: string;
  fault: FileFault;
  /** What the file was, to be read again once its layer is said. */
  text: string;
}

/** The file that could not be taken last. */
export const badFile = signal<BadFile | null>(null);

/** How long to wait before a comparison is asked for again while another one is made, in milliseconds. */
const pause = 2000;

let running: AbortController | null = null;

/** Compares; a comparison that is being made is given up. revision is that of what is in force as the page knows it. */
export async function compare(choice: Choice, revision: () => number): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController());
  const key = keyOf(choice);
  const since = Date.now();
  work.value = { kind: "running", key, since, waiting: false };
  for (;;) {
    try {
      const { body } = await client.request<Report>("POST", "/v1/impact", { body: questionOf(choice), signal: mine.signal });
      if (mine.signal.aborted) return;
      work.value = { kind: "done", key, choice, report: body, revision: revision() };
      announcement.value = t("impact.said.done", { n: body.changed.length, of: body.spots });
      return;
    } catch (cause) {
      if (mine.signal.aborted) return;
      const problem = asProblem(cause);
      if (problem.status !== 429) {
        work.value = { kind: "failed", key, problem };
        return;
      }
      work.value = { kind: "running", key, since, waiting: true };
      await new Promise((later) => setTimeout(later, pause));
      if (mine.signal.aborted) return;
    }
  }
}

/** Gives up the comparison that is being made. */
export function stop(): void {
  running?.abort();
  const now = work.value;
  if (now.kind !== "running") return;
  work.value = { kind: "stopped", key: now.key };
  announcement.value = t("impact.said.stopped");
}

/** Takes what a file proposes, in place of a file of that name. */
export async function takeFile(file: File): Promise<void> {
  if (file.size > mostBytes) badFile.value = { name: file.name, fault: "size", text: "" };
  else takeText(file.name, await file.text(), "");
}

/** Takes the text of a file; layer is what the user says that it holds. */
export function takeText(name: string, text: string, layer: LayerName | ""): void {
  const read = readProposed(name, text, layer);
  if (typeof read === "string") badFile.value = { name, fault: read, text };
  else {
    badFile.value = null;
    files.value = [...files.value.filter((f) => f.name !== name), read];
  }
}

export function dropFile(name: string): void {
  files.value = files.value.filter((f) => f.name !== name);
}
