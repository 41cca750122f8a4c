import { moveWindow, resizeEnd, resizeStart, shiftDay } from "./content";
import type { ModeWindow, Weekday } from "./types";

/** What a key does with a bar. */
export type BarAction =
  | { kind: "edit"; next: ModeWindow; what: "move" | "resize" | "day" }
  /** The window cannot go to another day: its days go by type, or it begins there already. */
  | { kind: "stuck" }
  | { kind: "open" }
  | { kind: "remove" }
  | { kind: "add" };

export interface Pressed {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** What a key means for a window on a day of the week; null for keys that are not the week's. */
export function barAction(e: Pressed, w: ModeWindow, day: Weekday): BarAction | null {
  const step = e.altKey ? 1 : 15;
  switch (e.key) {
    case "ArrowLeft":
    case "ArrowRight": {
      const by = e.key === "ArrowLeft" ? -step : step;
      if (e.ctrlKey || e.metaKey) return { kind: "edit", next: resizeStart(w, by), what: "resize" };
      return e.shiftKey ? { kind: "edit", next: resizeEnd(w, by), what: "resize" } : { kind: "edit", next: moveWindow(w, by), what: "move" };
    }
    case "ArrowUp":
    case "ArrowDown": {
      const next = shiftDay(w, day, e.key === "ArrowUp" ? -1 : 1);
      return next ? { kind: "edit", next, what: "day" } : { kind: "stuck" };
    }
  }
  if (e.ctrlKey || e.metaKey || e.altKey) return null;
  switch (e.key) {
    case "Enter":
    case " ":
      return { kind: "open" };
    case "Delete":
    case "Backspace":
      return { kind: "remove" };
    case "Insert":
    case "n":
      return { kind: "add" };
  }
  return null;
}
