import { useState } from "preact/hooks";
import { at, popover } from "../state";
import { t } from "../text";
import { addHours, instantOf, partsOf } from "../time";
import { Popover } from "./popover";

/** The one place where the instant is chosen that everything is shown for. */
export function TimePopover() {
  const shown = partsOf(at.value ?? Date.now());
  const [day, setDay] = useState(shown.day);
  const [clock, setClock] = useState(shown.clock);
  const [bad, setBad] = useState(false);
  const show = (instant: string) => {
    at.value = instant;
    const parts = partsOf(instant);
    setDay(parts.day);
    setClock(parts.clock);
    setBad(false);
  };
  const submit = (e: Event) => {
    e.preventDefault();
    const instant = instantOf(day, clock);
    if (!instant) return setBad(true);
    show(instant);
    popover.value = null;
  };
  const step = (hours: number) => show(addHours(instantOf(day, clock) ?? new Date().toISOString(), hours));
  return (
    <Popover name="time" label={t("time.title")}>
      <form class="time" onSubmit={submit} noValidate>
        <h2>{t("time.title")}</h2>
        <div class="pair">
          <label>
            <span>{t("time.day")}</span>
            <input type="date" value={day} required onInput={(e) => setDay(e.currentTarget.value)} data-test="time-day" />
          </label>
          <label>
            <span>{t("time.clock")}</span>
            <input
              type="text"
              inputMode="numeric"
              autocomplete="off"
              value={clock}
              aria-invalid={bad}
              aria-describedby="time-hint"
              onInput={(e) => setClock(e.currentTarget.value)}
              data-test="time-clock"
            />
          </label>
        </div>
        <p id="time-hint" class={bad ? "hint bad" : "hint"} role={bad ? "alert" : undefined}>
          {bad ? t("time.bad") : t("time.clock.hint")}
        </p>
        <div class="row">
          <button type="button" onClick={() => step(-1)}>
            {t("time.hour.less")}
          </button>
          <button type="button" onClick={() => step(1)}>
            {t("time.hour.more")}
          </button>
        </div>
        <div class="row">
          <button type="submit" class="primary" data-test="time-go">
            {t("time.go")}
          </button>
          <button
            type="button"
            disabled={at.value === null}
            data-test="time-now"
            onClick={() => {
              at.value = null;
              popover.value = null;
            }}
          >
            {t("time.back")}
          </button>
        </div>
      </form>
    </Popover>
  );
}
