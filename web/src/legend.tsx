import { modePattern, poleShape } from "./map/icons";
import { dashes } from "./style/kerb";
import { hexagonFill, hexagonSteps } from "./style/hexagons";
import type { LayerKey } from "./style/keys";
import { claimStates, gridFill, modes, palette, type Mode, type Theme } from "./style/palette";
import { number, t } from "./text";

/** How the layer is drawn on the map, in the colours of the theme. */
export function Swatch({ name, theme }: { name: LayerKey; theme: Theme }) {
  const p = palette(theme);
  const washed = (colour: string, part: string) => (theme === "print" ? "none" : colour + part);
  const line = (colour: string, width: number, dash = "") => <path d="M1 8h26" stroke={colour} stroke-width={width} stroke-dasharray={dash} fill="none" />;
  const box = (fill: string, stroke: string) => <rect x="3" y="2" width="22" height="12" rx="1.500" fill={fill} stroke={stroke} />;
  const drawn: Record<LayerKey, () => preact.JSX.Element> = {
    towns: () => line(p.town, 2, "6 2"),
    grids: () => (
      <g stroke={p.grid}>
        {[0, 1, 2].map((f) => (
          <rect key={f} x={2 + f * 8} y="2" width="8" height="12" fill={gridFill(theme, f, 1)} />
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
    buildings: () => box(washed(p.building, "59"), p.building),
    police: () => line(p.police, 2, "2 3"),
    zones: () => box(washed(p.mode.parking, "99"), p.mode.parking),
    poles: () => <g transform="translate(5.500 -0.500) scale(0.850)" dangerouslySetInnerHTML={{ __html: poleShape("claimed", theme) }} />,
    hexagons: () => <path d="M9 2h10l5 6-5 6H9L4 8Z" fill={hexagonFill(theme, 3)} stroke={theme === "print" ? p.community : p.grid} />,
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

/** What the shapes of poles mean. */
export function PoleLegend({ theme }: { theme: Theme }) {
  return (
    <ul class="legend" aria-label={t("layers.legend")}>
      {claimStates.map((s) => (
        <li key={s}>
          <svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true" dangerouslySetInnerHTML={{ __html: poleShape(s, theme) }} />
          {t(`claim.${s}`)}
        </li>
      ))}
    </ul>
  );
}

/** How many poles a hexagon of a colour has; on paper it says so itself. */
export function HexagonLegend({ theme }: { theme: Theme }) {
  if (theme === "print") return <p class="hint">{t("hexagon.paper")}</p>;
  return (
    <ul class="legend" aria-label={t("layers.legend")}>
      {hexagonSteps.map((from, i) => {
        const next = hexagonSteps[i + 1];
        return (
          <li key={from}>
            <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
              <path d="M4 2h6l3 5-3 5H4L1 7Z" fill={hexagonFill(theme, i)} stroke={palette(theme).grid} stroke-width="0.500" />
            </svg>
            {next ? `${number(from)}–${number(next - 1)}` : `≥ ${number(from)}`}
          </li>
        );
      })}
    </ul>
  );
}

/** What the colours of kerb zones mean; on paper, their patterns. */
export function ModeLegend({ theme, provisional = false }: { theme: Theme; provisional?: boolean }) {
  const p = palette(theme);
  return (
    <ul class="legend" aria-label={t("layers.legend")}>
      {modes.map((m) => (
        <li key={m}>{theme === "print" ? <PatternBox mode={m} /> : <ModeBox colour={p.mode[m]} />}{t(`mode.${m}`)}</li>
      ))}
      {provisional && (
        <li>
          <span class="provisional-sample" />
          {t("plan.provisional")}
        </li>
      )}
    </ul>
  );
}

function ModeBox({ colour }: { colour: string }) {
  return (
    <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
      <rect x="1" y="3" width="12" height="8" rx="1.500" fill={colour} />
    </svg>
  );
}

function PatternBox({ mode }: { mode: Mode }) {
  return (
    <svg viewBox="0 0 24 14" width="24" height="14" aria-hidden="true">
      <defs>
        <pattern id={`paper-${mode}`} width="12" height="12" patternUnits="userSpaceOnUse" dangerouslySetInnerHTML={{ __html: modePattern(mode) }} />
      </defs>
      <rect x="1" y="1" width="22" height="12" fill={`url(#paper-${mode})`} stroke="#000" stroke-dasharray={dashes[mode].join(" ")} />
    </svg>
  );
}
