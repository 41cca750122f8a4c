import { effect } from "@preact/signals";
import type { Map as MapLibre, MapMouseEvent, MapTouchEvent, Point } from "maplibre-gl";
import type { Position } from "../api/types";
import { inserted, moved, removed, rounded } from "../sketch/ring";
import { leastCorners } from "../sketch/shape";
import { active, adding, dragged, handlesOf, isDrawing, isFull, sketch } from "../sketch/sketch";

// The pointer of somebody who draws an area or a line: a click is the next corner, corners and the middles of sides are dragged.

/** How far beside a handle the pointer still takes it, in pixels: fingers are less exact. */
const reach = { mouse: 4, touch: 14 };

/** The radii of the handles as they are drawn, in pixels. */
const radius = { corner: 9, middle: 5 };

/** The handle at a place of the screen; a corner before the middle of a side. By where it is, not by what is drawn, which comes a little later. */
function handleAt(m: MapLibre, at: Point, r: number): { kind: "corner" | "middle"; index: number } | null {
  const s = sketch.peek();
  if (!s) return null;
  const nearest = (places: readonly Position[], most: number) => {
    const far = places.map((p) => m.project([...p]).dist(at));
    const index = far.indexOf(Math.min(...far));
    return index >= 0 && far[index]! <= most ? index : null;
  };
  const corner = nearest(s.corners, radius.corner + r);
  if (corner !== null) return { kind: "corner", index: corner };
  const middle = nearest(handlesOf(s, adding.peek()), radius.middle + r);
  return middle === null ? null : { kind: "middle", index: middle };
}

/** Takes a click on the map while something is drawn; says whether it did. */
export function drawAt(m: MapLibre, e: MapMouseEvent): boolean {
  const s = sketch.peek();
  if (!s?.change) return false;
  const handle = handleAt(m, e.point, reach.mouse);
  const last = s.corners.at(-1);
  const twice = last && m.project([...last]).dist(e.point) < 6;
  if (handle?.kind === "corner" || twice) {
    const index = handle?.kind === "corner" ? handle.index : s.corners.length - 1;
    // The first corner closes a ring; a second click on the last one ends a line, too.
    if (adding.peek() && s.corners.length >= leastCorners(s.line) && ((index === 0 && !s.line) || twice)) adding.value = false;
    active.value = index;
  } else if (handle) insertAfter(handle.index, rounded(e.lngLat.lng, e.lngLat.lat));
  else if (adding.peek()) addCorner(e.lngLat.lng, e.lngLat.lat);
  else if (s.yields && active.peek() === null) return false;
  else active.value = null;
  return true;
}

/** A corner at the end. */
export function addCorner(lon: number, lat: number): void {
  const s = sketch.peek();
  if (!s?.change || isFull(s)) return;
  active.value = s.corners.length;
  s.change(inserted(s.corners, rounded(lon, lat)));
  if (s.most === s.corners.length + 1) adding.value = false;
}

function insertAfter(index: number, p: [number, number]): void {
  const s = sketch.peek();
  if (!s?.change) return;
  active.value = index + 1;
  s.change(inserted(s.corners, p, index));
}

/** Takes away the corner that is chosen, or the last one while corners are being added. */
export function removeCorner(): void {
  const s = sketch.peek();
  const index = active.peek() ?? (adding.peek() && s ? s.corners.length - 1 : null);
  if (!s?.change || index === null || index < 0 || index >= s.corners.length) return;
  active.value = s.corners.length > 1 ? Math.max(0, index - 1) : null;
  s.change(removed(s.corners, index));
}

/** Lets corners be dragged by mouse and finger, and shows by the pointer what a press would do. */
export function startHand(m: MapLibre): void {
  const begin = (e: MapMouseEvent | MapTouchEvent, r: number) => {
    if (!isDrawing() || ("points" in e && e.points.length > 1)) return;
    const handle = handleAt(m, e.point, r);
    if (!handle) return;
    e.preventDefault(); // the map stays where it is
    const start = e.point;
    const move = (to: MapMouseEvent | MapTouchEvent) => {
      if (!dragged.peek() && to.point.dist(start) < 3) return;
      dragged.value = { index: handle.index, insert: handle.kind === "middle", to: rounded(to.lngLat.lng, to.lngLat.lat) };
    };
    const over = new AbortController();
    const end = () => {
      over.abort();
      m.off("mousemove", move);
      m.off("touchmove", move);
      drop();
    };
    m.on("mousemove", move);
    m.on("touchmove", move);
    // Wherever the pointer is let go, also beside the map.
    for (const name of ["mouseup", "touchend", "touchcancel"]) addEventListener(name, end, { signal: over.signal });
  };
  m.on("mousedown", (e) => begin(e, reach.mouse));
  m.on("touchstart", (e) => begin(e, reach.touch));
  m.on("mousemove", (e) => {
    if (isDrawing()) m.getCanvas().style.cursor = dragged.peek() ? "grabbing" : handleAt(m, e.point, reach.mouse) ? "grab" : adding.peek() ? "crosshair" : "";
  });
  effect(() => {
    const drawing = sketch.value?.change != null;
    m.doubleClickZoom[drawing && adding.value ? "disable" : "enable"]();
    m.getCanvas().style.cursor = drawing && adding.value ? "crosshair" : "";
  });
}

/** Leaves what is dragged where it is. */
function drop(): void {
  const [s, d] = [sketch.peek(), dragged.peek()];
  dragged.value = null;
  if (!s?.change || !d) return;
  active.value = d.index + (d.insert ? 1 : 0);
  s.change(d.insert ? inserted(s.corners, d.to, d.index) : moved(s.corners, d.index, d.to));
}
