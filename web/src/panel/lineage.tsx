import type { ComponentChildren } from "preact";
import { isAreaLayer, type AreaLayer, type Descent, type Edge, type EdgeKind } from "../api/types";
import { useLoad } from "../load";
import { client } from "../state";
import { moment, nameOf, number, percent, t } from "../text";
import { Facts, Section, Skeleton, TaskLink } from "./parts";
import { Failure } from "./problem";

/** The kinds in the order in which they matter; areas that stay as they are come last, and closed. */
const kinds: readonly EdgeKind[] = ["split", "merge", "shift", "rename", "new", "retired", "same"];

/** How many lines of one kind are shown. */
const most = 200;

/** How the areas of an edition descend from those of the one before it, by what happened to them. */
export function Lineage({ edition }: { edition: string }) {
  const loaded = useLoad(edition, (signal) => client.lineage(edition, signal));
  if (loaded.kind === "failed") {
    return (
      <Section title={t("lineage.title")}>
        {loaded.problem.code === "not-in-edition" ? <p class="empty">{t("lineage.none")}</p> : <Failure problem={loaded.problem} />}
      </Section>
    );
  }
  if (!loaded.value) {
    return (
      <Section title={t("lineage.title")}>
        <Skeleton lines={5} />
      </Section>
    );
  }
  return <Groups descent={loaded.value} edition={edition} />;
}

function Groups({ descent: { layer, from, edges }, edition }: { descent: Descent; edition: string }) {
  if (!from || !isAreaLayer(layer)) {
    return (
      <Section title={t("lineage.title")}>
        <p class="empty">{t("lineage.first")}</p>
      </Section>
    );
  }
  const before = from.name || from.code || moment(from.valid_from);
  const groups = kinds.map((kind) => ({ kind, edges: edges.filter((e) => e.kind === kind) })).filter((g) => g.edges.length > 0);
  const changed = groups.some((g) => g.kind !== "same");
  return (
    <div data-test="lineage">
      <Section title={t("lineage.title")}>
        <Facts rows={[[t("lineage.since"), from.edition ? <TaskLink to={{ kind: "feature", layer: "editions", id: from.edition }}>{before}</TaskLink> : before]]} />
        {!changed && <p class="empty">{t("lineage.unchanged")}</p>}
      </Section>
      {groups.map((g) => (
        <Group key={g.kind} kind={g.kind} layer={layer} edges={g.edges} edition={edition} />
      ))}
    </div>
  );
}

function Group({ kind, layer, edges, edition }: { kind: EdgeKind; layer: AreaLayer; edges: readonly Edge[]; edition: string }) {
  const list = (
    <>
      <p class="hint">{t(`edge.${kind}.line`)}</p>
      <ul class="edges">
        {edges.slice(0, most).map((e) => (
          <li key={`${e.from?.code}/${e.to?.code}`} data-test={`edge-${kind}`}>
            <Line edge={e} layer={layer} />
          </li>
        ))}
      </ul>
      {edges.length > most && (
        <a href={`/v1/editions/${encodeURIComponent(edition)}/lineage`} target="_blank" rel="noopener">
          {t("lineage.more", { n: number(edges.length - most) })}
        </a>
      )}
    </>
  );
  if (kind === "same") {
    return (
      <details class="part">
        <summary>
          {t(`edge.${kind}`)}
          <span class="count">{number(edges.length)}</span>
        </summary>
        {list}
      </details>
    );
  }
  return (
    <Section title={t(`edge.${kind}`)} count={edges.length}>
      {list}
    </Section>
  );
}

/** From one area to another; the shares are told where they are no whole. */
function Line({ edge: { kind, from, to, share_of_from, share_of_to }, layer }: { edge: Edge; layer: AreaLayer }) {
  const shares = [share_of_from < 1 && from && to ? t("lineage.of.from", { p: percent(share_of_from) }) : "", share_of_to < 1 && from && to ? t("lineage.of.to", { p: percent(share_of_to) }) : ""];
  return (
    <div class="edge">
      {from && <End layer={layer} end={from} />}
      {from && to && kind !== "same" && (
        <span class="arrow" aria-label={t("lineage.to")} role="img">
          →
        </span>
      )}
      {to && kind !== "same" && <End layer={layer} end={to} />}
      {kind !== "same" && <small>{shares.filter(Boolean).join(t("text.list"))}</small>}
    </div>
  );
}

function End({ layer, end }: { layer: AreaLayer; end: NonNullable<Edge["from"]> }): ComponentChildren {
  return (
    <span class="end">
      <TaskLink to={{ kind: "feature", layer, id: end.code }}>{nameOf(end)}</TaskLink>
      {end.name && <code>{end.code}</code>}
    </span>
  );
}
