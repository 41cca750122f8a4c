import { signal } from "@preact/signals";
import { amendAt, at } from "../state";
import { later } from "./slide";

/** What is being played: a day in quarters of an hour, a year in days. */
export const playing = signal<"day" | "year" | null>(null);

/** How long an instant is shown at least, and how long the map is waited for, in milliseconds. */
const show = 350;
const patience = 2000;

let timer = 0;

/** Plays on from the instant that is shown; from the beginning if it is the last. */
export function play(what: "day" | "year"): void {
  stop();
  playing.value = what;
  if (at.peek() === null) amendAt(later(new Date().toISOString(), 0));
  step(what);
}

export function stop(): void {
  clearTimeout(timer);
  playing.value = null;
}

function step(what: "day" | "year"): void {
  const shown = at.peek();
  if (shown === null) return stop(); // somebody went back to now
  const next = what === "day" ? later(shown, 15) : later(shown, 24 * 60);
  if (what === "day" ? next.slice(0, 10) !== shown.slice(0, 10) : next.slice(0, 4) !== shown.slice(0, 4)) return stop();
  const since = Date.now();
  amendAt(next);
  const wait = () => {
    const drawn = document.documentElement.dataset["map"] !== "busy";
    if (at.peek() !== next) return stop(); // another instant was chosen meanwhile
    if ((drawn && Date.now() - since >= show) || Date.now() - since > patience) step(what);
    else timer = window.setTimeout(wait, 50);
  };
  timer = window.setTimeout(wait, show);
}
