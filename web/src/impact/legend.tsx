import { palette } from "../style/palette";
import { theme } from "../state";
import { t } from "../text";

interface Props {
  moved: boolean;
  kept: boolean;
  outlines: boolean;
  moves: boolean;
}

/** What the lines on the map mean; each has a form of its own. */
export function Legend({ moved, kept, outlines, moves }: Props) {
  const p = palette(theme.value);
  const hexagon = (dash: string, width: number) => <path d="M9 2h10l5 6-5 6H9L4 8Z" fill={p.accent} fill-opacity="0.16" stroke={p.accent} stroke-width={width} stroke-dasharray={dash} />;
  const line = (colour: string, width: number, dash = "") => <path d="M1 8h26" stroke={colour} stroke-width={width} stroke-dasharray={dash} fill="none" />;
  const rows: Array<[boolean, preact.JSX.Element, string]> = [
    [moved, hexagon("", 2), t("impact.legend.moved")],
    [kept, hexagon("3 2", 1.4), t("impact.legend.kept")],
    [outlines, line(p.text, 2, "5 3"), t("impact.legend.before")],
    [outlines, line(p.accent, 3), t("impact.legend.after")],
    [moves, <circle cx="14" cy="8" r="5" fill="none" stroke={p.claim.disputed} stroke-width="2" />, t("impact.legend.move")],
  ];
  return (
    <ul class="legend impact-legend" aria-label={t("layers.legend")}>
      {rows.map(
        ([on, shape, text]) =>
          on && (
            <li key={text}>
              <svg viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">
                {shape}
              </svg>
              {text}
            </li>
          ),
      )}
    </ul>
  );
}
