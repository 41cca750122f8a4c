import { effect, signal } from "@preact/signals";
import type { Asked } from "./api/client";
import { Problem } from "./api/problem";
import type { Answer } from "./api/types";
import { isWhole, wktOf } from "./sketch/shape";
import { announcement, at, client, task } from "./state";
import { nameOf, t } from "./text";
import type { PointTask } from "./url";

/** The answer to the point that the panel is about. */
export type Asking =
  | { kind: "idle" }
  | { kind: "asking"; before: Answer | null }
  | { kind: "answered"; answer: Answer; replayed: boolean }
  | { kind: "failed"; problem: Problem };

export const asking = signal<Asking>({ kind: "idle" });

/** The question that a task asks: while a line or an area has too few corners, that about its first one. */
export function questionOf(p: PointTask, instant: string | null): Asked {
  const q: Asked = { x: p.x, y: p.y, crs: p.crs };
  if (p.shape && isWhole(p.shape)) q.geometry = wktOf(p.shape);
  else if (p.accuracy && !p.shape) q.accuracy = p.accuracy;
  if (p.category) q.category = p.category;
  if (p.channel) q.channel = p.channel;
  if (p.severity) q.severity = p.severity;
  if (p.reporter) q.reporter = p.reporter;
  if (p.confidence) q.confidence = p.confidence;
  if (p.caseNumber) q.caseNumber = p.caseNumber;
  if (p.receivedBy) q.receivedBy = p.receivedBy;
  if (instant) q.at = instant;
  return q;
}

let running: AbortController | null = null;

/** Asks again whenever the point, its circumstances or the instant change. */
export function startAsking(): void {
  let asked = "";
  effect(() => {
    const now = task.value;
    const instant = at.value;
    // The second corner of an area, for one, changes the drawing and not the question.
    const before = asked;
    asked = now.kind === "point" ? JSON.stringify([questionOf(now, instant), now.answer]) : "";
    if (now.kind === "point" && now.shape && asked === before) return;
    running?.abort();
    if (now.kind === "point") void ask(now, instant);
    else asking.value = { kind: "idle" };
  });
}

/** Asks once more for the present task. */
export function askAgain(): void {
  if (task.value.kind === "point") void ask(task.value, at.value);
}

async function ask(p: PointTask, instant: string | null): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController());
  const old = asking.peek();
  asking.value = { kind: "asking", before: old.kind === "answered" ? old.answer : old.kind === "asking" ? old.before : null };
  try {
    const { answer, replayed } = await answerOf(p, instant, mine.signal);
    if (mine.signal.aborted) return;
    asking.value = { kind: "answered", answer, replayed };
    announcement.value = t("answer.announce", {
      grid: answer.grid ? nameOf(answer.grid) : t("answer.none"),
      unit: answer.responsibility?.primary ? nameOf({ ...answer.responsibility.primary, code: answer.responsibility.primary.unit }) : t("answer.unit.none"),
    });
  } catch (cause) {
    if (mine.signal.aborted) return;
    asking.value = { kind: "failed", problem: cause instanceof Problem ? cause : new Problem(0, "failed", String(cause)) };
  }
}

/** The kept answer of a link if it can still be made again, else a new one. */
async function answerOf(p: PointTask, instant: string | null, signal: AbortSignal): Promise<{ answer: Answer; replayed: boolean }> {
  if (p.answer) {
    try {
      return { answer: await client.replay(p.answer, signal), replayed: true };
    } catch (cause) {
      // A service that no longer has those versions answers the same question from what it has.
      if (signal.aborted || (cause instanceof Problem && cause.offline)) throw cause;
    }
  }
  return { answer: await client.lookup(questionOf(p, instant), signal), replayed: false };
}
