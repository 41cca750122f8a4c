import { useEffect, useLayoutEffect } from "preact/hooks";
import { asking } from "../ask";
import type { Problem } from "../api/problem";
import type { Position } from "../api/types";
import { keysOfEdits } from "../plan/panel";
import { askAbout, drawn, edits } from "../sketch/asked";
import { SketchField } from "../sketch/field";
import { isWhole, leastCorners, mostCorners, mostExtent, precisionOf, shapeFault, type Shape } from "../sketch/shape";
import { adding } from "../sketch/sketch";
import { number, t } from "../text";
import type { PointTask } from "../url";
import { problemText } from "./problem";

const kinds = ["point", "line", "polygon"] as const;

/** Whether the question is about a point, a line or an area. The first corner is the point. */
export function About({ task }: { task: PointTask }) {
  const now = asking.value;
  const answer = now.kind === "answered" ? now.answer : null;
  const here: Position | null = task.crs === "wgs84" ? [task.x, task.y] : answer && [answer.position.lon, answer.position.lat];
  const chosen = precisionOf(task.shape);
  return (
    <div class="field about" role="group" aria-labelledby="about">
      <span id="about">{t("shape.about")}</span>
      <div class="chips">
        {kinds.map((k) => (
          <button key={k} type="button" class="chip-button" aria-pressed={k === chosen} disabled={!here} onClick={() => here && k !== chosen && askAbout(task, k, here)} data-test={`about-${k}`}>
            {t(`shape.${k}`)}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The line or the area of the question while it is drawn, with what is wrong with it. */
export function AskedShape({ task, shape, problem }: { task: PointTask; shape: Shape; problem: Problem | null }) {
  useLayoutEffect(() => keysOfEdits(edits), []);
  // Who chose it further down goes on here.
  useEffect(() => {
    if (adding.peek()) document.querySelector(".panel-body")?.scrollTo(0, 0);
  }, []);
  const n = shape.corners.length;
  const state = t("sketch.count", { n }) + (n < mostCorners ? t("text.comma") + t("shape.left", { n: mostCorners - n }) : "");
  return (
    <SketchField
      title={t(`shape.${precisionOf(shape)}`)}
      state={state}
      corners={shape.corners}
      fault={faultText(shape, problem)}
      line={!shape.area}
      most={mostCorners}
      hint={t("shape.editing")}
      drop={t("shape.drop")}
      onDrop={() => askAbout(task, "point", shape.corners[0]!)}
      onCorners={drawn}
    />
  );
}

/** What the service does not take, in the user's words; of what is too short only once nobody draws on. */
function faultText(shape: Shape, problem: Problem | null): string {
  const few = !isWhole(shape);
  if (!problem && !few) return "";
  const fault = few ? (adding.value ? null : "few") : shapeFault(shape);
  if (fault) return t(`sketch.fault.${fault}`, { n: fault === "many" ? mostCorners : leastCorners(!shape.area), km: number(mostExtent / 1000) });
  return problem ? problemText(problem) : "";
}
