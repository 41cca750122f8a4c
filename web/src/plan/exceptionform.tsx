import { t } from "../text";
import type { Days } from "./days";
import { DaysFields } from "./daysfields";
import { SelectField, SwitchField, TextField } from "./inputs";
import { effects, type Exception } from "./types";
import { exceptionText, windowText } from "./words";
import { FormHead } from "./windowform";

interface Props {
  exception: Exception;
  days: Days;
  faults: Readonly<Record<string, string>>;
  disabled: boolean;
  onChange: (next: Exception) => void;
  onRemove: () => void;
  onClose: () => void;
  /** Opens one of its windows; a new one without id. */
  onWindow: (id: string | null) => void;
}

/** Every field of an exception: its days, what it does, why, on what ground. */
export function ExceptionForm({ exception: x, days, faults, disabled, onChange, onRemove, onClose, onWindow }: Props) {
  const set = (change: Partial<Exception>) => onChange({ ...x, ...change });
  return (
    <section class="plan-form" aria-label={t("plan.exception.form")} data-test="exception-form">
      <FormHead title={exceptionText(x)} name={x.id} onClose={onClose} />
      <SelectField label={t("plan.effect")} value={x.effect} options={effects.map((e) => [e, t(`effect.${e}`)])} hint={t(`effect.${x.effect}.line`)} disabled={disabled} onValue={(effect) => set({ effect })} test="exception-effect" />
      <TextField label={t("plan.reason")} value={x.reason} fault={x.reason.trim() ? (faults["reason"] ?? "") : t("plan.reason.needed")} disabled={disabled} onValue={(reason) => set({ reason })} test="exception-reason" />
      <DaysFields rule={x} days={days} faults={faults} disabled={disabled} onRule={set} />
      <div class="pair">
        <TextField label={t("plan.document")} value={x.document ?? ""} disabled={disabled} onValue={(document) => set({ document })} />
        <TextField label={t("plan.event")} value={x.event ?? ""} hint={x.event && !x.bound ? t("plan.event.pending") : t("plan.event.hint")} disabled={disabled} onValue={(event) => set({ event, ...(event ? {} : { bound: false }) })} />
      </div>
      {x.event && <SwitchField label={t("plan.bound")} on={x.bound ?? false} disabled={disabled} onChange={(bound) => set({ bound })} />}
      {x.effect !== "close" && (
        <div class="field">
          <span>{t("plan.exception.windows")}</span>
          <ul class="rows">
            {(x.windows ?? []).map((w) => (
              <li key={w.id}>
                <button type="button" class="row" onClick={() => onWindow(w.id)}>
                  <span class="name">{windowText(w)}</span>
                </button>
              </li>
            ))}
          </ul>
          {!disabled && (
            <button type="button" onClick={() => onWindow(null)}>
              {t("plan.window.add")}
            </button>
          )}
        </div>
      )}
      {!disabled && (
        <div class="actions">
          <button type="button" onClick={onRemove} data-test="exception-remove">
            {t("plan.exception.remove")}
          </button>
        </div>
      )}
    </section>
  );
}
