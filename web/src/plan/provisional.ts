import { effect, signal } from "@preact/signals";
import { at, layerRevision } from "../state";
import { calendar } from "./api";
import { addDays, placeOf } from "./dates";

/** Whether the year that everything is shown for has no notice of days off yet: what zones are used for may change then. */
export const provisionalYear = signal(false);

/** Keeps provisionalYear in step with the instant and with the notices. */
export function followProvisional(): void {
  let asked = "";
  effect(() => {
    const { day } = placeOf(at.value ?? Date.now());
    const key = `${day.slice(0, 4)}/${layerRevision.value["notices"] ?? 0}`;
    if (key === asked) return;
    asked = key;
    calendar(day, addDays(day, 1)).then(
      (days) => asked === key && (provisionalYear.value = days.provisional.has(Number(day.slice(0, 4)))),
      () => asked === key && (asked = ""),
    );
  });
}
