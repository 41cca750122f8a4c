import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { Icon, type IconName } from "../icon";
import { openSheet } from "../print/print";
import { go } from "../state";
import { t } from "../text";
import { mapFailed, showHome, showPoint, startMap, zoomBy } from "./map";

const positionFailed = signal(false);

/** The map and its few buttons. */
export function MapArea() {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (holder.current) void startMap(holder.current);
  }, []);
  return (
    <section class="map-area" aria-label={t("map.title")}>
      <div ref={holder} class="map" data-test="map" />
      {mapFailed.value && (
        <p class="map-failed" role="alert">
          {t("map.failed")}
        </p>
      )}
      <div class="map-buttons" role="group" aria-label={t("map.buttons")}>
        <MapButton icon="plus" text={t("map.in")} act={() => zoomBy(1)} />
        <MapButton icon="minus" text={t("map.out")} act={() => zoomBy(-1)} />
        <MapButton icon="frame" text={t("map.home")} act={showHome} />
        <MapButton icon="print" text={t("print.open")} act={openSheet} test="print" />
        {"geolocation" in navigator && <MapButton icon="target" text={t("map.me")} act={askHere} />}
      </div>
      {positionFailed.value && (
        <p class="map-note" role="alert">
          {t("map.me.failed")}
        </p>
      )}
    </section>
  );
}

function MapButton({ icon, text, act, test }: { icon: IconName; text: string; act: () => void; test?: string }) {
  return (
    <button type="button" aria-label={text} title={text} data-test={test} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

/** Asks for the place of this device, with the accuracy that it states. */
function askHere(): void {
  positionFailed.value = false;
  const found = ({ coords }: GeolocationPosition) => {
    const accuracy = Math.min(10_000, Math.max(1, Math.round(coords.accuracy)));
    const digits = (v: number) => Math.round(v * 1e7) / 1e7;
    if (go({ kind: "point", x: digits(coords.longitude), y: digits(coords.latitude), crs: "wgs84", accuracy }, t("edit.leave"))) {
      showPoint(coords.longitude, coords.latitude, 15);
    }
  };
  const failed = () => {
    positionFailed.value = true;
    setTimeout(() => (positionFailed.value = false), 6000);
  };
  navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 10_000 });
}
