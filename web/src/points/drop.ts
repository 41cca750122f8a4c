import { signal } from "@preact/signals";
import { takeFile as takeProposed } from "../impact/work";
import { go, task } from "../state";
import { t } from "../text";
import { takeFile } from "./work";

/** Whether a file is being dragged over the page. */
export const dragging = signal(false);

/** Takes a file that is dropped anywhere on the page, of points or of what is to be compared; without this the browser would leave the page for it. */
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
    const list = e.dataTransfer?.files ?? [];
    if (task.peek().kind === "impact") return void [...list].forEach((one) => void takeProposed(one));
    const file = list[0];
    if (file && go({ kind: "points" }, t("edit.leave"))) void takeFile(file);
  });
}
