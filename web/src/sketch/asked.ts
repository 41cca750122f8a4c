import { effect, untracked } from "@preact/signals";
import type { Position } from "../api/types";
import { edited, noHistory, redo, undo, type History } from "../plan/history";
import { amend, go, task } from "../state";
import { asPoint, type PointTask } from "../url";
import { startDrawing } from "./field";
import { isWhole, mostCorners } from "./shape";
import { adding, endDrawing, forget, sketch, type Sketch } from "./sketch";
import type { Corners } from "./ring";

// The line or the area that the question is about, as it is drawn: the question is the record, and the drawing follows it.

/** The corners as they were drawn last here, and what was done to them. Others have come by an address, a link or the way back. */
let latest: Corners | null = null;
let done: History<Corners> = noHistory;

/** Draws on the map what the question is about. */
export function startShape(): void {
  let own: Sketch | null = null;
  effect(() => {
    const now = task.value;
    const shape = now.kind === "point" ? now.shape : undefined;
    untracked(() => {
      if (!shape) {
        if (own && sketch.peek() === own) forget();
        own = null;
        return;
      }
      if (shape.corners !== latest) {
        latest = shape.corners;
        endDrawing();
        done = noHistory;
      }
      sketch.value = own = { corners: shape.corners, holes: [], change: drawn, line: !shape.area, most: mostCorners, yields: true };
    });
  });
}

/** Asks about the point alone, or about a line or an area that begins at a place. */
export function askAbout(now: PointTask, what: "point" | "line" | "polygon", here: Position): void {
  if (what === "point") return void go(asPoint(now));
  const shape = { area: what === "polygon", corners: now.shape?.corners ?? [here] };
  done = noHistory;
  put({ ...now, shape }, true);
  if (!isWhole(shape)) startDrawing();
}

/** The question with other corners; the drawing is one step for "back", and a kept answer is the step before. */
export function drawn(corners: readonly Position[]): void {
  const now = task.peek();
  if (now.kind !== "point" || !now.shape) return;
  done = edited(now.shape.corners, done, "", corners, (a, b) => JSON.stringify(a) === JSON.stringify(b));
  put({ ...now, shape: { ...now.shape, corners } }, now.answer !== undefined);
}

/** Undo and redo of corners. */
export const edits = { undo: () => step(undo), redo: () => step(redo) };

function step(which: typeof undo): void {
  const now = task.peek();
  if (now.kind !== "point" || !now.shape) return;
  const was = done;
  done = which(done);
  const corners = done === was ? null : (done.done.at(-1)?.after ?? done.undone.at(-1)?.before);
  if (corners) put({ ...now, shape: { ...now.shape, corners } }, now.answer !== undefined);
}

/** The first corner is the place of the question. Without any it is about the point again. */
function put({ answer: _, ...next }: PointTask, isStep: boolean): void {
  const first = next.shape?.corners[0];
  latest = next.shape?.corners ?? null;
  if (!first) adding.value = false;
  const to: PointTask = first ? { ...next, x: first[0], y: first[1], crs: "wgs84" } : asPoint(next);
  if (isStep) go(to);
  else amend(to);
}
