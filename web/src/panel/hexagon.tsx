import { hexagon } from "../map/map";
import { number, t } from "../text";
import { Facts, Section } from "./parts";

/** What the hexagon under the asked position counts, while hexagons are shown. */
export function Hexagon() {
  const h = hexagon.value;
  if (!h) return null;
  return (
    <Section title={t("hexagon.title")}>
      <div data-test="hexagon">
        <Facts
          rows={[
            [t("hexagon.cell"), <code>{h.cell}</code>, "hexagon-cell"],
            [t("hexagon.count"), number(h.count), "hexagon-count"],
            [t("hexagon.abandoned"), number(h.abandoned), "hexagon-abandoned"],
          ]}
        />
        <p class="hint">{t("hexagon.note")}</p>
      </div>
    </Section>
  );
}
