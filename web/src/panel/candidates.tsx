import { useEffect } from "preact/hooks";
import type { Answer, Candidate } from "../api/types";
import { pointed, showBox } from "../map/map";
import { nameFor } from "../names";
import { boxOf, type Box } from "../place";
import { at, client } from "../state";
import { nameOf, t } from "../text";
import { outsideName } from "./answerparts";
import { Share } from "./bars";
import { Section } from "./parts";

/** The grids that an uncertain position may be in, the most probable first; a press shows one on the map. */
export function Candidates({ answer }: { answer: Answer }) {
  const list = answer.candidates ?? [];
  useEffect(() => () => void (pointed.value = null), [answer]);
  if (list.length === 0) return null;
  return (
    <Section title={t("answer.candidates")}>
      <ol class="rows bars" data-test="candidates">
        {list.map((c) => (
          <li key={c.code || "outside"}>{c.code ? <Grid c={c} answer={answer} /> : <Outside c={c} />}</li>
        ))}
      </ol>
      {answer.query.accuracy_m !== undefined && <p class="hint">{t("answer.circle")}</p>}
    </Section>
  );
}

function Outside({ c }: { c: Candidate }) {
  return (
    <span class="row">
      <Share name={outsideName(c)} share={c.probability} />
    </span>
  );
}

function Grid({ c, answer }: { c: Candidate; answer: Answer }) {
  const shown = pointed.value?.id === c.code;
  const show = () => {
    if (shown) return void (pointed.value = null);
    pointed.value = { layer: "grids", id: c.code };
    void bringIntoView(c.code, answer);
  };
  return (
    <button type="button" class="row" aria-pressed={shown} title={t("feature.locate")} onClick={show} data-test="candidate">
      <Share name={nameOf(c)} more={c.unit && nameFor("units", c.unit)} share={c.probability} />
    </button>
  );
}

/** Shows the whole grid together with the position. Without the grid's shape the map stays where it is; the grid is marked all the same. */
async function bringIntoView(code: string, { position: { lon, lat } }: Answer): Promise<void> {
  const found = await client.feature("grids", code, at.peek() ?? undefined).catch(() => null);
  if (!found?.feature.geometry || pointed.peek()?.id !== code) return;
  const [west, south, east, north] = boxOf(found.feature.geometry);
  const box: Box = [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)];
  showBox(box);
}
