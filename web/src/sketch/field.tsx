import { useEffect, useState } from "preact/hooks";
import type { Position } from "../api/types";
import { parsePair } from "../coord/parse";
import { Icon } from "../icon";
import { removeCorner } from "../map/hand";
import { showBox } from "../map/map";
import { boxAround } from "../place";
import { TypedField } from "../plan/inputs";
import { announcement, phone, sheet } from "../state";
import { t } from "../text";
import { inserted, moved, removed, rounded, type Corners } from "./ring";
import { leastCorners } from "./shape";
import { active, adding, endDrawing, isFull, sketch } from "./sketch";

interface Props {
  title: string;
  /** How far the drawing is. */
  state: string;
  corners: Corners;
  /** What is wrong with it, "" for nothing. */
  fault: string;
  disabled?: boolean;
  /** A line in place of a ring. */
  line?: boolean;
  /** How many corners it may have. */
  most?: number;
  /** What is said of it once no corner is added. */
  hint?: string;
  /** The name of the button that takes the drawing away. */
  drop: string;
  onDrop: () => void;
  onCorners: (next: Position[]) => void;
}

/** An area or a line that is drawn: on the map, corner after corner, or by the coordinates of its corners. The map draws what sketch holds. */
export function SketchField(props: Props) {
  const { title, state, corners, fault, disabled = false, line = false, most, hint = t("sketch.editing"), drop, onDrop, onCorners } = props;
  useKeys(disabled);
  const n = corners.length;
  const full = isFull({ corners, ...(most && { most }) });
  return (
    <fieldset class="plan-form sketch" data-test="sketch" data-corners={n} data-adding={adding.value}>
      <legend>{title}</legend>
      <p class="hint" data-test="sketch-state">
        {state}
      </p>
      {fault && (
        <p class="hint bad" role="alert" data-test="sketch-fault">
          {fault}
        </p>
      )}
      <div class="actions">
        {!disabled &&
          (adding.value ? (
            <button type="button" class="primary" onClick={() => (adding.value = false)} data-test="sketch-done">
              <Icon name="check" />
              {t("sketch.done")}
            </button>
          ) : (
            !full && (
              <button type="button" onClick={startDrawing} data-test="sketch-draw">
                <Icon name="edit" />
                {t(n > 0 ? "sketch.go.on" : "sketch.draw")}
              </button>
            )
          ))}
        {n > 0 && (
          <button type="button" onClick={() => showCorners(corners)} data-test="sketch-show">
            <Icon name="pin" />
            {t("sketch.show")}
          </button>
        )}
        {n > 0 && !disabled && (
          <button type="button" class="link" onClick={() => (endDrawing(), onDrop())} data-test="sketch-drop">
            {drop}
          </button>
        )}
      </div>
      {!disabled && (adding.value || n > 0) && <p class="hint">{adding.value ? t(line ? "sketch.adding.line" : "sketch.adding") : hint}</p>}
      {!disabled && <CornerList corners={corners} full={full} onCorners={onCorners} />}
    </fieldset>
  );
}

/** Lets the next clicks on the map be corners. */
export function startDrawing(): void {
  adding.value = true;
  active.value = null;
  if (phone.peek()) sheet.value = "third"; // so that there is a map to draw on
  document.querySelector<HTMLElement>(".maplibregl-canvas")?.focus({ preventScroll: true });
}

/** Brings an area or a line into view. */
export function showCorners(corners: Corners): void {
  if (corners.length > 0) showBox(boxAround(corners));
}

/** Delete takes away a corner, Esc ends what was begun; before the keys of the whole page. A drawing that yields and is none yet leaves Esc to the page. */
function useKeys(disabled: boolean): void {
  useEffect(() => {
    if (disabled) return;
    const key = (e: KeyboardEvent) => {
      if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || isField(e.target)) return;
      const begun = adding.peek() || active.peek() !== null;
      const s = sketch.peek();
      if (e.key === "Escape" && begun && !(s?.yields && s.corners.length < leastCorners(s.line))) {
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
function CornerList({ corners, full, onCorners }: { corners: Corners; full: boolean; onCorners: (next: Position[]) => void }) {
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
      {!full && <TypedField key={`add/${corners.length}/${round}`} label={t("sketch.add")} value="" read={read} wrong={t("sketch.bad")} hint={t("sketch.add.hint")} onValue={add} test="sketch-add" />}
    </details>
  );
}
