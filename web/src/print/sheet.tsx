import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icon";
import { HexagonLegend, ModeLegend, PoleLegend, Swatch } from "../legend";
import { drawPaper } from "../map/paper";
import { placeName } from "../names";
import { at, on, status } from "../state";
import { layerKeys, minZoom } from "../style/keys";
import { moment, number, t } from "../text";
import { closeSheet, drawnAt, inside, papers, picture, printing, printSheet, scaleOf, type Paper } from "./print";

/** What the user has called the map; null until then. */
const name = signal<string | null>(null);

/** The sheet as it will be printed, with what is chosen about it above. */
export function Sheet({ paper }: { paper: Paper }) {
  const holder = useRef<HTMLDivElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    first.current?.focus();
    return holder.current ? drawPaper(holder.current) : undefined;
  }, []);
  const [width, height] = inside[paper];
  const title = name.value ?? (status.value ? t("print.place", { place: placeName() }) : t("app.title"));
  return (
    <section class="printing" role="dialog" aria-modal="true" aria-label={t("print.title")} data-test="print-sheet" data-ready={picture.value !== null}>
      <style>{`@page { size: ${paper.toUpperCase()} landscape; margin: 10mm; }`}</style>
      <header class="printing-bar">
        <label>
          {t("print.name")}
          <input type="text" value={title} maxLength={60} onInput={(e) => (name.value = e.currentTarget.value)} data-test="print-name" />
        </label>
        <label>
          {t("print.paper")}
          <select value={paper} onChange={(e) => (printing.value = papers.find((p) => p === e.currentTarget.value) ?? paper)} data-test="print-paper">
            {papers.map((p) => (
              <option key={p} value={p}>
                {t(`print.${p}`)}
              </option>
            ))}
          </select>
        </label>
        <small class="hint">{t("print.hint")}</small>
        <button type="button" class="primary" ref={first} aria-disabled={picture.value === null} onClick={printSheet} data-test="print-go">
          <Icon name="print" />
          {picture.value === null ? t("print.busy") : t("print.go")}
        </button>
        <button type="button" onClick={closeSheet} data-test="print-close">
          <Icon name="close" />
          {t("print.close")}
        </button>
      </header>
      <div class="paper-holder">
        <article class="paper" style={{ width: `${width}mm`, height: `${height}mm` }}>
          <h1>{title}</h1>
          <div class="paper-map">
            <div ref={holder} class="paper-canvas" />
            {picture.value && <img class="paper-picture" src={picture.value} alt="" />}
          </div>
          <Margin />
          {status.value?.demo && <p class="paper-demo">{t("notice.demo")}</p>}
        </article>
      </div>
    </section>
  );
}

/** Beside the map: what its signs mean, how large it is, and of when. */
function Margin() {
  const { zoom, lat } = drawnAt.value;
  const shown = layerKeys.filter((k) => on.value.has(k) && zoom >= minZoom[k]);
  const now = new Date();
  return (
    <aside class="paper-margin">
      <h2>{t("layers.legend")}</h2>
      <ul class="paper-legend" data-test="print-legend">
        {shown.map((k) => (
          <li key={k}>
            <span>
              <Swatch name={k} theme="print" />
              {t(`layer.${k}`)}
            </span>
            {k === "poles" && <PoleLegend theme="print" />}
            {k === "hexagons" && <HexagonLegend theme="print" />}
            {k === "zones" && <ModeLegend theme="print" />}
          </li>
        ))}
      </ul>
      <dl>
        <dt>{t("map.scale")}</dt>
        <dd data-test="print-scale">{t("print.scale", { n: number(scaleOf(zoom, lat)) })}</dd>
        <dt>{t("print.at")}</dt>
        <dd data-test="print-at">{moment(at.value ?? now)}</dd>
        <dt>{t("print.revision")}</dt>
        <dd data-test="print-revision">{status.value ? number(status.value.revision) : "–"}</dd>
        <dt>{t("print.printed")}</dt>
        <dd>{moment(now)}</dd>
      </dl>
      <svg class="paper-north" viewBox="0 0 24 40" width="24" height="40" role="img" aria-label={t("print.north")}>
        <path d="M12 2 18 22 12 18.500 6 22Z" fill="#000" />
        <text x="12" y="36" text-anchor="middle" font-size="13">
          {t("print.north")}
        </text>
      </svg>
    </aside>
  );
}
