import { t } from "../text";
import { lastDay, untilOf } from "./dates";
import { holidayNames, type Days } from "./days";
import { Chips, DayField, SwitchField } from "./inputs";
import { dayTypes, weekdays, type DaysRule } from "./types";
import { dayTypeName, monthName, nthName, weekdayWord } from "./words";

interface Props {
  rule: DaysRule;
  days: Days;
  /** What is wrong with a member, by its name. */
  faults: Readonly<Record<string, string>>;
  disabled: boolean;
  onRule: (change: DaysRule) => void;
}

const months = Array.from({ length: 12 }, (_, i) => i + 1);
const nths = [1, 2, 3, 4, 5, -1, -2];

/** On which days something begins: types, weekdays, which of the month, months, first and last day. */
export function DaysFields({ rule, days, faults, disabled, onRule }: Props) {
  const types = [...new Set<string>([...dayTypes, ...holidayNames(days).map((n) => `holiday:${n}`), ...(rule.day_types ?? [])])];
  const chosen = rule.day_types ?? [];
  const last = lastDay(rule.until_day);
  const patterned = Boolean(rule.nth?.length || rule.months?.length);
  return (
    <>
      <Chips label={t("plan.daytypes")} values={types.map((v) => [v, dayTypeName(v)])} chosen={chosen} disabled={disabled} onChosen={(v) => onRule({ day_types: v })} test="daytype" />
      {chosen.includes("workday") && <SwitchField label={t("plan.makeup.apart")} on={!rule.makeup_apart} disabled={disabled} onChange={(on) => onRule({ makeup_apart: !on })} />}
      <Chips label={t("plan.weekdays")} values={weekdays.map((d) => [d, weekdayWord(d)])} chosen={rule.weekdays ?? []} disabled={disabled} onChosen={(v) => onRule({ weekdays: v })} test="weekday" />
      <div class="pair">
        <DayField label={t("plan.first.day")} value={rule.first_day ?? ""} fault={faults["first_day"] ?? ""} disabled={disabled} onValue={(v) => onRule({ first_day: v })} test="first-day" />
        <DayField label={t("plan.last.day")} value={last} fault={faults["until_day"] ?? faults["until"] ?? ""} disabled={disabled} onValue={(v) => onRule({ until_day: untilOf(v) ?? "" })} test="last-day" />
      </div>
      <details open={patterned}>
        <summary>{t("plan.pattern")}</summary>
        <Chips label={t("plan.nth.label")} values={nths.map((n) => [n, nthName(n)])} chosen={rule.nth ?? []} disabled={disabled} onChosen={(v) => onRule({ nth: v })} />
        <Chips label={t("plan.months")} values={months.map((m) => [m, monthName(m)])} chosen={rule.months ?? []} disabled={disabled} onChosen={(v) => onRule({ months: v })} />
      </details>
    </>
  );
}
