import { Bar } from "./bar/bar";
import { MapArea } from "./map/area";
import { Notices } from "./notices";
import { Panel } from "./panel/panel";
import { printing } from "./print/print";
import { Sheet } from "./print/sheet";
import { announcement, panelOpen, phone, sheet, shownWidth, task } from "./state";
import { asking } from "./ask";
import { t } from "./text";

/** The whole window: bar, notices, and the map with the panel over it. */
export function App() {
  return (
    <>
      <div class="app" inert={printing.value !== null} style={{ "--panel": `${panelOpen.value && !phone.value ? shownWidth.value : 0}px` }} data-sheet={panelOpen.value && phone.value ? sheet.value : "none"} data-task={task.value.kind} data-answer={asking.value.kind}>
        <a class="skip" href="#panel-title" onClick={skip}>
          {t("app.skip")}
        </a>
        <Bar />
        <Notices />
        <main class="stage">
          <Panel />
          <MapArea />
        </main>
        <div class="hidden" role="status" aria-live="polite" data-test="announcement">
          {announcement.value}
        </div>
      </div>
      {printing.value && <Sheet key={printing.value} paper={printing.value} />}
    </>
  );
}

/** The address holds the state after "#", so the link moves the focus itself. */
function skip(e: Event): void {
  e.preventDefault();
  panelOpen.value = true;
  queueMicrotask(() => document.getElementById("panel-title")?.focus());
}
