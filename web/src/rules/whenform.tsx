import { channels, reporters, severities } from "../api/types";
import { numberIn } from "../coord/number";
import { Icon } from "../icon";
import { clockOf, dayMinutes, minuteOf } from "../plan/dates";
import type { Days } from "../plan/days";
import { DaysFields } from "../plan/daysfields";
import { Chips, ClockField, SelectField, SwitchField, TextField, TypedField, WholeField } from "../plan/inputs";
import { modes } from "../style/palette";
import { t, word } from "../text";
import { Picks } from "./picks";
import { PolygonField } from "./polygon";
import { overlayKinds, unitKinds } from "./units";
import { timeText } from "./words";
import type { RuleArea, RuleContext, RuleFeature, RuleTime, RuleWhen } from "./types";

interface Props {
  when: RuleWhen;
  days: Days;
  /** What is wrong with a field, by its pointer. */
  fault: (pointer: string) => string;
  disabled: boolean;
  onWhen: (when: RuleWhen) => void;
}

const poleStates = ["reported", "surveyed", "in_use", "claim_open", "disputed", "unclaimed", "claimed", "ownerless_decided", "keep", "merge_planned", "removal_scheduled", "transferring", "removed", "restoring", "verified", "closed", "rejected"];
const claimStates = ["none", "open", "claimed", "disputed", "unclaimed"];
const named = (group: string, values: readonly string[]) => values.map((v) => [v, word(group, v)] as const);

/** What the rule is about. */
export function WhenFields({ when, days, fault, disabled, onWhen }: Props) {
  const set = (change: Partial<RuleWhen>) => onWhen({ ...when, ...change });
  return (
    <>
      <div data-part="when/categories">
        <Picks label={t("rule.field.when.categories")} layer="categories" chosen={when.categories ?? []} none={t("rule.categories.any")} fault={fault("/when/categories")} disabled={disabled} onChosen={(categories) => set({ categories })} test="rule-category" />
      </div>
      <AreaFields area={when.area ?? {}} fault={fault} disabled={disabled} onArea={(area) => set({ area })} />
      <FeatureFields feature={when.feature} fault={fault} disabled={disabled} onFeature={(feature) => onWhen(withFeature(when, feature))} />
      <TimesFields times={when.times ?? []} days={days} fault={fault} disabled={disabled} onTimes={(times) => set({ times })} />
      <ContextFields context={when.context ?? {}} fault={fault} disabled={disabled} onContext={(context) => set({ context })} />
    </>
  );
}

function withFeature(w: RuleWhen, feature: RuleFeature | undefined): RuleWhen {
  const { feature: _, ...rest } = w;
  return feature ? { ...rest, feature } : rest;
}

type Fault = Props["fault"];

