import { useEffect, useMemo, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Feature } from "../api/types";
import { download } from "../export";
import { Icon } from "../icon";
import { showBox } from "../map/map";
import { boxOfPoints, stepOf } from "../points/drawn";
import { csvWithGrids } from "../points/csv";
import { forget, gridNames, resume, revise, start, type Job, type Source } from "../points/work";
import { at, changedSince, theme } from "../state";
import { palette } from "../style/palette";
import { toneColour, toneOf } from "../style/tone";
import { moment, nameOf, number, percent, t } from "../text";
import { Changed, TaskLink } from "./parts";
import { Failure } from "./problem";
import { SortHead, sortedBy, type Order } from "./sort";

/** More rows than this share that cannot be read look like a wrong column or system. */
const suspicious = 0.5;

/** How many points lie in each grid, and the file with the grids. problem is null when the user stopped it, undefined when all is answered. */
export function PointsResult({ job, problem }: { job: Job; problem: Problem | null | undefined }) {
  const { answers, source } = job;
  useEffect(() => {
    const box = boxOfPoints();
    if (box) showBox(box);
  }, [answers]);
  const old = !at.value && !job.at && problem === undefined && changedSince(answers.revision, ["districts", "towns", "grids"]);
  return (
    <>
      <SourceLine source={source} />
      <p class="hint">{[t(`crs.${job.crs}`), job.at ? moment(job.at) : ""].filter(Boolean).join(" · ")}</p>
      <Changed show={old || job.at !== at.value} act={start} />
      {problem !== undefined && <Stopped job={job} problem={problem} />}
      {answers.done > 0 && answers.invalid > suspicious * answers.done && (
        <p class="warning">
          <Icon name="warn" />
          {t("points.suspicious")}
        </p>
      )}
      {answers.done > 0 && <Counts job={job} />}
      {stepOf(answers.done) > 1 && <p class="hint">{t("points.thinned", { n: number(stepOf(answers.done)) })}</p>}
      <div class="actions">
        {answers.done > 0 && (
          <button type="button" class="primary" onClick={() => save(job)} data-test="points-save">
            <Icon name="download" />
            {t("points.save")}
          </button>
        )}
        <button type="button" onClick={revise} data-test="points-revise">
          {t("points.revise")}
        </button>
        <button type="button" onClick={() => forget()} data-test="points-other">
          {t("points.other")}
        </button>
      </div>
    </>
  );
}

/** What was taken: how much, and how it was read. */
export function SourceLine({ source }: { source: Source }) {
  const facts = [source.name || t("points.pasted"), t("points.rows", { n: number(source.table.length) }), source.encoding === "utf-8" ? "" : source.encoding.toUpperCase()];
  return (
    <p class="line" data-test="points-source">
      {facts.filter(Boolean).join(" · ")}
    </p>
  );
}

function Stopped({ job, problem }: { job: Job; problem: Problem | null }) {
  const { answers, source } = job;
  const line = t("points.stopped", { n: number(answers.done), total: number(source.table.length) });
  if (problem) {
    return (
      <>
        <Failure problem={problem} retry={resume} />
        <p class="hint">{line}</p>
      </>
    );
  }
  return (
    <div class="changed" role="status" data-test="points-stopped">
      <span>{line}</span>
      <button type="button" class="link" onClick={resume} data-test="points-resume">
        {t("points.resume")}
      </button>
    </div>
  );
}

/** A grid with its points, or those outside or unread, whose code is "". */
interface Row extends Feature {
  count: number;
}

function rowsOf({ answers }: Job, names: typeof gridNames.value): Row[] {
  return answers.codes.map((code, i) => ({ id: code, code, ...names.get(code), count: answers.counts[i]! }));
}

const byCount: Order = { by: "count", down: true };

function Counts({ job }: { job: Job }) {
  const [order, setOrder] = useState<Order>(byCount);
  const { answers } = job;
  const names = gridNames.value;
  const rows = useMemo(() => sortedBy(rowsOf(job, names), order), [answers, names, order]);
  const rest = [
    { id: "outside", count: answers.outside },
    { id: "invalid", count: answers.invalid },
  ] as const;
  return (
    <table class="list counts" data-test="points-counts">
      <caption class="hidden">{t("points.counts")}</caption>
      <SortHead columns={["name", "code", "count"]} order={order} onOrder={setOrder} />
      <tbody>
        {rows.map((r) => (
          <tr key={r.id} data-test="points-row">
            <td>
              <Dot fill={toneColour(theme.value, toneOf(r.id))} stroke="none" />
              <TaskLink to={{ kind: "feature", layer: "grids", id: r.id }}>{nameOf(r)}</TaskLink>
            </td>
            <td>
              <code title={r.id}>{r.id}</code>
            </td>
            <Count n={r.count} of={answers.done} />
          </tr>
        ))}
        {rest.map((r) => (
          <tr key={r.id} class="rest" data-test={`points-${r.id}`}>
            <td colSpan={2}>
              {r.id === "outside" && <Dot fill="none" stroke={palette(theme.value).claim.disputed} />}
              {t(`points.${r.id}`)}
            </td>
            <Count n={r.count} of={answers.done} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Count({ n, of }: { n: number; of: number }) {
  return (
    <td class="figures" title={percent(n / of)}>
      {number(n)}
    </td>
  );
}

/** A point as the map draws it. */
function Dot({ fill, stroke }: { fill: string; stroke: string }) {
  return (
    <svg class="point" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      <circle cx="5" cy="5" r="4" fill={fill} stroke={stroke} stroke-width="1.5" />
    </svg>
  );
}

/** The file under its own name, so that it is known where it came from. The names in it are the official ones, in any language of the page. */
function save({ source, answers }: Job): void {
  const name = source.name.replace(/\.[^.]*$/, "") || "points";
  download(`${name}-grids.csv`, csvWithGrids(source.table, answers, (code) => gridNames.peek().get(code)?.name ?? ""));
}
