import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Position } from "../api/types";
import { parsePair } from "../coord/parse";
import { Icon } from "../icon";
import { removeCorner } from "../map/hand";
import { showBox } from "../map/map";
import { boxAround } from "../place";
import { TypedField } from "../plan/inputs";
import { cornersOf, faultOf, inserted, moved, polygonOf, removed, rounded, type Corners } from "../sketch/ring";
import { active, adding, dragged, sketch } from "../sketch/sketch";
import { announcement, phone, sheet } from "../state";
import { t } from "../text";

type Polygon = [number, number][][];

interface Props {
  polygon: Polygon | undefined;
  fault: string;
  disabled: boolean;
  onPolygon: (polygon: Polygon) => void;
}

/**
 * The area that a rule draws: on the map, corner after corner, or by the coordinates of its corners. Every corner is an edit of the rule,
 * so undo, redo, the draft in this browser and the comparison of two planners are those of the rule.
 */
export function PolygonField({ polygon, fault, disabled, onPolygon }: Props) {
  const corners = cornersOf(polygon);
  const holes = (polygon ?? []).slice(1);
  const latest = useRef(onPolygon);
  latest.current = onPolygon;
  const change = (next: Corners) => latest.current(polygonOf(next, next.length > 0 ? holes : []));
  const key = JSON.stringify(polygon ?? []);
  useLayoutEffect(() => {
    sketch.value = { corners, holes, change: disabled ? null : change };
  }, [key, disabled]);
  useEffect(() => forget, []);
  useKeys(disabled);
  const draw = () => {
    adding.value = true;
    active.value = null;
    if (phone.peek()) sheet.value = "third"; // so that there is a map to draw on
    document.querySelector<HTMLElement>(".maplibregl-canvas")?.focus({ preventScroll: true });
  };
  const n = corners.length;
  const own = n > 0 ? faultOf(corners) : null;
  const said = own && !(adding.value && own === "few") ? t(`sketch.fault.${own}`) : fault;
  return (
    <fieldset class="plan-form sketch" data-test="sketch" data-corners={n} data-adding={adding.value}>
      <legend>{t("sketch.title")}</legend>
      <p class={said ? "hint bad" : "hint"} role={said ? "alert" : undefined} data-test="sketch-state">
        {n > 0 ? t("sketch.count", { n }) : t("rule.area.none")}
        {holes.length > 0 && `${t("text.comma")}${t("sketch.holes", { n: holes.length })}`}
        {said && `${t("text.space")}${said}`}
      </p>
      <div class="actions">
        {!disabled &&
          (adding.value ? (
            <button type="button" class="primary" onClick={() => (adding.value = false)} data-test="sketch-done">
              <Icon name="check" />
              {t("sketch.done")}
            </button>
          ) : (
            <button type="button" onClick={draw} data-test="sketch-draw">
              <Icon name="edit" />
              {t(n > 0 ? "sketch.go.on" : "sketch.draw")}
            </button>
          ))}
        {n > 0 && (
          <button type="button" onClick={() => showCorners(corners)} data-test="sketch-show">
            <Icon name="pin" />
            {t("sketch.show")}
          </button>
        )}
        {n > 0 && !disabled && (
          <button type="button" class="link" onClick={() => (reset(), onPolygon([]))} data-test="sketch-drop">
            {t("sketch.drop")}
          </button>
        )}
      </div>
      {!disabled && (adding.value || n > 0) && <p class="hint">{t(adding.value ? "sketch.adding" : "sketch.editing")}</p>}
      {!disabled && <CornerList corners={corners} onCorners={change} />}
    </fieldset>
  );
}

/** Brings an area into view. */
export function showCorners(corners: Corners): void {
  if (corners.length > 0) showBox(boxAround(corners));
}

function reset(): void {
  adding.value = false;
  active.value = null;
  dragged.value = null;
}

/** The map asks again who is responsible. */
function forget(): void {
  reset();
  sketch.value = null;
}

/** Delete takes away a corner, Esc ends what was begun; before the keys of the whole page. */
function useKeys(disabled: boolean): void {
  useEffect(() => {
    if (disabled) return;
    const key = (e: KeyboardEvent) => {
      if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || isField(e.target)) return;
      const begun = adding.peek() || active.peek() !== null;
      if (e.key === "Escape" && begun) {
        if (adding.peek()) adding.value = false;
        else active.value = null;
      } else if ((e.key === "Delete" || e.key === "Backspace") && begun) removeCorner();
      else return;
      e.preventDefault();
      e.stopPropagation();
    };
    addEventListener("keydown", key, true);
    return () => removeEventListener("keydown", key, true);
  }, [disabled]);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** A position as it is written, with what is stored of it. */
const written = ([lon, lat]: Position) => `${lon}, ${lat}`;

/** Reads longitude and latitude in any of the usual forms; null for what is none. */
export function readCorner(text: string): Position | null {
  const pair = parsePair(text);
  return pair?.form === "degrees" ? rounded(pair.x, pair.y) : null;
}

/** The corners by their coordinates: the way without a pointer. */
function CornerList({ corners, onCorners }: { corners: Corners; onCorners: (next: Position[]) => void }) {
  const [round, setRound] = useState(0);
  const read = (text: string) => {
    const p = readCorner(text);
    return p && written(p);
  };
  const add = (text: string) => {
    const p = readCorner(text);
    if (!p) return;
    onCorners(inserted(corners, p));
    setRound(round + 1); // the field is empty again
    announcement.value = t("sketch.said.added", { n: corners.length + 1 });
  };
  return (
    <details data-test="sketch-corners">
      <summary>{t("sketch.corners")}</summary>
      <p class="hint">{t("sketch.keys")}</p>
      <ol class="corners">
        {corners.map((c, i) => (
          <li key={i}>
            <button type="button" class="corner-number" aria-pressed={active.value === i} aria-label={t("sketch.corner.choose", { n: i + 1 })} onClick={() => (active.value = active.value === i ? null : i)}>
              {i + 1}
            </button>
            <TypedField label={t("sketch.corner", { n: i + 1 })} value={written(c)} read={read} wrong={t("sketch.bad")} onValue={(text) => onCorners(moved(corners, i, readCorner(text)!))} test={`sketch-corner-${i}`} />
            <button type="button" class="quiet" aria-label={t("sketch.corner.drop", { n: i + 1 })} title={t("sketch.corner.drop", { n: i + 1 })} onClick={() => ((active.value = null), onCorners(removed(corners, i)))} data-test={`sketch-remove-${i}`}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
      <TypedField key={`add/${corners.length}/${round}`} label={t("sketch.add")} value="" read={read} wrong={t("sketch.bad")} hint={t("sketch.add.hint")} onValue={add} test="sketch-add" />
    </details>
  );
}
