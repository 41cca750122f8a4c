import { showHome, zoomBy } from "./map/map";
import { closeSheet, openSheet, printing, printSheet } from "./print/print";
import { at, go, panelOpen, popover, stepBack, task } from "./state";
import { t } from "./text";

/** The keys of the whole page. In a field they type; the map has keys of its own while it has focus. */
export function startKeys(): void {
  addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.isComposing) return;
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key === "p") {
      e.preventDefault();
      return printing.value ? printSheet() : openSheet();
    }
    if (printing.value) {
      if (e.key === "Escape") closeSheet();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape") return escape(e);
    if (isField(e.target)) return;
    const action = actions[e.key];
    if (!action || (onMap(e.target) && (e.key === "+" || e.key === "-" || e.key === "="))) return;
    e.preventDefault();
    action();
  });
}

const actions: Record<string, () => void> = {
  "/": focusSearch,
  "?": () => void go({ kind: "keys" }, t("edit.leave")),
  p: () => void go({ kind: "points" }, t("edit.leave")),
  m: () => void go({ kind: "parking" }, t("edit.leave")),
  r: () => void go({ kind: "rules" }, t("edit.leave")),
  l: () => toggle("layers"),
  t: () => toggle("time"),
  n: () => (at.value = null),
  h: showHome,
  "+": () => zoomBy(1),
  "=": () => zoomBy(1),
  "-": () => zoomBy(-1),
};

export function focusSearch(): void {
  document.querySelector<HTMLInputElement>("#search")?.focus();
}

/** Opens a popover or closes it. */
export function toggle(name: "layers" | "time" | "more"): void {
  popover.value = popover.value === name ? null : name;
}

/** One step back: the popover, the field, then what the panel was about before. */
function escape(e: KeyboardEvent): void {
  if (popover.value) popover.value = null;
  else if (isField(e.target)) (e.target as HTMLElement).blur();
  else if (task.value.kind !== "home") stepBack(t("edit.leave"));
  else if (panelOpen.value) panelOpen.value = false;
  else return;
  e.preventDefault();
}

function isField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function onMap(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".maplibregl-map") !== null;
}
