import { clockOf, isDay, minuteOf } from "../plan/dates";
import type { Rule } from "../rules/types";
import type { ProposedFile } from "./file";
import { usualResolution, type Question, type Resolution } from "./types";

/** What is compared with what is in force. */
export interface Choice {
  /** Ids of revisions of rules. */
  rules: readonly string[];
  files: readonly ProposedFile[];
  /** YYYY-MM-DDTHH:MM in the district's time; "" for now. */
  when: string;
  resolution: Resolution;
}

export const nothingChosen: Choice = { rules: [], files: [], when: "", resolution: usualResolution };

export function isChosen(c: Choice): boolean {
  return c.rules.length + c.files.length > 0;
}

/** The body of the question. */
export function questionOf(c: Choice): Question {
  const features = c.files.flatMap((f) => f.features);
  return {
    ...(features.length > 0 && { features }),
    ...(c.rules.length > 0 && { rules: [...c.rules] }),
    ...(c.when && { at: `${c.when}:00+08:00` }),
    resolution: c.resolution,
  };
}

/** Two choices with one key are the same question. */
export function keyOf(c: Choice): string {
  return JSON.stringify([[...c.rules].sort(), c.files.map((f) => [f.name, f.layer, f.features.length]), c.when, c.resolution]);
}

/** Reads YYYY-MM-DDTHH:MM; "" for anything else. */
export function whenIn(text: string): string {
  const [day = "", clock = ""] = text.split("T");
  return isDay(day) && !Number.isNaN(minuteOf(clock)) ? `${day}T${clockOf(minuteOf(clock))}` : "";
}

/** A moment in the morning at which nothing special is going on. */
const usualClock = "10:00";

/**
 * When rules are best looked at: on the last of their first days, so that all of them are in force, and within the first time that one of
 * them names. "" while all are in force today anyway.
 */
export function whenFor(rules: readonly Rule[], today: string): string {
  const from = rules.map((r) => r.from).sort().at(-1);
  const time = rules.flatMap((r) => r.when?.times ?? [])[0];
  if (!from || (from <= today && !time)) return "";
  return `${from > today ? from : today}T${time ? clockOf((minuteOf(time.start) + Math.min(30, Math.floor(time.duration_min / 2))) % 1440) : usualClock}`;
}
