import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../icon";
import { ModeLegend } from "../legend";
import { provisionalYear } from "../plan/provisional";
import { dayText } from "../plan/words";
import { amendAt, at, popover, theme } from "../state";
import { t } from "../text";
import { addHours, instantOf, partsOf } from "../time";
import { play, playing, stop } from "./play";
import { Popover } from "./popover";
import { dayOfYear, daysInYear, later, minuteAt, withDayOfYear, withMinute } from "./slide";

/** The one place where the instant is chosen that everything is shown for: typed, moved by sliders, stepped, or played. */
export function TimePopover() {
  const shown = partsOf(at.value ?? Date.now());
  const [day, setDay] = useState(shown.day);
  const [clock, setClock] = useState(shown.clock);
  const [bad, setBad] = useState(false);
  useEffect(() => {
    setDay(shown.day);
    setClock(shown.clock);
    setBad(false);
  }, [at.value]);
  const show = (instant: string) => {
    stop();
    at.value = instant;
  };
  const submit = (e: Event) => {
    e.preventDefault();
    const instant = instantOf(day, clock);
    if (!instant) return setBad(true);
    show(instant);
    popover.value = null;
  };
  const chosen = () => instantOf(day, clock) ?? later(new Date().toISOString(), 0);
  const step = (hours: number) => show(addHours(chosen(), hours));
  return (
    <Popover name="time" label={t("time.title")} stays>
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
        <Sliders instant={chosen()} />
        <div class="row">
          <button type="button" onClick={() => step(-1)}>
            {t("time.hour.less")}
          </button>
          <button type="button" onClick={() => step(1)}>
            {t("time.hour.more")}
          </button>
        </div>
        <ModeLegend theme={theme.value} provisional={provisionalYear.value} />
        {provisionalYear.value && <p class="hint">{t("time.provisional")}</p>}
        <div class="row">
          <button type="submit" class="primary" data-test="time-go">
            {t("time.go")}
          </button>
          <button
            type="button"
            disabled={at.value === null}
            data-test="time-now"
            onClick={() => {
              stop();
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

/** How often the map follows a slider that is moved, in milliseconds. */
const pace = 120;

/** A slider for the day and one for the year, each with steps and "play". */
function Sliders({ instant }: { instant: string }) {
  const waiting = useRef<{ timer: number; next: string | null }>({ timer: 0, next: null });
  const [moved, setMoved] = useState<string | null>(null);
  useEffect(() => setMoved(null), [at.value]);
  const now = moved ?? instant;
  // The thumb moves at once; the map at most so often.
  const move = (next: string) => {
    stop();
    setMoved(next);
    const w = waiting.current;
    w.next = next;
    if (w.timer) return;
    w.timer = window.setTimeout(() => {
      w.timer = 0;
      if (w.next) amendAt(w.next);
    }, pace);
  };
  useEffect(() => () => clearTimeout(waiting.current.timer), []);
  const { day, clock } = partsOf(now);
  const year = Number(day.slice(0, 4));
  return (
    <>
      <div class="slider">
        <label>
          <span>
            {t("time.slide.day")} <output>{clock}</output>
          </span>
          <input type="range" min={0} max={1435} step={5} value={minuteAt(now)} aria-valuetext={clock} onInput={(e) => move(withMinute(now, Number(e.currentTarget.value)))} data-test="slide-day" />
        </label>
        <Step icon="back" text={t("time.step.less")} act={() => move(later(now, -15))} />
        <Step icon="next" text={t("time.step.more")} act={() => move(later(now, 15))} test="step-more" />
        <Player what="day" />
      </div>
      <div class="slider">
        <label>
          <span>
            {t("time.slide.year")} <output>{dayText(day, true)}</output>
          </span>
          <input type="range" min={0} max={daysInYear(year) - 1} step={1} value={dayOfYear(now)} aria-valuetext={dayText(day, true)} onInput={(e) => move(withDayOfYear(now, Number(e.currentTarget.value)))} data-test="slide-year" />
        </label>
        <Step icon="back" text={t("time.day.less")} act={() => move(later(now, -24 * 60))} />
        <Step icon="next" text={t("time.day.more")} act={() => move(later(now, 24 * 60))} />
        <Player what="year" />
      </div>
    </>
  );
}

function Step({ icon, text, act, test }: { icon: IconName; text: string; act: () => void; test?: string }) {
  return (
    <button type="button" class="quiet" aria-label={text} title={text} onClick={act} data-test={test}>
      <Icon name={icon} />
    </button>
  );
}

function Player({ what }: { what: "day" | "year" }) {
  const on = playing.value === what;
  const text = t(on ? "time.pause" : what === "day" ? "time.play.day" : "time.play.year");
  return (
    <button type="button" class="quiet" aria-label={text} title={text} aria-pressed={on} onClick={() => (on ? stop() : play(what))} data-test={`play-${what}`}>
      <Icon name={on ? "pause" : "play"} />
    </button>
  );
}
