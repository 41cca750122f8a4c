import { Icon } from "../icon";
import { useLoad } from "../load";
import { nameFor } from "../names";
import { Failure } from "../panel/problem";
import { Facts, Section, Skeleton, TaskLink } from "../panel/parts";
import { at, go, layerRevision, me } from "../state";
import { moment, t } from "../text";
import { evaluate, intervals, revisions } from "./api";
import { addDays, mondayOf, placeOf } from "./dates";
import { readDraft, scheduleKey } from "./draft";
import { Orders } from "./orders";
import { History } from "./review";
import { ModeChip, WeekStrip } from "./strip";
import type { Evaluation, Interval, Schedule } from "./types";
import { ruleText } from "./words";

/** What a zone is used for: now, and in the week. Part of the zone's panel. */
export function ZoneUse({ zone }: { zone: string }) {
  const instant = at.value;
  const place = placeOf(instant ?? Date.now());
  const monday = mondayOf(place.day);
  const changed = ["schedules", "orders", "notices", "zones"].map((l) => layerRevision.value[l] ?? 0).join("/");
  const loaded = useLoad(`${zone}/${instant}/${changed}`, (signal) => load(zone, instant, monday, signal), true);
  const list = loaded.value?.revisions ?? null;
  return (
    <Section title={t("plan.now.title")}>
      {loaded.kind === "failed" ? (
        <Failure problem={loaded.problem} />
      ) : !loaded.value ? (
        <Skeleton lines={6} />
      ) : (
        <>
          <Now evaluation={loaded.value.evaluation} list={loaded.value.revisions} />
          <WeekStrip monday={monday} intervals={loaded.value.intervals} now={place} />
        </>
      )}
      {me.value?.role === "planner" && list && (
        <div class="actions">
          <button type="button" class="primary" onClick={() => go(planTask(zone, list))} data-test="plan">
            <Icon name="edit" />
            {t(list.some((s) => s.state === "draft") ? "plan.go.on" : "plan.begin")}
            {readDraft(scheduleKey(zone, list.find((s) => s.state === "draft")?.id ?? "")) && <span class="dot" aria-hidden="true" />}
          </button>
        </div>
      )}
    </Section>
  );
}

/** By what a zone is used so: its revisions and orders. Part of the zone's panel. */
export function ZoneRecord({ zone }: { zone: string }) {
  const instant = at.value;
  const loaded = useLoad(`revisions/${zone}/${instant}/${layerRevision.value["schedules"] ?? 0}`, (signal) => revisions(zone, instant, signal), true);
  return (
    <>
      <Section title={t("plan.history")}>{loaded.kind === "failed" ? <Failure problem={loaded.problem} /> : loaded.value ? <History list={loaded.value} taskOf={(s) => ({ kind: "plan", zone: s.zone, id: s.id })} /> : <Skeleton lines={2} />}</Section>
      <Orders zone={zone} />
    </>
  );
}

/** The draft of the zone, or a new one. */
function planTask(zone: string, list: readonly Schedule[]) {
  const draft = list.find((s) => s.state === "draft");
  return { kind: "plan" as const, zone, ...(draft && { id: draft.id }) };
}

interface LoadedZone {
  evaluation: Evaluation;
  intervals: Interval[];
  revisions: Schedule[];
}

async function load(zone: string, instant: string | null, monday: string, signal: AbortSignal): Promise<LoadedZone> {
  const [evaluation, week, list] = await Promise.all([evaluate(zone, instant, signal), intervals(zone, monday, addDays(monday, 7), undefined, signal), revisions(zone, instant, signal)]);
  return { evaluation, intervals: week.intervals, revisions: list };
}

/** Whether a rule names an order: it has neither the revision nor the window in it. */
const isOrder = (rule: string) => rule !== "default" && !rule.includes("/");

function Now({ evaluation: e, list }: { evaluation: Evaluation; list: readonly Schedule[] }) {
  const of = list.find((s) => e.rule.startsWith(`${s.code}/`));
  return (
    <Facts
      rows={[
        [t(at.value ? "plan.then.mode" : "plan.now.mode"), <ModeChip mode={e.mode} provisional={e.provisional} />, "zone-mode"],
        [t("plan.until"), e.next_change ? moment(e.next_change) : t("plan.until.never"), "zone-until"],
        [t("plan.by"), isOrder(e.rule) ? <TaskLink to={{ kind: "feature", layer: "orders", id: e.rule }}>{nameFor("orders", e.rule)}</TaskLink> : ruleText(e.rule, of ?? null)],
        [t("plan.calendar"), e.provisional ? t("plan.provisional.year") : e.calendar],
      ]}
    />
  );
}
