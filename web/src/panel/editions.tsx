import type { Problem } from "../api/problem";
import type { AreaLayer, Feature, Successor, Translation } from "../api/types";
import { asProblem, useLoad } from "../load";
import { at, client } from "../state";
import { moment, nameOf, t } from "../text";
import { Areas } from "./areas";
import { Section, Skeleton, TaskLink } from "./parts";
import { Failure } from "./problem";

/** How many editions are compared at most, the last ones. */
const most = 12;
/** Later than any edition that is announced. */
const farOff = "9999-12-31T00:00:00Z";

/** An edition, and what the area was or became in it; null where nothing can be compared. */
interface Compared {
  edition: Feature;
  translation: Translation | null;
}

/** The editions of an area's layer: what the area was in those before, and what it became or will be in those after. */
export function Editions({ layer, area }: { layer: AreaLayer; area: Feature }) {
  const instant = at.value ?? undefined;
  const loaded = useLoad(`${layer}/${area.id}/${area.revision}/${instant}`, (signal) => compare(layer, area.id, instant, signal));
  return (
    <Section title={t("editions.title")}>
      {loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} />
      ) : !loaded.value ? (
        <Skeleton lines={2} />
      ) : loaded.value.length === 0 ? (
        <p class="empty">{t("editions.none")}</p>
      ) : (
        <ol class="editions" data-test="editions">
          {loaded.value.map((c) => (
            <li key={c.edition.id} data-test="edition">
              <Edition layer={layer} compared={c} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

/** The last edition comes first, as in any history. */
async function compare(layer: AreaLayer, id: string, instant: string | undefined, signal: AbortSignal): Promise<Compared[]> {
  const { items } = await client.list("editions", { of: layer, at: farOff, limit: 1000 }, signal);
  const last = items.sort((a, b) => Date.parse(b.valid_from ?? "") - Date.parse(a.valid_from ?? "")).slice(0, most);
  return Promise.all(last.map(async (edition) => ({ edition, translation: await translate(layer, id, edition.id, instant, signal) })));
}

/** An edition that no area names, or before there were any, cannot be compared; that is no failure. */
async function translate(layer: AreaLayer, id: string, to: string, from: string | undefined, signal: AbortSignal): Promise<Translation | null> {
  try {
    return await client.translate(layer, id, to, from, signal);
  } catch (cause) {
    const problem: Problem = asProblem(cause);
    if (signal.aborted || problem.status !== 404) throw cause;
    return null;
  }
}

function Edition({ layer, compared: { edition, translation } }: { layer: AreaLayer; compared: Compared }) {
  const present = translation !== null && translation.to.edition === translation.from.edition;
  return (
    <>
      <h3>
        <TaskLink to={{ kind: "feature", layer: "editions", id: edition.id }}>{nameOf(edition)}</TaskLink>
        {present && <span class="chip">{t(at.value ? "editions.then" : "editions.now")}</span>}
        <small>{edition.valid_from && t("feature.from", { time: moment(edition.valid_from) })}</small>
      </h3>
      {!present && <Change layer={layer} translation={translation} />}
    </>
  );
}

function Change({ layer, translation }: { layer: AreaLayer; translation: Translation | null }) {
  if (!translation) return <p class="hint">{t("editions.nothing")}</p>;
  const earlier = Date.parse(translation.to.at) < Date.parse(translation.from.at);
  const areas = (earlier ? translation.predecessors : translation.successors) ?? [];
  if (isSame(areas, translation)) return <p class="hint">{t("editions.same")}</p>;
  return (
    <>
      <p class="hint">{t(earlier ? "editions.was" : "editions.became")}</p>
      <Areas layer={layer} areas={areas} outside={translation.outside} />
    </>
  );
}

/** Whether the area is there with the same code and borders. */
function isSame(areas: readonly Successor[], { code }: Translation): boolean {
  const [only] = areas;
  return areas.length === 1 && only?.kind === "same" && only.code === code;
}
