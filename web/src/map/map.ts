import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import { Map as MapLibre, ScaleControl, setWorkerUrl, type GeoJSONSource } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import fontUrl from "@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2?url";
import type { FeatureCollection } from "geojson";
import type { Geometry as FormerShape } from "../api/types";
import { asking } from "../ask";
import { drawnImpact } from "../impact/drawn";
import { provisionalYear } from "../plan/provisional";
import { drawnPoints } from "../points/drawn";
import { at, go, on, panelOpen, phone, sheet, shownWidth, task, theme, view } from "../state";
import { adding, drawnSketch, isDrawing, sketch, withoutHandles } from "../sketch/sketch";
import { buildStyle } from "../style/build";
import type { Theme } from "../style/palette";
import { lang, t } from "../text";
import { addCorner, drawAt, startHand } from "./hand";
import { images } from "./icons";
import { pickOf, type Candidate } from "./pick";
import { keepFresh } from "./refresh";

/** Readings of a pasted coordinate, shown as numbered places. */
export const candidates = signal<readonly Candidate[]>([]);
/** The thing under the pointer in a list of the panel. */
export const near = signal<readonly [number, number] | null>(null);
/** A grid that the panel points out on the map in place of what it is about. */
export const pointed = signal<{ layer: string; id: string } | null>(null);
/** The shape of an area that is no more, which the panel is about. */
export const former = signal<FormerShape | null>(null);
/** The hexagon that the answer's position lies in, while hexagons are shown. */
export const hexagon = signal<{ cell: string; count: number; abandoned: number } | null>(null);
/** Whether the browser cannot draw the map. */
export const mapFailed = signal(false);

const home: [number, number, number, number] = [120.985, 30.678, 121.474, 30.953];
const motion = { duration: 140 };

let map: MapLibre | null = null;
let moving = false;

/** What is selected on the map: what the panel points out, its feature, or the grid of the answer. */
export const selected = computed<{ layer: string; id: string } | null>(() => {
  if (pointed.value) return pointed.value;
  const now = task.value;
  if (now.kind === "feature") return { layer: now.layer, id: now.id };
  if (now.kind === "plan") return { layer: "zones", id: now.zone };
  const a = asking.value;
  const answer = a.kind === "answered" ? a.answer : a.kind === "asking" ? a.before : null;
  return now.kind === "point" && answer?.grid ? { layer: "grids", id: answer.grid.code } : null;
});

export const pick = computed<FeatureCollection>(() => {
  const a = asking.value;
  const answer = a.kind === "answered" ? a.answer : a.kind === "asking" ? a.before : null;
  return pickOf(task.value.kind === "point" ? answer : null, candidates.value, near.value, former.value);
});

/** What is appended to the addresses of tiles that depend on time. */
export const tileQuery = computed(() => (at.value ? `?at=${encodeURIComponent(at.value)}` : ""));

/** Starts the map in the element and keeps it in step with the state. */
export async function startMap(container: HTMLElement): Promise<void> {
  const root = document.documentElement;
  root.dataset["map"] = "busy";
  setWorkerUrl(workerUrl);
  const v = view.peek();
  try {
    map = new MapLibre({
      container,
      style: style(),
      ...(v && { center: [v.lon, v.lat] as [number, number], zoom: v.zoom }),
      minZoom: 7,
      maxZoom: 20,
      zoomLevelsToOverscale: 6, // areas are whole at zoom 14, so that each has one label
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      fadeDuration: 0,
      locale: { "Map.Title": t("map.label") },
    });
  } catch {
    mapFailed.value = true;
    root.dataset["map"] = "failed";
    return;
  }
  const m = map;
  Object.assign(container, { map: m }); // for tests and the curious
  m.touchZoomRotate.disableRotation();
  m.keyboard.disableRotation();
  m.setPadding(panelPadding());
  if (!v) m.fitBounds(home, { padding: 24, duration: 0 });
  m.addControl(new ScaleControl({ maxWidth: 96 }), "bottom-right");
  m.setMissingStyleImageResolver((id) => addImage(m, id));
  listen(m, root);
  keepInStep(m);
}

