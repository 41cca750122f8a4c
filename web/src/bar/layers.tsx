import type { LayerName } from "../api/types";
import { Icon } from "../icon";
import { poleShape } from "../map/icons";
import { zoom } from "../map/map";
import { chooseLayers, go, on, popover, theme } from "../state";
import { defaultOn, layerKeys, minZoom, type LayerKey } from "../style/keys";
import { claimStates, gridFill, modes, palette } from "../style/palette";
import { t } from "../text";
import { Popover } from "./popover";

/** The list that belongs to each switch. */
const lists: Record<LayerKey, { layer: LayerName; where?: Record<string, string> }> = {
  towns: { layer: "towns" },
  grids: { layer: "grids" },
  communities: { layer: "communities" },
  blocks: { layer: "overlays", where: { kind: "block" } },
  parks: { layer: "overlays", where: { kind: "park" } },
  buildings: { layer: "overlays", where: { kind: "building" } },
  police: { layer: "overlays", where: { kind: "police_area" } },
  zones: { layer: "zones" },
  poles: { layer: "poles" },
  roads: { layer: "roads" },
};

/** The layers of the map: a switch, the legend and the list of each. */
export function LayersPopover() {
  return (
    <Popover name="layers" label={t("layers.title")}>
      <div class="layers">
        <div class="head">
          <h2>{t("layers.title")}</h2>
          <button type="button" class="link" onClick={() => chooseLayers(new Set(defaultOn))}>
            {t("layers.reset")}
          </button>
        </div>
        <ul>
          {layerKeys.map((key) => (
            <LayerRow key={key} name={key} />
          ))}
        </ul>
      </div>
    </Popover>
  );
}

function LayerRow({ name }: { name: LayerKey }) {
  const shown = on.value.has(name);
  const flip = () => {
    const next = new Set(on.value);
    if (!next.delete(name)) next.add(name);
    chooseLayers(next);
  };
  const list = () => {
    const { layer, where } = lists[name];
    if (go({ kind: "list", layer, ...(where && { where }) }, t("edit.leave"))) popover.value = null;
  };
  const hint = zoom.value < minZoom[name] ? t("layers.closer") : name === "grids" ? t("layers.grids.hint") : "";
  return (
    <li>
      <label>
        <input type="checkbox" role="switch" class="switch" checked={shown} onChange={flip} data-test={`layer-${name}`} />
        <Swatch name={name} />
        <span class="name">{t(`layer.${name}`)}</span>
        {shown && hint && <small>{hint}</small>}
      </label>
      <button type="button" class="quiet" aria-label={t("layers.list", { layer: t(`layer.${name}`) })} title={t("layers.list", { layer: t(`layer.${name}`) })} onClick={list}>
        <Icon name="list" />
      </button>
      {shown && name === "poles" && <PoleLegend />}
      {shown && name === "zones" && <ModeLegend />}
    </li>
  );
}

/** How the layer is drawn on the map, in the colours of the theme. */
function Swatch({ name }: { name: LayerKey }) {
  const p = palette(theme.value);
  const line = (colour: string, width: number, dash = "") => <path d="M1 8h26" stroke={colour} stroke-width={width} stroke-dasharray={dash} fill="none" />;
  const box = (fill: string, stroke: string) => <rect x="3" y="2" width="22" height="12" rx="1.500" fill={fill} stroke={stroke} />;
  const drawn: Record<LayerKey, () => preact.JSX.Element> = {
    towns: () => line(p.town, 2, "6 2"),
    grids: () => (
      <g stroke={p.grid}>
        {[0, 1, 2].map((f) => (
          <rect key={f} x={2 + f * 8} y="2" width="8" height="12" fill={gridFill(theme.value, f, 1)} />
        ))}
      </g>
    ),
    communities: () => line(p.community, 1.5, "2 2"),
    blocks: () => line(p.block, 2, "5 2"),
    parks: () => (
      <g stroke={p.park} fill="none">
        <rect x="3" y="2" width="22" height="12" rx="1.500" />
        <path d="M5 14 17 2M11 14 23 2" stroke-opacity="0.6" />
      </g>
    ),
    buildings: () => box(p.building + "59", p.building),
    police: () => line(p.police, 2, "2 3"),
    zones: () => box(p.mode.parking + "99", p.mode.parking),
    poles: () => <g transform="translate(5.500 -0.500) scale(0.850)" dangerouslySetInnerHTML={{ __html: poleShape("claimed", theme.value) }} />,
    roads: () => (
      <g>
        {line(p.roadCase, 6)}
        {line(p.road, 4)}
      </g>
    ),
  };
  return (
    <svg class="swatch" viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">
      {drawn[name]()}
    </svg>
  );
}

function PoleLegend() {
  return (
    <ul class="legend" aria-label={t("layers.legend")}>
      {claimStates.map((s) => (
        <li key={s}>
          <svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true" dangerouslySetInnerHTML={{ __html: poleShape(s, theme.value) }} />
          {t(`claim.${s}`)}
        </li>
      ))}
    </ul>
  );
}

function ModeLegend() {
  const p = palette(theme.value);
  return (
    <ul class="legend" aria-label={t("layers.legend")}>
      {modes.map((m) => (
        <li key={m}>
          <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
            <rect x="1" y="3" width="12" height="8" rx="1.500" fill={p.mode[m]} />
          </svg>
          {t(`mode.${m}`)}
        </li>
      ))}
    </ul>
  );
}
