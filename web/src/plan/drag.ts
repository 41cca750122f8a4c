import { moveWindow, replaceWindow, resizeEnd, resizeStart, shiftDay, sameRef, windowAt, type Ref } from "./content";
import { weekdayOf } from "./dates";
import { snap } from "./week";
import type { Content, ModeWindow } from "./types";

/** What the mouse does with a window: as a whole, or with one of its ends. */
export type Grip = "move" | "start" | "end";

/** A drag of a window: where it began, and how far it has come. */
export interface Drag {
  ref: Ref;
  /** Date of the bar that was taken. */
  day: string;
  grip: Grip;
  /** Minutes and rows from where it began. */
  by: number;
  rows: number;
}

/** The step of the mouse, in minutes. */
export const stepOf = (fine: boolean) => (fine ? 1 : 15);

/** A window after a drag: its moving edge is on the grid. */
export function dragged(w: ModeWindow, d: Drag, step: number): ModeWindow {
  const [h, m] = w.start.split(":").map(Number) as [number, number];
  const start = h * 60 + m;
  const edge = d.grip === "end" ? start + w.duration_min : start;
  const by = d.by === 0 ? 0 : snap(edge + d.by, step) - edge;
  if (d.grip === "end") return resizeEnd(w, by);
  if (d.grip === "start") return resizeStart(w, by);
  const moved = moveWindow(w, by);
  return d.rows ? (shiftDay(moved, weekdayOf(d.day), d.rows) ?? moved) : moved;
}

/** The content with the window where the drag has brought it; the same content when it has not moved. */
export function withDrag(c: Content, d: Drag | null, step: number): Content {
  const w = d && windowAt(c, d.ref);
  return w ? replaceWindow(c, d.ref, dragged(w, d, step)) : c;
}

export function isDragged(d: Drag | null, ref: Ref): boolean {
  return d !== null && sameRef(d.ref, ref);
}
