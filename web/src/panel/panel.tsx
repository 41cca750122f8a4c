import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icon";
import { panelOpen, panelWidth, phone, planWide, remember, sheet, shownWidth, stepBack, task, widens } from "../state";
import { t } from "../text";
import { AccountPanel } from "./account";
import { BordersPanel } from "./borders";
import { CoordsPanel } from "./coords";
import { FeaturePanel } from "./feature";
import { HomePanel } from "./home";
import { KeysPanel } from "./keys";
import { ListPanel } from "./list";
import { AnswerPanel } from "./answer";
import { PointsPanel } from "./points";
import { ImpactPanel } from "../impact/panel";
import { ParkingPanel } from "../plan/parking";
import { PlanPanel } from "../plan/panel";
import { CoveragePanel } from "../rules/matrixpanel";
import { RulesPanel } from "../rules/list";
import { RulePanel } from "../rules/panel";
import { SuggestionsPanel } from "../rules/suggestions";

const width = { min: 300, max: 640, step: 16 };

/** The side panel with the present task; a sheet from below on a phone. */
export function Panel() {
  const body = useRef<HTMLDivElement>(null);
  const now = task.value;
  const first = useRef(true);
  // A new task begins at its top, and whoever was in the panel goes on from its title.
  useEffect(() => {
    if (first.current) return void (first.current = false);
    body.current?.scrollTo(0, 0);
    const focus = document.activeElement;
    if (focus === document.body || (focus && body.current?.contains(focus))) document.getElementById("panel-title")?.focus({ preventScroll: true });
  }, [now.kind, now.kind === "feature" ? `${now.layer}/${now.id}` : "", now.kind === "list" ? now.layer : "", now.kind === "plan" ? now.zone : now.kind === "rule" ? now.id : ""]);
  if (!panelOpen.value) {
    return (
      <button type="button" class="panel-open" aria-label={t("panel.open")} title={t("panel.open")} onClick={() => (panelOpen.value = true)}>
        <Icon name="next" />
      </button>
    );
  }
  return (
    <section class="panel" aria-labelledby="panel-title" data-test="panel" data-task={now.kind}>
      {phone.value && <SheetHandle />}
      <div class="panel-buttons">
        {now.kind !== "home" && (
          <button type="button" class="quiet" aria-label={t("panel.back")} title={`${t("panel.back")} (Esc)`} onClick={() => stepBack(t("edit.leave"))} data-test="back">
            <Icon name="back" />
          </button>
        )}
        <button type="button" class="quiet end" aria-label={t("panel.close")} title={t("panel.close")} onClick={() => (panelOpen.value = false)}>
          <Icon name="close" />
        </button>
      </div>
      <div ref={body} class="panel-body" tabIndex={now.kind === "keys" ? 0 : -1}>
        <Content />
      </div>
      {!phone.value && !(widens(now) && planWide.value) && <Divider />}
    </section>
  );
}

function Content() {
  const now = task.value;
  switch (now.kind) {
    case "home":
      return <HomePanel />;
    case "point":
      return <AnswerPanel task={now} />;
    case "feature":
      return <FeaturePanel key={`${now.layer}/${now.id}`} layer={now.layer} id={now.id} />;
    case "list":
      return <ListPanel key={now.layer} task={now} />;
    case "coords":
      return <CoordsPanel key={now.text} text={now.text} />;
    case "parking":
      return <ParkingPanel />;
    case "plan":
      return <PlanPanel key={`${now.zone}/${now.id ?? ""}`} task={now} />;
    case "rules":
      return <RulesPanel task={now} />;
    case "rule":
      return <RulePanel key={`${now.id}/${now.of ?? ""}`} task={now} />;
    case "impact":
      return <ImpactPanel task={now} />;
    case "suggestions":
      return <SuggestionsPanel task={now} />;
    case "coverage":
      return <CoveragePanel task={now} />;
    case "borders":
      return <BordersPanel task={now} />;
    case "points":
      return <PointsPanel />;
    case "account":
      return <AccountPanel />;
    case "keys":
      return <KeysPanel />;
  }
}

/** The panel's right edge: drag it, or move it with the arrow keys. */
function Divider() {
  const set = (w: number) => (panelWidth.value = Math.round(Math.min(width.max, Math.max(width.min, Math.min(w, innerWidth / 2)))));
  const done = () => remember("panel", String(panelWidth.value));
  const key = (e: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -width.step, ArrowRight: width.step };
    const step = steps[e.key];
    if (step) set(shownWidth.value + step);
    else if (e.key === "Home") set(width.min);
    else if (e.key === "End") set(width.max);
    else return;
    e.preventDefault();
    done();
  };
  return (
    <div
      class="divider"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("panel.resize")}
      aria-valuenow={shownWidth.value}
      aria-valuemin={width.min}
      aria-valuemax={width.max}
      onKeyDown={key}
      onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
      onPointerMove={(e) => e.currentTarget.hasPointerCapture(e.pointerId) && set(e.clientX)}
      onPointerUp={done}
      onDblClick={() => {
        set(380);
        done();
      }}
    />
  );
}

const heights = ["peek", "third", "tall"] as const;

/** The handle of the sheet: a press goes to the next height, a drag to the nearest. */
function SheetHandle() {
  const start = useRef<{ y: number; height: number } | null>(null);
  const dragged = useRef(false);
  const down = (e: PointerEvent & { currentTarget: HTMLElement }) => {
    start.current = { y: e.clientY, height: e.currentTarget.parentElement?.clientHeight ?? 0 };
    dragged.current = false;
    e.currentTarget.setPointerCapture(e.pointerId);
  };
  const up = (e: PointerEvent) => {
    const s = start.current;
    start.current = null;
    if (!s || Math.abs(e.clientY - s.y) < 16) return;
    dragged.current = true;
    const share = (s.height + s.y - e.clientY) / innerHeight;
    sheet.value = share < 0.2 ? "peek" : share < 0.55 ? "third" : "tall";
  };
  const press = () => {
    if (!dragged.current) sheet.value = heights[(heights.indexOf(sheet.value) + 1) % heights.length]!;
  };
  return <button type="button" class="sheet-handle" aria-label={t("panel.sheet")} onPointerDown={down} onPointerUp={up} onClick={press} />;
}
