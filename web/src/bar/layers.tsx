import type { LayerName } from "../api/types";
import { Icon } from "../icon";
import { HexagonLegend, ModeLegend, PoleLegend, Swatch } from "../legend";
import { zoom } from "../map/map";
import { chooseLayers, go, on, popover, theme } from "../state";
import { defaultOn, layerKeys, minZoom, type LayerKey } from "../style/keys";
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
  hexagons: { layer: "poles" },
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
        <Swatch name={name} theme={theme.value} />
        <span class="name">{t(`layer.${name}`)}</span>
        {shown && hint && <small>{hint}</small>}
      </label>
      <button type="button" class="quiet" aria-label={t("layers.list", { layer: t(`layer.${name}`) })} title={t("layers.list", { layer: t(`layer.${name}`) })} onClick={list}>
        <Icon name="list" />
      </button>
      {shown && name === "poles" && <PoleLegend theme={theme.value} />}
      {shown && name === "hexagons" && <HexagonLegend theme={theme.value} />}
      {shown && name === "zones" && <ModeLegend theme={theme.value} />}
    </li>
  );
}
