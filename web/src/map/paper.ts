import { Map as MapLibre, ScaleControl } from "maplibre-gl";
import { drawnAt, picture } from "../print/print";
import { t } from "../text";
import { addImage, seenBox, styleFor } from "./map";

/** How many dots a CSS pixel of 1/96 inch has on paper. */
const dots = 2;

/** Draws what the map of the page shows in the print style into the element. Returns how to end it. */
export function drawPaper(container: HTMLElement): () => void {
  picture.value = null;
  const [west, south, east, north] = seenBox();
  const m = new MapLibre({
    container,
    style: styleFor("print"),
    bounds: [west, south, east, north],
    minZoom: 7,
    maxZoom: 20,
    zoomLevelsToOverscale: 6, // as the map of the page
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: dots,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: { "Map.Title": t("map.title") },
  });
  m.touchZoomRotate.disableRotation();
  m.keyboard.disableRotation();
  m.addControl(new ScaleControl({ maxWidth: 160 }), "bottom-left");
  m.setMissingStyleImageResolver((id) => addImage(m, id));
  m.on("dataloading", () => (picture.value = null));
  m.on("movestart", () => (picture.value = null));
  m.on("idle", () => {
    drawnAt.value = { zoom: m.getZoom(), lat: m.getCenter().lat };
    picture.value = m.getCanvas().toDataURL("image/png");
  });
  return () => m.remove();
}
