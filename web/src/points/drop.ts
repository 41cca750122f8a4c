import { signal } from "@preact/signals";
import { go } from "../state";
import { t } from "../text";
import { takeFile } from "./work";

/** Whether a file is being dragged over the page. */
export const dragging = signal(false);

/** Takes a file that is dropped anywhere on the page; without this the browser would leave the page for it. */
export function startDrop(): void {
  const holdsFile = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (e) => {
    if (!holdsFile(e)) return;
    e.preventDefault();
    dragging.value = true;
  });
  addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) dragging.value = false;
  });
  addEventListener("drop", (e) => {
    if (!holdsFile(e)) return;
    e.preventDefault();
    dragging.value = false;
    const file = e.dataTransfer?.files[0];
    if (file && go({ kind: "points" }, t("edit.leave"))) void takeFile(file);
  });
}
