import { useLoad } from "../load";
import { Failure } from "../panel/problem";
import { Head, Section, Skeleton, TaskLink } from "../panel/parts";
import { at, client, layerRevision, me } from "../state";
import type { Feature } from "../api/types";
import { moment, nameOf, number, t } from "../text";
import { evaluate, revisions } from "./api";
import { ModeChip } from "./strip";
import { StateChip } from "./review";
import { waitsFor } from "./steps";
import type { Evaluation, Schedule } from "./types";
import { revisionName, spanText } from "./words";

/** How many zones are shown with their mode; of more there is the list of the layer. */
const mostZones = 60;

interface Loaded {
  zones: Feature[];
  more: boolean;
  modes: ReadonlyMap<string, Evaluation>;
  revisions: Schedule[];
}

/** Tidal parking: what waits for somebody, and all zones with their mode. */
export function ParkingPanel() {
  const instant = at.value;
  const changed = ["schedules", "orders", "zones", "notices"].map((l) => layerRevision.value[l] ?? 0).join("/");
  const loaded = useLoad(`parking/${instant}/${changed}`, (signal) => load(instant, signal), true);
  const v = loaded.value;
  return (
    <>
      <Head title={t("parking.title")} line={t("parking.line")} />
      {loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} />
      ) : !v ? (
        <Skeleton lines={8} />
      ) : (
        <div data-test="parking">
          <Waiting list={v.revisions} zones={v.zones} />
          <Section title={t("parking.zones")} count={v.zones.length}>
            {v.zones.length === 0 ? (
              <p class="empty">{t("parking.none")}</p>
            ) : (
              <ul class="rows">
                {v.zones.map((z) => (
                  <ZoneLine key={z.id} zone={z} evaluation={v.modes.get(z.id)} />
                ))}
              </ul>
            )}
            {v.more && (
              <p class="hint">
                <TaskLink to={{ kind: "list", layer: "zones" }}>{t("parking.more", { n: number(v.zones.length) })}</TaskLink>
              </p>
            )}
          </Section>
        </div>
      )}
    </>
  );
}

async function load(instant: string | null, signal: AbortSignal): Promise<Loaded> {
  const [page, list] = await Promise.all([client.list("zones", { limit: mostZones, at: instant ?? undefined }, signal), revisions(undefined, null, signal)]);
  const modes = await Promise.all(page.items.map((z) => evaluate(z.id, instant, signal)));
  return { zones: page.items, more: page.next !== undefined, modes: new Map(page.items.map((z, i) => [z.id, modes[i]!])), revisions: list };
}

function ZoneLine({ zone, evaluation }: { zone: Feature; evaluation: Evaluation | undefined }) {
  const { capacity } = zone as { capacity?: number };
  return (
    <li>
      <TaskLink to={{ kind: "feature", layer: "zones", id: zone.id }} test={`zone-${zone.id}`}>
        <span class="name">{nameOf(zone)}</span>
        {evaluation && <ModeChip mode={evaluation.mode} provisional={evaluation.provisional} />}
        <small>
          {capacity ? t("parking.capacity", { n: number(capacity) }) : ""}
          {evaluation?.next_change && ` · ${t("parking.until", { time: moment(evaluation.next_change) })}`}
        </small>
      </TaskLink>
    </li>
  );
}

/** The revisions that wait for somebody: those for whoever is signed in come first. */
function Waiting({ list, zones }: { list: readonly Schedule[]; zones: readonly Feature[] }) {
  const who = me.value;
  const groups = [
    { title: t("parking.drafts.mine"), items: list.filter((s) => waitsFor(s) === "author" && s.author === who?.name), shown: who?.role === "planner" },
    { title: t("parking.drafts.others"), items: list.filter((s) => waitsFor(s) === "author" && s.author !== who?.name), shown: true },
    { title: t("parking.review"), items: list.filter((s) => waitsFor(s) === "reviewer"), shown: true },
    { title: t("parking.publish"), items: list.filter((s) => waitsFor(s) === "publisher"), shown: true },
  ].filter((g) => g.shown && (g.items.length > 0 || g.title === t("parking.drafts.mine")));
  const nothing = groups.every((g) => g.items.length === 0);
  return (
    <Section title={t("parking.waiting")}>
      {nothing && <p class="empty">{t("parking.waiting.none")}</p>}
      {groups
        .filter((g) => g.items.length > 0)
        .map((g) => (
          <div key={g.title} class="waiting-group">
            <h3>{g.title}</h3>
            <ul class="rows">
              {g.items.map((s) => (
                <li key={s.id}>
                  <TaskLink to={{ kind: "plan", zone: s.zone, id: s.id, ...(s.state !== "draft" && { tab: "review" as const }) }} test={`waiting-${s.code}`}>
                    <span class="name">
                      {nameOf(zones.find((z) => z.id === s.zone) ?? { name: s.zone })} · {revisionName(s)}
                    </span>
                    <StateChip revision={s} />
                    <small>
                      {spanText(s)} · {s.author}
                    </small>
                  </TaskLink>
                </li>
              ))}
            </ul>
          </div>
        ))}
    </Section>
  );
}