function AreaFields({ area: a, fault, disabled, onArea }: { area: RuleArea; fault: Fault; disabled: boolean; onArea: (a: RuleArea) => void }) {
  const set = (change: Partial<RuleArea>) => onArea({ ...a, ...change });
  const drop = () => {
    const { polygon: _, ...rest } = a;
    onArea(rest);
  };
  const used = Object.keys(a).length > 0;
  return (
    <details open={used} data-part="when/area">
      <summary>{t("rule.field.when.area")}</summary>
      <Picks label={t("layer.grids")} layer="grids" chosen={a.grids ?? []} none={t("rule.anywhere")} fault={fault("/when/area/grids")} disabled={disabled} onChosen={(grids) => set({ grids })} test="rule-grid" />
      <Picks label={t("layer.towns")} layer="towns" chosen={a.towns ?? []} none={t("rule.anywhere")} fault={fault("/when/area/towns")} disabled={disabled} onChosen={(towns) => set({ towns })} />
      <Picks label={t("layer.communities")} layer="communities" chosen={a.communities ?? []} none={t("rule.anywhere")} fault={fault("/when/area/communities")} disabled={disabled} onChosen={(communities) => set({ communities })} />
      <Picks label={t("layer.overlays")} layer="overlays" chosen={a.overlays ?? []} none={t("rule.anywhere")} fault={fault("/when/area/overlays")} disabled={disabled} onChosen={(overlays) => set({ overlays })} />
      <Chips<string> label={t("rule.area.kinds.label")} values={named("value", overlayKinds)} chosen={a.overlay_kinds ?? []} disabled={disabled} onChosen={(overlay_kinds) => set({ overlay_kinds })} />
      <div class="pair">
        <TextField label={t("rule.road")} value={a.road ?? ""} fault={fault("/when/area/road")} disabled={disabled} onValue={(road) => set({ road, road_within_m: road ? a.road_within_m || 25 : 0 })} />
        <WholeField label={t("rule.road.within")} value={a.road_within_m ?? 0} min={0} max={1000} fault={fault("/when/area/road_within_m")} disabled={disabled || !a.road} onValue={(road_within_m) => set({ road_within_m })} />
      </div>
      <WholeField label={t("rule.near.border")} value={a.near_border_m ?? 0} min={0} max={1000} hint={t("rule.near.border.hint")} fault={fault("/when/area/near_border_m")} disabled={disabled} onValue={(near_border_m) => set({ near_border_m })} test="rule-border" />
      <PolygonField polygon={a.polygon} fault={fault("/when/area/polygon")} disabled={disabled} onPolygon={(polygon) => (polygon.length > 0 ? set({ polygon }) : drop())} />
    </details>
  );
}

function FeatureFields({ feature: f, fault, disabled, onFeature }: { feature: RuleFeature | undefined; fault: Fault; disabled: boolean; onFeature: (f: RuleFeature | undefined) => void }) {
  const set = (change: Partial<RuleFeature>) => f && onFeature({ ...f, ...change });
  return (
    <details open={f !== undefined} data-part="when/feature">
      <summary>{t("rule.field.when.feature")}</summary>
      <SelectField<string> label={t("rule.feature.layer")} value={f?.layer ?? ""} options={[["", t("rule.feature.any")], ["poles", t("layer.poles")], ["zones", t("layer.zones")]]} disabled={disabled} onValue={(layer) => onFeature(layer ? { layer } : undefined)} test="rule-feature" />
      {f && (
        <>
          <WholeField label={t("rule.feature.within")} value={f.within_m ?? 0} min={0} max={250} hint={t(f.layer === "zones" ? "rule.feature.within.zone" : "rule.feature.within.pole")} fault={fault("/when/feature/within_m")} disabled={disabled} onValue={(within_m) => set({ within_m })} />
          <Chips<string> label={t("rule.feature.owner.kinds")} values={named("value", unitKinds)} chosen={f.owner_kinds ?? []} disabled={disabled || f.unowned === true} onChosen={(owner_kinds) => set({ owner_kinds })} />
          <Picks label={t("rule.feature.owner.units")} layer="units" chosen={f.owner_units ?? []} none={t("rule.anybody")} fault={fault("/when/feature/owner_units")} disabled={disabled || f.unowned === true} onChosen={(owner_units) => set({ owner_units })} />
          <SwitchField label={t("rule.feature.unowned.label")} on={f.unowned ?? false} disabled={disabled} onChange={(unowned) => set(unowned ? { unowned, owner_kinds: [], owner_units: [] } : { unowned })} />
          {f.layer === "zones" ? (
            <Chips label={t("plan.mode")} values={modes.map((m) => [m, word("mode", m)] as const)} chosen={f.modes ?? []} disabled={disabled} onChosen={(list) => set({ modes: list })} />
          ) : (
            <>
              <Chips<string> label={t("rule.feature.claims")} values={named("claim", claimStates)} chosen={f.claim_states ?? []} disabled={disabled} onChosen={(claim_states) => set({ claim_states })} />
              <details open={Boolean(f.states?.length)}>
                <summary>{t("field.state")}</summary>
                <Chips<string> label={t("field.state")} values={named("state", poleStates)} chosen={f.states ?? []} disabled={disabled} onChosen={(states) => set({ states })} />
              </details>
            </>
          )}
        </>
      )}
    </details>
  );
}

