import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { near, showPoint } from "../map/map";
import { Head, Skeleton, TaskLink } from "../panel/parts";
import { Failure } from "../panel/problem";
import { today } from "../plan/api";
import { WideButton } from "../plan/panel";
import { allRules } from "../rules/api";
import type { Rule } from "../rules/types";
import { layerRevision, me } from "../state";
import { number, t } from "../text";
import { Choose } from "./choose";
import { mayCompare } from "./may";
import { isChosen, keyOf, whenFor, type Choice } from "./question";
import { Publishing } from "./publish";
import { Result } from "./result";
import { usualResolution, type ImpactTask } from "./types";
import { compare, files, stop, work } from "./work";

/** The layers that a comparison rests on. */
const under = ["rules", "categories", "units", "posts", "agreements", "districts", "towns", "grids", "communities", "overlays", "poles", "zones", "notices", "schedules", "orders"];

/** The last revision at which one of them changed. */
const newest = () => Math.max(0, ...under.map((l) => layerRevision.value[l] ?? 0));

/** What would change hands if rules, borders or days off were published: before they are. */
export function ImpactPanel({ task }: { task: ImpactTask }) {
  const [round, setRound] = useState(0);
  const may = mayCompare();
  const loaded = useLoad(`impact/rules/${layerRevision.value["rules"] ?? 0}/${may}/${round}`, (signal) => (may ? allRules(null, signal) : Promise.resolve([])), true);
  const all = loaded.value;
  return (
    <div class="plan impact" data-test="impact" data-work={work.value.kind}>
      <Head title={t("impact.title")} line={t("impact.line")}>
        <WideButton />
      </Head>
      {!may ? <Closed /> : loaded.kind === "failed" ? <Failure problem={loaded.problem} retry={() => setRound(round + 1)} /> : !all ? <Skeleton lines={8} /> : <Comparison task={task} rules={all} />}
    </div>
  );
}

/** What the page is for, for those who may not compare. */
function Closed() {
  return (
    <div class="empty" data-test="impact-closed">
      <p>{t(me.value ? "impact.closed.role" : "impact.closed")}</p>
      {!me.value && (
        <p>
          <TaskLink to={{ kind: "account" }}>{t("plan.signin")}</TaskLink>
        </p>
      )}
    </div>
  );
}

function Comparison({ task, rules }: { task: ImpactTask; rules: readonly Rule[] }) {
  const open = rules.filter((r) => r.state !== "published" && r.state !== "superseded" && r.state !== "withdrawn");
  const chosen = open.filter((r) => task.rules?.includes(r.id));
  const choice: Choice = { rules: chosen.map((r) => r.id), files: files.value, when: task.when ?? whenFor(chosen, today()), resolution: task.resolution ?? usualResolution };
  const key = keyOf(choice);
  const now = work.value;
  const run = () => void compare(choice, newest);
  // Whoever comes here with a choice has come to see what it does.
  useEffect(() => {
    const seen = now.kind !== "none" && now.key === key;
    if (task.rules?.length && isChosen(choice) && !seen) run();
  }, []);
  const old = now.kind === "done" && now.key === key && newest() > now.revision;
  const other = now.kind !== "none" && now.key !== key;
  return (
    <>
      <Choose task={task} open={open} choice={choice} missing={(task.rules ?? []).filter((id) => !open.some((r) => r.id === id))} />
      <div class="actions">
        {now.kind === "running" ? (
          <Running since={now.since} waiting={now.waiting} />
        ) : (
          <button type="button" class={now.kind === "done" && !other && !old ? "" : "primary"} disabled={!isChosen(choice)} onClick={run} data-test="impact-run">
            <Icon name="play" />
            {t(now.kind === "done" && !other ? "impact.again" : "impact.run")}
          </button>
        )}
        {!isChosen(choice) && <p class="hint">{t("impact.choose.first")}</p>}
      </div>
      {old && (
        <p class="changed" role="status">
          <span>{t("impact.old")}</span>
        </p>
      )}
      {now.kind === "stopped" && <p class="hint">{t("impact.stopped")}</p>}
      {now.kind === "failed" && (
        <div class="impact-failed">
          <Failure problem={now.problem} retry={run} />
          <Wrong problem={now.problem} />
        </div>
      )}
      {now.kind === "done" && isChosen(choice) && (
        <div class={other ? "fading" : ""}>
          {other && (
            <p class="hint" role="status">
              {t("impact.other")}
            </p>
          )}
          <Result task={task} report={now.report} choice={now.choice} />
          {!other && <Publishing rules={chosen} files={files.value} />}
        </div>
      )}
    </>
  );
}

/** What is wrong with what a file proposes, one line each, and where it is where the service says so. */
function Wrong({ problem }: { problem: Problem }) {
  const { examples } = problem.more as { examples?: Array<[number, number]> };
  const place = Array.isArray(examples) ? examples[0] : undefined;
  useEffect(() => () => void (near.value = null), []);
  const show = ([lon, lat]: [number, number]) => {
    near.value = [lon, lat];
    showPoint(lon, lat, 14);
  };
  return (
    <>
      {problem.errors.length > 0 && (
        <ul class="issues" data-test="impact-wrong">
          {problem.errors.slice(0, 20).map((e, i) => (
            <li key={i} class="hint bad">
              {[e.pointer?.startsWith("/features") ? e.pointer : "", e.detail].filter(Boolean).join(" ")}
            </li>
          ))}
        </ul>
      )}
      {place && (
        <button type="button" onClick={() => show(place)} data-test="impact-wrong-place">
          <Icon name="pin" />
          {t("feature.locate")}
        </button>
      )}
    </>
  );
}

/** How long it has been going on; the service says nothing before it is done. */
function Running({ since, waiting }: { since: number; waiting: boolean }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.round((Date.now() - since) / 1000)), 500);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <>
      <progress aria-label={t("impact.running")} />
      <span role="status">{waiting ? t("impact.waiting") : t("impact.running")}</span>
      <span class="figures" aria-hidden="true">
        {t("impact.seconds", { n: number(seconds) })}
      </span>
      <button type="button" onClick={stop} data-test="impact-stop">
        {t("list.cancel")}
      </button>
    </>
  );
}
