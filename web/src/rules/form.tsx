import { everyOf } from "../names";
import { lastDay, untilOf } from "../plan/dates";
import type { Days } from "../plan/days";
import { ClockField, DayField, SelectField, SwitchField, TextField, TypedField, WholeField } from "../plan/inputs";
import { lengthText } from "../plan/words";
import { nameOf, t, word } from "../text";
import { Picker } from "../panel/picker";
import { UnitField, UnitList } from "./picks";
import { bands, clockKinds, duties, stages, type RuleClock, type RuleContent, type RuleDeadline, type RuleThen, type Stage } from "./types";
import { WhenFields } from "./whenform";

interface Props {
  content: RuleContent;
  days: Days;
  /** What the service, or this page, has against single fields. */
  faults: ReadonlyArray<{ pointer: string; detail: string }>;
  disabled: boolean;
  onChange: (what: string, next: RuleContent) => void;
}

/** Every field of a rule: what it is about, who acts, on what ground, by when. */
export function RuleForm({ content: c, days, faults, disabled, onChange }: Props) {
  const fault = (pointer: string) => faults.find((f) => f.pointer === pointer || f.pointer.startsWith(`${pointer}/`))?.detail ?? "";
  const shared = { fault, disabled };
  return (
    <div class="rule-form" data-test="rule-form">
      <section class="plan-form" aria-label={t("rule.part.rule")}>
        <h2>{t("rule.part.rule")}</h2>
        <RevisionFields content={c} {...shared} onChange={(next) => onChange(t("rule.step.rule"), next)} />
      </section>
      <section class="plan-form" aria-label={t("rule.part.when")}>
        <h2>{t("rule.part.when")}</h2>
        <WhenFields when={c.when} days={days} {...shared} onWhen={(when) => onChange(t("rule.step.when"), { ...c, when })} />
      </section>
      <section class="plan-form" aria-label={t("rule.part.then")} data-part="then">
        <h2>{t("rule.part.then")}</h2>
        <ThenFields then={c.then} {...shared} onThen={(then) => onChange(t("rule.step.then"), { ...c, then })} />
      </section>
      <section class="plan-form" aria-label={t("rule.field.basis")} data-part="basis">
        <h2>{t("rule.field.basis")}</h2>
        <BasisFields content={c} {...shared} onChange={(next) => onChange(t("rule.step.basis"), next)} />
      </section>
      {!c.then.no_action && (
        <section class="plan-form" aria-label={t("rule.field.clock")} data-part="clock">
          <h2>{t("rule.field.clock")}</h2>
          {stages.map((stage) => (
            <DeadlineFields key={stage} stage={stage} deadline={c.clock?.[stage]} {...shared} onDeadline={(d) => onChange(t("rule.step.clock"), withDeadline(c, stage, d))} />
          ))}
        </section>
      )}
    </div>
  );
}

interface Shared {
  fault: (pointer: string) => string;
  disabled: boolean;
}

function RevisionFields({ content: c, fault, disabled, onChange }: Shared & { content: RuleContent; onChange: (next: RuleContent) => void }) {
  const until = (last: string) => {
    const { until: _, ...rest } = c;
    const next = untilOf(last);
    onChange(next ? { ...rest, until: next } : rest);
  };
  const documents = (text: string) => onChange({ ...c, documents: text.split(/[;；\n]/).map((s) => s.trim()).filter(Boolean) });
  return (
    <>
      <div data-part="name">
        <TextField label={t("rule.field.name")} value={c.name} fault={c.name.trim() ? fault("/name") : t("rule.name.needed")} disabled={disabled} onValue={(name) => onChange({ ...c, name })} test="rule-name" />
      </div>
      <TextField label={t("rule.field.name_en")} value={c.name_en ?? ""} fault={fault("/name_en")} disabled={disabled} onValue={(name_en) => onChange({ ...c, name_en })} />
      <div data-part="band">
        <SelectField<string> label={t("rule.field.band")} value={c.band} options={bands.map((b) => [b, word("ruleband", b)] as const)} hint={t("rule.band.hint")} disabled={disabled} onValue={(band) => onChange({ ...c, band })} test="rule-band" />
      </div>
      <div class="pair" data-part="until">
        <DayField label={t("plan.first.day")} value={c.from} fault={fault("/from")} disabled={disabled} onValue={(from) => from && onChange({ ...c, from })} test="rule-from" />
        <DayField label={t("plan.last.day")} value={lastDay(c.until)} hint={t("plan.last.none")} fault={fault("/until")} disabled={disabled} onValue={until} />
      </div>
      <TypedField label={t("plan.documents")} value={(c.documents ?? []).join("；")} hint={t("plan.documents.hint")} read={(s) => s.trim()} disabled={disabled} onValue={documents} />
    </>
  );
}