function TimesFields({ times, days, fault, disabled, onTimes }: { times: readonly RuleTime[]; days: Days; fault: Fault; disabled: boolean; onTimes: (list: RuleTime[]) => void }) {
  const put = (i: number, next: RuleTime | null) => onTimes(next ? times.map((o, k) => (k === i ? next : o)) : times.filter((_, k) => k !== i));
  return (
    <details open={times.length > 0} data-part="when/times">
      <summary>{t("rule.field.when.times")}</summary>
      {times.map((one, i) => (
        <fieldset key={i} class="plan-form">
          <legend>{timeText(one)}</legend>
          <div class="pair">
            <ClockField label={t("plan.start")} value={one.start} fault={fault(`/when/times/${i}/start`)} disabled={disabled} onValue={(start) => put(i, { ...one, start })} />
            <ClockField label={t("plan.end")} value={clockOf(minuteOf(one.start) + one.duration_min)} hint={minuteOf(one.start) + one.duration_min > dayMinutes ? t("plan.on.next.day") : ""} disabled={disabled} onValue={(end) => put(i, { ...one, duration_min: minutesTo(one.start, end) })} />
          </div>
          <DaysFields rule={one} days={days} faults={{}} disabled={disabled} onRule={(change) => put(i, { ...one, ...change })} />
          {!disabled && (
            <button type="button" class="link" onClick={() => put(i, null)}>
              {t("rule.time.remove")}
            </button>
          )}
        </fieldset>
      ))}
      {!disabled && (
        <button type="button" onClick={() => onTimes([...times, { start: "08:00", duration_min: 600 }])} data-test="rule-time-add">
          <Icon name="plus" />
          {t("rule.time.add")}
        </button>
      )}
    </details>
  );
}

/** From a start until an end; one that is not after the start is on the next day. */
function minutesTo(start: string, end: string): number {
  const n = minuteOf(end) - minuteOf(start);
  return n > 0 ? n : n + dayMinutes;
}

function ContextFields({ context: x, fault, disabled, onContext }: { context: RuleContext; fault: Fault; disabled: boolean; onContext: (x: RuleContext) => void }) {
  const set = (change: Partial<RuleContext>) => onContext({ ...x, ...change });
  const share = (text: string) => (text.trim() === "" ? "" : numberIn(text) > 0 && numberIn(text) <= 1 ? String(numberIn(text)) : null);
  return (
    <details open={Object.keys(x).length > 0} data-part="when/context">
      <summary>{t("rule.field.when.context")}</summary>
      <Chips<string> label={t("answer.channel")} values={named("channel", channels)} chosen={x.channels ?? []} disabled={disabled} onChosen={(list) => set({ channels: list })} />
      <Chips<string> label={t("answer.severity")} values={named("severity", severities)} chosen={x.severities ?? []} disabled={disabled} onChosen={(list) => set({ severities: list })} />
      <Chips<string> label={t("rule.reporters")} values={named("reporter", reporters)} chosen={x.reporters ?? []} disabled={disabled} onChosen={(list) => set({ reporters: list })} />
      <div class="pair">
        <TypedField label={t("rule.confidence.min")} value={x.min_confidence ? String(x.min_confidence) : ""} read={share} wrong={t("rule.confidence.bad")} mode="decimal" fault={fault("/when/context/min_confidence")} disabled={disabled} onValue={(v) => set({ min_confidence: Number(v) })} />
        <TypedField label={t("rule.confidence.max")} value={x.max_confidence ? String(x.max_confidence) : ""} read={share} wrong={t("rule.confidence.bad")} mode="decimal" fault={fault("/when/context/max_confidence")} disabled={disabled} onValue={(v) => set({ max_confidence: Number(v) })} />
      </div>
    </details>
  );
}
