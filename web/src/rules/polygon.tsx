import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { SketchField } from "../sketch/field";
import { cornersOf, faultOf, polygonOf, type Corners } from "../sketch/ring";
import { adding, forget, sketch, type Sketch } from "../sketch/sketch";
import { t } from "../text";

type Polygon = [number, number][][];

interface Props {
  polygon: Polygon | undefined;
  fault: string;
  disabled: boolean;
  onPolygon: (polygon: Polygon) => void;
}

/**
 * The area that a rule draws. Every corner is an edit of the rule, so undo, redo, the draft in this browser and the comparison of two
 * planners are those of the rule.
 */
export function PolygonField({ polygon, fault, disabled, onPolygon }: Props) {
  const corners = cornersOf(polygon);
  const holes = (polygon ?? []).slice(1);
  const latest = useRef(onPolygon);
  latest.current = onPolygon;
  const own = useRef<Sketch | null>(null);
  const change = (next: Corners) => latest.current(polygonOf(next, next.length > 0 ? holes : []));
  const key = JSON.stringify(polygon ?? []);
  useLayoutEffect(() => {
    sketch.value = own.current = { corners, holes, change: disabled ? null : change };
  }, [key, disabled]);
  useEffect(() => () => sketch.peek() === own.current && forget(), []);
  const n = corners.length;
  const bad = n > 0 ? faultOf(corners) : null;
  const said = bad && !(adding.value && bad === "few") ? t(`sketch.fault.${bad}`, { n: 3 }) : fault;
  const state = `${n > 0 ? t("sketch.count", { n }) : t("rule.area.none")}${holes.length > 0 ? `${t("text.comma")}${t("sketch.holes", { n: holes.length })}` : ""}`;
  return <SketchField title={t("sketch.title")} state={state} corners={corners} fault={said} disabled={disabled} drop={t("sketch.drop")} onDrop={() => onPolygon([])} onCorners={change} />;
}
