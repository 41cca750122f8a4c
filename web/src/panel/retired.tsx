import { useEffect } from "preact/hooks";
import { withQuery } from "../api/client";
import type { Problem } from "../api/problem";
import { isAreaLayer, type LayerName, type Successor } from "../api/types";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { former, showBox } from "../map/map";
import { nameFor } from "../names";
import { boxOf } from "../place";
import { at, client } from "../state";
import { moment, nameOf, t } from "../text";
import { justBefore } from "../time";
import { Areas } from "./areas";
import { Head, kindName, Section } from "./parts";

/** When one state of a feature applies. */
interface Span {
  edition?: string;
  valid_from: string;
  valid_to?: string;
}

/** The list that a problem has under a name; a service of another version may have none. */
function listOf<T>(problem: Problem, name: string): T[] {
  const list = problem.more[name];
  return Array.isArray(list) ? (list as T[]) : [];
}

/** A code that is in use no more: since when, who has its ground now, and what it was. */
export function Retired({ layer, id, problem }: { layer: LayerName; id: string; problem: Problem }) {
  const spans = listOf<Span>(problem, "editions");
  const ended = spans.at(-1)?.valid_to;
  const last = useLoad(`${layer}/${id}/${ended}`, async (signal) => (ended ? (await client.feature(layer, id, justBefore(ended), signal)).feature : null));
  const shape = last.value?.geometry;
  useEffect(() => {
    if (!shape) return;
    former.value = shape;
    showBox(boxOf(shape));
    return () => void (former.value = null);
  }, [shape]);
  return (
    <div data-test="retired">
      <Head title={(last.value && nameOf(last.value)) || id} line={`${kindName(layer)} · ${id}`}>
        <p class="outcome outcome-unassigned">
          <Icon name="warn" />
          {t("retired.title")}
        </p>
      </Head>
      <p class="prose">{ended ? t("retired.line", { code: id, time: moment(ended) }) : problem.detail}</p>
      {isAreaLayer(layer) && (
        <Section title={t("retired.successors")}>
          <Successors layer={layer} areas={listOf<Successor>(problem, "successors")} />
        </Section>
      )}
      <Spans spans={spans} />
      <div class="actions">
        <a class="button" href={withQuery(`/v1/${layer}/${encodeURIComponent(id)}`, { at: at.value ?? undefined })} target="_blank" rel="noopener">
          <Icon name="code" />
          {t("feature.raw")}
        </a>
      </div>
    </div>
  );
}

function Successors({ layer, areas }: { layer: Parameters<typeof Areas>[0]["layer"]; areas: readonly Successor[] }) {
  if (areas.length === 0) return <p class="empty">{t("retired.nobody")}</p>;
  const outside = 1 - areas.reduce((sum, a) => sum + a.share, 0);
  return <Areas layer={layer} areas={areas} outside={outside} />;
}

/** Something that is not there at the chosen instant, but may be at another. */
export function NotThen({ problem }: { problem: Problem }) {
  return (
    <div class="empty" role="alert">
      <p>{t("error.not-then")}</p>
      <div class="actions">
        <button type="button" onClick={() => (at.value = null)}>
          {t("time.back")}
        </button>
      </div>
      <Spans spans={listOf<Span>(problem, "editions")} />
    </div>
  );
}

/** When a thing applied; each a step to that time. */
function Spans({ spans }: { spans: readonly Span[] }) {
  if (spans.length === 0) return null;
  return (
    <Section title={t("retired.spans")}>
      <ul class="rows" data-test="spans">
        {spans.map((s) => (
          <li key={s.valid_from}>
            <button type="button" class="row" onClick={() => (at.value = s.valid_to ? justBefore(s.valid_to) : s.valid_from)} title={t("retired.look")}>
              <span class="name">
                {moment(s.valid_from)} – {s.valid_to ? moment(s.valid_to) : ""}
                {s.edition && <small>{nameFor("editions", s.edition)}</small>}
              </span>
              <Icon name="clock" />
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
