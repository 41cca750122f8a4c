import { useEffect, useState } from "preact/hooks";
import type { Border } from "../api/types";
import { useLoad } from "../load";
import { pointed, showBox } from "../map/map";
import { everyOf, nameFor } from "../names";
import { boxAround } from "../place";
import { amend, at, client, layerRevision } from "../state";
import { distance, nameOf, number, t } from "../text";
import type { Task } from "../url";
import { Head, Skeleton, TaskLink } from "./parts";
import { Failure } from "./problem";

type BordersTask = Extract<Task, { kind: "borders" }>;

/** The borders between grids: how long, what they cross, and who leads along them. */
export function BordersPanel({ task }: { task: BordersTask }) {
  const [round, setRound] = useState(0);
  const instant = at.value;
  const changed = ["grids", "agreements", "overlays", "units"].map((l) => layerRevision.value[l] ?? 0).join("/");
  const loaded = useLoad(`borders/${instant}/${changed}/${round}`, (signal) => client.borders(instant ?? undefined, signal), true);
  useEffect(() => () => void (pointed.value = null), []);
  const list = (loaded.value?.borders ?? []).filter((b) => (!task.town || b.town_a === task.town || b.town_b === task.town) && (!task.agreed || b.agreement));
  const set = (change: { town?: string; agreed?: boolean }) => {
    const next: BordersTask = { ...task, ...change };
    if (!next.town) delete next.town;
    if (!next.agreed) delete next.agreed;
    amend(next);
  };
  const metres = list.reduce((sum, b) => sum + b.length_m, 0);
  return (
    <>
      <Head title={t("borders.title")} line={loaded.value ? t("borders.count", { n: number(list.length), length: distance(metres) }) : t("borders.line")} />
      <div class="filter">
        <label class="field">
          <span>{t("kind.town")}</span>
          <select value={task.town ?? ""} onChange={(e) => set({ town: e.currentTarget.value })} data-test="border-town">
            <option value="">{t("rules.all")}</option>
            {(everyOf("towns") ?? []).map((town) => (
              <option key={town.id} value={town.code ?? town.id}>
                {nameOf(town)}
              </option>
            ))}
          </select>
        </label>
        <label class="switch-line">
          <input type="checkbox" role="switch" class="switch" checked={task.agreed ?? false} onChange={(e) => set({ agreed: e.currentTarget.checked })} data-test="border-agreed" />
          <span>{t("borders.agreed")}</span>
        </label>
      </div>
      {loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} retry={() => setRound(round + 1)} />
      ) : !loaded.value ? (
        <Skeleton lines={10} />
      ) : list.length === 0 ? (
        <p class="empty">{t("list.empty")}</p>
      ) : (
        <ul class="rows" data-test="borders">
          {list.map((b) => (
            <li key={b.id}>
              <BorderLine border={b} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function BorderLine({ border: b }: { border: Border }) {
  const a = nameOf({ name: b.name_a ?? "", name_en: b.name_a_en ?? "", code: b.grid_a });
  const other = b.grid_b ? nameOf({ name: b.name_b ?? "", name_en: b.name_b_en ?? "", code: b.grid_b }) : t("answer.outside.neighbour");
  const lead = b.lead === b.grid_a ? a : b.lead === b.grid_b ? other : "";
  return (
    <>
      <button type="button" class="row" title={t("feature.locate")} onClick={() => void bringIntoView(b)}>
        <span class="name">
          {a} – {other}
          {b.cross_town && <span class="chip">{t("answer.other.town")}</span>}
        </span>
        <span class="amount">{distance(b.length_m)}</span>
        <small>{b.external ? beyondLine(b) : b.agreement ? (lead ? t("borders.lead", { grid: lead }) : t("borders.lead.case")) : t("borders.no.agreement")}</small>
      </button>
      {b.agreement && (
        <small class="border-agreement">
          <TaskLink to={{ kind: "feature", layer: "agreements", id: b.agreement }}>{nameFor("agreements", b.agreement)}</TaskLink>
        </small>
      )}
    </>
  );
}

/** Who lies beyond a border of the district, and of several for how long. */
function beyondLine({ beyond = [] }: Border): string {
  const list = beyond.map((u) => (beyond.length === 1 ? nameOf(u) : t("answer.beyond.length", { name: nameOf(u), length: distance(u.length_m) })));
  return list.length > 0 ? t("answer.beyond", { name: list.join(t("text.list")) }) : "";
}

/** Shows the border on the map, and marks the grid that leads, or the first one. Without its line the map stays where it is. */
async function bringIntoView(b: Border): Promise<void> {
  pointed.value = { layer: "grids", id: b.lead ?? b.grid_a };
  const found = await client.border(b.id, at.peek() ?? undefined).catch(() => null);
  if (found?.geometry) showBox(boxAround(found.geometry.coordinates.flat()));
}