function listen(m: MapLibre, root: HTMLElement): void {
  const busy = () => (root.dataset["map"] = "busy");
  m.on("movestart", () => {
    moving = true;
    busy();
  });
  m.on("dataloading", busy);
  m.on("idle", () => {
    root.dataset["map"] = "idle";
    hexagon.value = hexagonHere(m);
  });
  m.on("moveend", () => {
    moving = false;
    const c = m.getCenter();
    view.value = { zoom: round(m.getZoom(), 2), lon: round(c.lng, 5), lat: round(c.lat, 5) };
  });
  m.on("click", (e) => {
    if (drawAt(m, e)) return;
    const zone = choosesZones() ? zoneAt(m, e.point) : null;
    if (zone) go({ kind: "feature", layer: "zones", id: zone }, t("edit.leave"));
    else askAt(e.lngLat.lng, e.lngLat.lat);
  });
  m.getCanvas().addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.isComposing) return;
    const { lng, lat } = m.getCenter();
    if (adding.peek()) addCorner(lng, lat);
    else if (!isDrawing() || sketch.peek()?.yields) askAt(lng, lat);
  });
  startHand(m);
}

/** Reads the hexagon of the answer from what is drawn; null when it is not in view. */
function hexagonHere(m: MapLibre): { cell: string; count: number; abandoned: number } | null {
  const a = asking.peek();
  if (!on.peek().has("hexagons") || task.peek().kind !== "point" || a.kind !== "answered" || !m.getLayer("hexagon-fill")) return null;
  const { lon, lat } = a.answer.position;
  const found = m.queryRenderedFeatures(m.project([lon, lat]), { layers: ["hexagon-fill"] })[0]?.properties;
  return found ? { cell: String(found["cell"]), count: Number(found["count"]), abandoned: Number(found["abandoned"] ?? 0) } : null;
}

/** Whether a click on a zone chooses it: while the panel is about zones. Elsewhere a click asks who is responsible. */
function choosesZones(): boolean {
  const now = task.peek();
  return now.kind === "parking" || now.kind === "plan" || (now.kind === "feature" && now.layer === "zones") || (now.kind === "list" && now.layer === "zones");
}

/** The zone that is drawn at a place of the screen or a few pixels beside it. */
function zoneAt(m: MapLibre, { x, y }: { x: number; y: number }): string | null {
  if (!m.getLayer("zone-fill")) return null;
  const found = m.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: ["zone-fill"] })[0];
  return found ? String(found.properties["id"]) : null;
}

function askAt(lon: number, lat: number): void {
  go({ kind: "point", x: round(lon, 7), y: round(lat, 7), crs: "wgs84" }, t("edit.leave"));
}

function keepInStep(m: MapLibre): void {
  let styled = JSON.stringify(styleInput());
  effect(() => {
    const next = JSON.stringify(styleInput());
    if (next === styled) return;
    styled = next;
    m.setStyle(untracked(style), { diff: true });
  });
  keepDrawn(m, "pick", pick);
  keepDrawn(m, "points", drawnPoints);
  keepDrawn(m, "impact", drawnImpact);
  keepDrawn(m, "sketch", drawnSketch);
  effect(() => {
    // What the panel says of a hexagon is never of another place; the map reads it again when it is drawn.
    void [asking.value, on.value, task.value];
    untracked(() => (hexagon.value = hexagonHere(m)));
  });
  let first = true;
  effect(() => {
    const padding = panelPadding();
    if (!first && !moving) m.easeTo({ padding, duration: 0 });
    first = false;
  });
  effect(() => {
    const v = view.value;
    if (!v || moving) return;
    const c = m.getCenter();
    if (Math.abs(c.lng - v.lon) > 2e-5 || Math.abs(c.lat - v.lat) > 2e-5 || Math.abs(m.getZoom() - v.zoom) > 0.02) {
      m.jumpTo({ center: [v.lon, v.lat], zoom: v.zoom });
    }
  });
  effect(() => {
    m.getCanvas().setAttribute("aria-label", t("map.label"));
  });
  keepFresh(m);
}

