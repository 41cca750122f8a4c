import { t } from "../text";
import type { Mode } from "../style/palette";
import { addDays, clockOf, dayMinutes } from "./dates";
import { onDay, type Stretch } from "./intervals";
import type { Interval } from "./types";
import { modeName, shortDay, weekdayName } from "./words";

/** A day as a strip of modes; each mode has a height and a pattern of its own beside its colour. */
export function DayStrip({ stretches, label, now }: { stretches: readonly Stretch[]; label: string; now?: number | undefined }) {
  return (
    <div class="strip" role="img" aria-label={`${label}${t("text.colon")}${stretchesText(stretches)}`} title={stretchesText(stretches)}>
      {stretches.map((s) => (
        <span key={s.from} data-mode={s.mode} style={{ left: `${(s.from / dayMinutes) * 100}%`, width: `${((s.to - s.from) / dayMinutes) * 100}%` }} />
      ))}
      {now !== undefined && <i style={{ left: `${(now / dayMinutes) * 100}%` }} />}
    </div>
  );
}

export function stretchesText(list: readonly Stretch[]): string {
  if (list.length === 0) return t("plan.nothing.known");
  return list.map((s) => `${clockOf(s.from)}–${s.to === dayMinutes ? "24:00" : clockOf(s.to)} ${modeName(s.mode)}`).join(t("text.list"));
}

/** Seven days of strips, from a Monday. */
export function WeekStrip({ monday, intervals, now }: { monday: string; intervals: readonly Interval[]; now?: { day: string; minute: number } | undefined }) {
  return (
    <div class="week-strip" data-test="week-strip">
      {Array.from({ length: 7 }, (_, i) => addDays(monday, i)).map((day) => (
        <div key={day} class={day === now?.day ? "today" : ""}>
          <small>
            {weekdayName(day)} {shortDay(day)}
          </small>
          <DayStrip stretches={onDay(intervals, day)} label={`${weekdayName(day)} ${shortDay(day)}`} now={day === now?.day ? now.minute : undefined} />
        </div>
      ))}
      <div class="week-strip-axis" aria-hidden="true">
        <small />
        <span>
          {[0, 6, 12, 18, 24].map((h) => (
            <i key={h} style={{ left: `${(h / 24) * 100}%` }}>
              {h}
            </i>
          ))}
        </span>
      </div>
    </div>
  );
}

/** A mode as a small box and its word. */
export function ModeChip({ mode, provisional = false }: { mode: Mode; provisional?: boolean }) {
  return (
    <span class={provisional ? "mode-chip provisional" : "mode-chip"} data-mode={mode}>
      <i aria-hidden="true" />
      {modeName(mode)}
    </span>
  );
}