function ThenFields({ then, fault, disabled, onThen }: Shared & { then: RuleThen; onThen: (then: RuleThen) => void }) {
  const set = (change: Partial<RuleThen>) => onThen({ ...then, ...change });
  return (
    <>
      <SwitchField label={t("rule.field.then.no_action")} on={then.no_action ?? false} disabled={disabled} onChange={(no_action) => onThen(no_action ? { no_action } : { primary: "grid.office" })} test="rule-no-action" />
      {!then.no_action && (
        <>
          <SwitchField label={t("rule.field.then.additive")} on={then.additive ?? false} disabled={disabled} onChange={(additive) => set({ additive, primary: additive ? "" : "grid.office" })} test="rule-additive" />
          {!then.additive && <UnitField label={t("rule.field.then.primary")} value={then.primary ?? ""} fault={fault("/then/primary")} disabled={disabled} onValue={(primary) => set({ primary })} test="rule-primary" />}
          <UnitList label={t("rule.field.then.co")} values={then.co ?? []} faults={(i) => fault(`/then/co/${i}`)} disabled={disabled} onValues={(co) => set({ co })} test="rule-co" />
          <UnitField label={t("rule.field.then.supervisor")} value={then.supervisor ?? ""} fault={fault("/then/supervisor")} optional disabled={disabled} onValue={(supervisor) => set({ supervisor })} test="rule-supervisor" />
          <UnitList label={t("rule.field.then.informed")} values={then.informed ?? []} faults={(i) => fault(`/then/informed/${i}`)} disabled={disabled} onValues={(informed) => set({ informed })} test="rule-informed" />
        </>
      )}
    </>
  );
}

function BasisFields({ content: c, fault, disabled, onChange }: Shared & { content: RuleContent; onChange: (next: RuleContent) => void }) {
  const { basis } = c;
  const set = (change: Partial<typeof basis>) => {
    const { item: _, ...rest } = { ...basis, ...change };
    const item = change.item ?? basis.item;
    onChange({ ...c, basis: rest.list === "whistle" && item ? { ...rest, item } : rest });
  };
  return (
    <>
      <SelectField<string> label={t("rule.list")} value={basis.list} options={duties.map((d) => [d, word("duties", d)] as const)} disabled={disabled} onValue={(list) => set({ list })} test="rule-list" />
      {basis.list === "whistle" && <Picker label={t("rule.item")} choices={itemChoices()} value={basis.item ? String(basis.item) : ""} placeholder={t("rule.item.none")} fault={fault("/basis/item")} disabled={disabled} onChoose={(item) => set({ item: Number(item) })} test="rule-item" />}
      <SwitchField label={t("rule.invented")} on={basis.invented ?? false} disabled={disabled} onChange={(invented) => set({ invented })} />
    </>
  );
}

/** The items of the whistle list, by their numbers. */
function itemChoices() {
  const items = everyOf("categories")?.flatMap((c) => ((c["codes"] ?? []) as Array<{ scheme: string; code: string }>).filter((o) => o.scheme === "whistle").map((o) => ({ n: Number(o.code), name: nameOf(c), keys: `${c.name ?? ""} ${c.name_en ?? ""}` })));
  return items ? items.sort((a, b) => a.n - b.n).map(({ n, name, keys }) => ({ value: String(n), name: `${n} ${name}`, keys })) : null;
}

function withDeadline(c: RuleContent, stage: Stage, d: RuleDeadline | null): RuleContent {
  const { [stage]: _, ...others } = c.clock ?? {};
  const clock: RuleClock = d ? { ...others, [stage]: d } : others;
  const { clock: __, ...rest } = c;
  return Object.keys(clock).length > 0 ? { ...rest, clock } : rest;
}

/** What a deadline begins as: minutes for the clocks that count them, days for the others. */
const usual: Readonly<Record<string, number>> = { elapsed: 60, work_hours: 120, work_days: 1, natural_days: 1 };
const inMinutes = (kind: string) => kind === "elapsed" || kind === "work_hours";

function DeadlineFields({ stage, deadline: d, fault, disabled, onDeadline }: Shared & { stage: Stage; deadline: RuleDeadline | undefined; onDeadline: (d: RuleDeadline | null) => void }) {
  const kind = (k: string) => onDeadline(k ? { ...(d && inMinutes(d.kind) === inMinutes(k) ? d : { amount: usual[k] ?? 1 }), kind: k } : null);
  const hours = d?.kind === "work_hours" || d?.kind === "work_days";
  return (
    <>
      <div class="pair">
        <SelectField<string> label={t(`due.${stage}`)} value={d?.kind ?? ""} options={[["", t("rule.deadline.none")], ...clockKinds.map((k) => [k, word("clock", k)] as const)]} disabled={disabled} onValue={kind} test={`rule-${stage}`} />
        {d && (
          <WholeField
            label={t(inMinutes(d.kind) ? "rule.amount.minutes" : "rule.amount.days")}
            value={d.amount}
            min={1}
            max={inMinutes(d.kind) ? 60_000 : 365}
            hint={inMinutes(d.kind) ? lengthText(d.amount) : ""}
            fault={fault(`/clock/${stage}`)}
            disabled={disabled}
            onValue={(amount) => onDeadline({ ...d, amount })}
            test={`rule-${stage}-amount`}
          />
        )}
      </div>
      {d && hours && (
        <details open={Boolean(d.opens || d.closes)}>
          <summary>{t("rule.hours")}</summary>
          <div class="pair">
            <ClockField label={t("rule.opens")} value={d.opens ?? ""} optional hint="09:00" disabled={disabled} onValue={(opens) => onDeadline({ ...d, opens })} />
            <ClockField label={t("rule.closes")} value={d.closes ?? ""} optional hint="17:30" disabled={disabled} onValue={(closes) => onDeadline({ ...d, closes })} />
          </div>
        </details>
      )}
    </>
  );
}
