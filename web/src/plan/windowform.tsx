import { Icon } from "../icon";
import { t, word } from "../text";
import { modes } from "../style/palette";
import { withinEnd } from "./content";
import { clockOf, dayMinutes, minuteOf } from "./dates";
import type { Days } from "./days";
import { DaysFields } from "./daysfields";
import { Chips, ClockField, SelectField, TypedField, WholeField } from "./inputs";
import { tails, userClasses, type ModeWindow, type Rate, type Tail, type UserClasses } from "./types";
import { lengthText, modeName, windowText } from "./words";

interface Props {
  window: ModeWindow;
  days: Days;
  /** What is wrong with a member, by its pointer below the window. */
  faults: Readonly<Record<string, string>>;
  disabled: boolean;
  onChange: (next: ModeWindow) => void;
  onRemove: () => void;
  onClose: () => void;
}

const mostStay = 31 * dayMinutes;

/** Every field of a window. */
export function WindowForm({ window: w, days, faults, disabled, onChange, onRemove, onClose }: Props) {
  const set = (change: Partial<ModeWindow>) => onChange({ ...w, ...change });
  const end = minuteOf(w.start) + w.duration_min;
  // An end that is not after the start is on the next day.
  const endAt = (clock: string) => {
    const minutes = minuteOf(clock) - minuteOf(w.start);
    onChange(withinEnd({ ...w, duration_min: minutes > 0 ? minutes : minutes + dayMinutes }));
  };
  const tail = w.tail_policy ?? "keep";
  return (
    <section class="plan-form" aria-label={t("plan.window.form")} data-test="window-form">
      <FormHead title={windowText(w)} name={w.id} onClose={onClose} />
      <SelectField label={t("plan.mode")} value={w.mode} options={modes.map((m) => [m, modeName(m)])} disabled={disabled} onValue={(mode) => set({ mode })} test="window-mode" />
      <div class="triple">
        <ClockField label={t("plan.start")} value={w.start} fault={faults["start"] ?? ""} disabled={disabled} onValue={(start) => onChange(withinEnd({ ...w, start }))} test="window-start" />
        <ClockField label={t("plan.end")} value={clockOf(end)} hint={end > dayMinutes ? t("plan.on.next.day") : end === dayMinutes ? t("plan.at.midnight") : ""} disabled={disabled} onValue={endAt} test="window-end" />
        <WholeField
          label={t("plan.duration")}
          value={w.duration_min}
          min={1}
          max={dayMinutes}
          hint={lengthText(w.duration_min)}
          fault={faults["duration_min"] ?? ""}
          disabled={disabled}
          onValue={(duration_min) => onChange(withinEnd({ ...w, duration_min }))}
          test="window-duration"
        />
      </div>
      <DaysFields rule={w} days={days} faults={faults} disabled={disabled} onRule={set} />
      <div class="pair">
        <ClockField label={t("plan.clear")} value={w.clear_by ?? ""} optional hint={t("plan.clear.hint")} fault={faults["clear_by"] ?? ""} disabled={disabled} onValue={(clear_by) => set({ clear_by })} test="window-clear" />
        <WholeField label={t("plan.grace")} value={w.grace_min ?? 0} min={0} max={dayMinutes} hint={t("plan.grace.hint")} fault={faults["grace_min"] ?? ""} disabled={disabled} onValue={(grace_min) => set({ grace_min })} test="window-grace" />
      </div>
      {end > dayMinutes && (
        <div class="pair">
          <SelectField<Tail> label={t("plan.tail")} value={tail} options={tails.map((p) => [p, t(`plan.tail.${p}`)])} disabled={disabled} onValue={(p) => set({ tail_policy: p, cut_at: p === "cut_at" ? (w.cut_at ?? "06:00") : "" })} />
          {tail === "cut_at" && <ClockField label={t("plan.cut")} value={w.cut_at ?? ""} fault={faults["cut_at"] ?? ""} disabled={disabled} onValue={(cut_at) => set({ cut_at })} />}
        </div>
      )}
      <details open={Boolean(w.max_stay_min || w.rate || w.user_classes)}>
        <summary>{t("plan.conditions")}</summary>
        <WholeField label={t("plan.stay")} value={w.max_stay_min ?? 0} min={0} max={mostStay} hint={w.max_stay_min ? lengthText(w.max_stay_min) : t("plan.stay.none")} disabled={disabled} onValue={(max_stay_min) => set({ max_stay_min })} />
        <RateFields rate={w.rate} disabled={disabled} onRate={(rate) => onChange(withRate(w, rate))} />
        <Users users={w.user_classes ?? {}} disabled={disabled} onUsers={(user_classes) => set({ user_classes })} />
      </details>
      {!disabled && (
        <div class="actions">
          <button type="button" onClick={onRemove} data-test="window-remove">
            {t("plan.window.remove")}
          </button>
        </div>
      )}
    </section>
  );
}

/** The window with a rate, or free. */
function withRate(w: ModeWindow, rate: Rate | undefined): ModeWindow {
  const { rate: _, ...rest } = w;
  return rate ? { ...rest, rate } : rest;
}

export function FormHead({ title, name, onClose }: { title: string; name: string; onClose: () => void }) {
  return (
    <div class="plan-form-head">
      <h2 tabIndex={-1} id="plan-form-title">
        {title}
      </h2>
      <code>{name}</code>
      <button type="button" class="quiet" aria-label={t("plan.form.close")} title={`${t("plan.form.close")} (Esc)`} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

const mostFen = 10_000_000;

function RateFields({ rate, disabled, onRate }: { rate: Rate | undefined; disabled: boolean; onRate: (r: Rate | undefined) => void }) {
  const per = rate?.per ?? "hour";
  const read = (s: string) => {
    if (s.trim() === "") return "";
    const fen = Math.round(Number(s.trim()) * 100);
    return fen >= 1 && fen <= mostFen ? String(fen / 100) : null;
  };
  return (
    <div class="pair">
      <TypedField label={t("plan.rate")} value={rate ? String(rate.fen / 100) : ""} read={read} wrong={t("plan.rate.bad")} hint={rate ? "" : t("plan.rate.free")} mode="decimal" disabled={disabled} onValue={(s) => onRate(s === "" ? undefined : { fen: Math.round(Number(s) * 100), per })} />
      <SelectField<Rate["per"]> label={t("plan.rate.per")} value={per} options={(["hour", "day", "stay"] as const).map((p) => [p, t(`plan.per.${p}`)])} disabled={disabled || !rate} onValue={(p) => rate && onRate({ ...rate, per: p })} />
    </div>
  );
}

function Users({ users, disabled, onUsers }: { users: UserClasses; disabled: boolean; onUsers: (u: UserClasses) => void }) {
  const values = userClasses.map((c) => [c, word("user", c)] as const);
  const set = (member: keyof UserClasses) => (list: string[]) => onUsers({ ...users, [member]: list });
  return (
    <>
      <Chips<string> label={t("plan.users.any.label")} values={values} chosen={users.any_of ?? []} disabled={disabled} onChosen={set("any_of")} />
      <Chips<string> label={t("plan.users.all.label")} values={values} chosen={users.all_of ?? []} disabled={disabled} onChosen={set("all_of")} />
      <Chips<string> label={t("plan.users.none.label")} values={values} chosen={users.none_of ?? []} disabled={disabled} onChosen={set("none_of")} />
    </>
  );
}