/** Draws in a source what the application draws itself, whenever it changes. */
function keepDrawn(m: MapLibre, name: string, what: ReadonlySignal<FeatureCollection>): void {
  const draw = (data: FeatureCollection) => void m.getSource<GeoJSONSource>(name)?.setData(data);
  let last = what.peek();
  effect(() => {
    const data = what.value;
    if (data === last) return; // the style has it already
    last = data;
    if (m.getSource(name)) draw(data);
    else m.once("load", () => draw(what.peek()));
  });
}

function styleInput() {
  return { theme: theme.value, lang: lang.value, on: [...on.value], selected: selected.value, query: tileQuery.value, provisional: provisionalYear.value };
}

function style() {
  return styleFor(theme.value);
}

/** The style of what the map shows now, for a screen or for paper. */
export function styleFor(theme: Theme) {
  const font = new URL(fontUrl, location.href).href;
  return buildStyle({ theme, lang: lang.value, on: on.value, selected: selected.value, origin: location.origin, font, query: tileQuery.value, provisional: provisionalYear.value, pick: pick.peek(), points: drawnPoints.peek(), impact: drawnImpact.peek(), sketch: theme === "print" ? withoutHandles() : drawnSketch.peek(), images: true });
}

/** Gives a map an image that its style names. */
export async function addImage(to: MapLibre, id: string): Promise<void> {
  const image = images().find((i) => i.id === id);
  if (!image) return;
  const element = new Image(image.width * 2, image.height * 2);
  element.src = "data:image/svg+xml," + encodeURIComponent(image.svg);
  await element.decode();
  if (!to.hasImage(id)) to.addImage(id, element, { pixelRatio: 2 });
}

/** What the panel covers, so that the middle of the map is the middle of what is seen. */
function panelPadding(): { left: number; bottom: number; top: number; right: number } {
  if (!panelOpen.value) return { left: 0, bottom: 0, top: 0, right: 0 };
  if (!phone.value) return { left: shownWidth.value, bottom: 0, top: 0, right: 0 };
  const share = { peek: 0.08, third: 0.33, tall: 0.33 }[sheet.value];
  return { left: 0, bottom: Math.round(innerHeight * share), top: 0, right: 0 };
}

/** Shows the whole district. */
export function showHome(): void {
  map?.fitBounds(home, { padding: 24, ...motion });
}

/** Shows a place from not farther than the zoom. */
export function showPoint(lon: number, lat: number, zoom: number): void {
  map?.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), zoom), ...motion });
}

/** Shows a place outside together with the district, so that it is seen how far away it is. */
export function showOutside(lon: number, lat: number): void {
  const [west, south, east, north] = home;
  showBox([Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)]);
}

/** Shows a box, from not nearer than zoom 18. */
export function showBox(box: readonly [number, number, number, number]): void {
  // On the right are the map's buttons.
  map?.fitBounds([...box] as [number, number, number, number], { padding: { top: 48, right: 80, bottom: 48, left: 48 }, maxZoom: 18, ...motion });
}

export function zoomBy(steps: number): void {
  if (map) map.easeTo({ zoom: map.getZoom() + steps, ...motion });
}

/** Whether a place is in the part of the map that is seen. */
export function isSeen(lon: number, lat: number): boolean {
  if (!map) return false;
  const p = map.project([lon, lat]);
  const pad = panelPadding();
  const { clientWidth, clientHeight } = map.getContainer();
  return p.x > pad.left + 12 && p.y > 12 && p.x < clientWidth - 12 && p.y < clientHeight - pad.bottom - 12;
}

/** West, south, east and north of the part of the map that is seen beside the panel. */
export function seenBox(): [number, number, number, number] {
  if (!map) return home;
  const pad = panelPadding();
  const { clientWidth, clientHeight } = map.getContainer();
  const [a, b] = [map.unproject([pad.left, 0]), map.unproject([clientWidth, clientHeight - pad.bottom])];
  return [a.lng, b.lat, b.lng, a.lat];
}

/** The zoom of the map; changes only when a movement has ended. */
export const zoom = computed(() => view.value?.zoom ?? 10.4);

function round(v: number, digits: number): number {
  const f = 10 ** digits;
  return Math.round(v * f) / f;
}
