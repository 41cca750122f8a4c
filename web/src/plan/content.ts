import { addDays, clockOf, dayMinutes, isDay, minuteOf } from "./dates";
import { weekdays, type Content, type DaysRule, type Exception, type ModeWindow, type Schedule, type Weekday } from "./types";

// Edits of a schedule's content: one pure function for each, content in, content out. Nothing is changed in place; what an edit does
// not touch is shared.

/** A window of the schedule, or of one of its exceptions. */
export interface Ref {
  exception?: string;
  window: string;
}

export function sameRef(a: Ref | null, b: Ref | null): boolean {
  return a?.window === b?.window && a?.exception === b?.exception;
}

/** What of a revision is content, without members that say nothing. */
export function contentOf(s: Content | Schedule): Content {
  return tidy({
    zone: s.zone,
    name: s.name,
    from: s.from,
    until: s.until,
    windows: (s.windows ?? []).map(tidyWindow),
    exceptions: (s.exceptions ?? []).map(tidyException),
    documents: s.documents ?? [],
    based_on: s.based_on,
  }) as unknown as Content;
}

/** A window without the members that say nothing; an end of the tail that is the usual one is none. */
export function tidyWindow(w: ModeWindow): ModeWindow {
  const { tail_policy, cut_at, ...rest } = w;
  const tail = tail_policy && tail_policy !== "keep" ? { tail_policy, ...(tail_policy === "cut_at" && cut_at ? { cut_at } : {}) } : {};
  const users = w.user_classes ? { user_classes: tidy({ ...w.user_classes }) } : {};
  return tidy({ ...rest, ...tail, ...users }) as unknown as ModeWindow;
}

export function tidyException(x: Exception): Exception {
  return tidy({ ...x, windows: x.effect === "close" ? [] : (x.windows ?? []).map(tidyWindow) }, ["reason"]) as unknown as Exception;
}

/** The members that hold something; windows stay, because a schedule without any is one. */
export function tidy(o: object, kept: readonly string[] = []): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [k, v] of Object.entries(o)) {
    const empty = v === undefined || v === null || v === "" || v === false || v === 0 || (Array.isArray(v) && v.length === 0) || (typeof v === "object" && !Array.isArray(v) && Object.keys(v).length === 0);
    if (!empty || kept.includes(k) || (k === "windows" && "zone" in o) || k === "duration_min") out[k] = v;
  }
  return out;
}

/** The first content of a zone that has none. */
export function newContent(zone: string, name: string, from: string): Content {
  return { zone, name, from, windows: [] };
}

export function windowsOf(c: Content, exception?: string): ModeWindow[] {
  return exception === undefined ? c.windows : (c.exceptions?.find((x) => x.id === exception)?.windows ?? []);
}

export function windowAt(c: Content, ref: Ref | null): ModeWindow | null {
  return (ref && windowsOf(c, ref.exception).find((w) => w.id === ref.window)) ?? null;
}

export function exceptionAt(c: Content, id: string | null): Exception | null {
  return c.exceptions?.find((x) => x.id === id) ?? null;
}

/** Changes a list of windows. */
function withWindows(c: Content, exception: string | undefined, change: (list: ModeWindow[]) => ModeWindow[]): Content {
  if (exception === undefined) return { ...c, windows: change(c.windows) };
  return { ...c, exceptions: (c.exceptions ?? []).map((x) => (x.id === exception ? { ...x, windows: change(x.windows ?? []) } : x)) };
}

/** Puts a window in the place of the one with its id. */
export function replaceWindow(c: Content, ref: Ref, next: ModeWindow): Content {
  return withWindows(c, ref.exception, (list) => list.map((w) => (w.id === ref.window ? tidyWindow(next) : w)));
}

export function addWindow(c: Content, w: ModeWindow, exception?: string): Content {
  return withWindows(c, exception, (list) => [...list, tidyWindow(w)]);
}

export function removeWindow(c: Content, ref: Ref): Content {
  return withWindows(c, ref.exception, (list) => list.filter((w) => w.id !== ref.window));
}

/** An id that no window of the list has: of the mode and the start, so that rules can be read. */
export function freeId(list: ReadonlyArray<{ id: string }>, wish: string): string {
  const taken = new Set(list.map((w) => w.id));
  for (let n = 1; ; n++) {
    const id = n === 1 ? wish : `${wish}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** A window that begins on one day of the week, or on the dates that an exception has. */
export function newWindow(c: Content, start: number, minutes: number, day?: Weekday, exception?: string): ModeWindow {
  const first = clampStart(start);
  const id = freeId(windowsOf(c, exception), `parking-${clockOf(first).replace(":", "")}`);
  return { id, mode: "parking", ...(day && exception === undefined && { weekdays: [day] }), start: clockOf(first), duration_min: clampMinutes(minutes) };
}

const clampStart = (minute: number) => Math.max(0, Math.min(dayMinutes - 1, Math.round(minute)));
const clampMinutes = (n: number) => Math.max(1, Math.min(dayMinutes, Math.round(n)));

/** Begins and ends so many minutes later. The time of leaving goes along; a start does not leave its day. */
export function moveWindow(w: ModeWindow, by: number): ModeWindow {
  const start = clampStart(minuteOf(w.start) + by);
  const moved = start - minuteOf(w.start);
  const clear = w.clear_by ? { clear_by: clockOf(minuteOf(w.clear_by) + moved) } : {};
  return { ...w, start: clockOf(start), ...clear };
}

/** Ends so many minutes later, or earlier. A time of leaving that lies after the end becomes the end. */
export function resizeEnd(w: ModeWindow, by: number): ModeWindow {
  return withinEnd({ ...w, duration_min: clampMinutes(w.duration_min + by) });
}

/** Begins so many minutes later, or earlier, and ends as before. */
export function resizeStart(w: ModeWindow, by: number): ModeWindow {
  const end = minuteOf(w.start) + w.duration_min;
  const start = Math.max(0, end - dayMinutes, Math.min(dayMinutes - 1, end - 1, minuteOf(w.start) + by));
  return withinEnd({ ...w, start: clockOf(start), duration_min: end - start });
}

/** Takes the time of leaving into the window if it is not in it. */
export function withinEnd(w: ModeWindow): ModeWindow {
  if (!w.clear_by) return w;
  const start = minuteOf(w.start);
  let by = minuteOf(w.clear_by);
  if (by <= start) by += dayMinutes;
  return by <= start + w.duration_min ? w : { ...w, clear_by: clockOf(start + w.duration_min) };
}

/**
 * Begins on another day of the week in place of one. null where that cannot be: the days go by type, or it begins on the other day
 * already.
 */
export function shiftDay(w: ModeWindow, from: Weekday, by: number): ModeWindow | null {
  const list = w.weekdays ?? [];
  const to = weekdays[weekdays.indexOf(from) + by];
  if (!list.includes(from) || !to || list.includes(to)) return null;
  const set = new Set(list.map((d) => (d === from ? to : d)));
  return { ...w, weekdays: weekdays.filter((d) => set.has(d)) };
}

/** An exception on a stretch of days, both ends in it. It closes until windows are given. */
export function newException(c: Content, first: string, last: string, reason: string): Exception {
  return { id: freeId(c.exceptions ?? [], `x-${first}`), effect: "close", first_day: first, until_day: addDays(last, 1), reason };
}

export function addException(c: Content, x: Exception): Content {
  return { ...c, exceptions: [...(c.exceptions ?? []), tidyException(x)] };
}

/** Changes an exception. One that is to have windows begins with the usual ones, for a day of its own. */
export function replaceException(c: Content, id: string, next: Exception): Content {
  const windows = next.effect !== "close" && !next.windows?.length ? usualFor(c, next) : next.windows;
  return { ...c, exceptions: (c.exceptions ?? []).map((x) => (x.id === id ? tidyException({ ...next, ...(windows && { windows }) }) : x)) };
}

function usualFor(c: Content, x: Exception): ModeWindow[] {
  const [first] = c.windows;
  if (x.effect === "replace" && first) {
    const { weekdays: _, day_types: __, nth: ___, months: ____, first_day: _____, until_day: ______, makeup_apart: _______, ...rest } = first;
    return [rest];
  }
  return [newWindow(c, 20 * 60, 660, undefined, x.id)];
}

export function removeException(c: Content, id: string): Content {
  const exceptions = (c.exceptions ?? []).filter((x) => x.id !== id);
  const { exceptions: _, ...rest } = c;
  return exceptions.length > 0 ? { ...rest, exceptions } : rest;
}

/** What is wrong with the content before the service is asked, by the pointer of the field. */
export function faultsOf(c: Content): string[] {
  const out: string[] = [];
  if (!c.name.trim()) out.push("/name");
  if (!isDay(c.from)) out.push("/from");
  if (c.until && c.until <= c.from) out.push("/until");
  (c.exceptions ?? []).forEach((x, i) => {
    if (!x.reason.trim()) out.push(`/exceptions/${i}/reason`);
    if (!daysGiven(x)) out.push(`/exceptions/${i}/first_day`);
  });
  return out;
}

function daysGiven(rule: DaysRule): boolean {
  return Boolean(rule.first_day || rule.until_day || rule.day_types?.length || rule.weekdays?.length || rule.nth?.length || rule.months?.length);
}

/** Whether two contents say the same. */
export function sameContent(a: Content, b: Content): boolean {
  return stable(contentOf(a)) === stable(contentOf(b));
}

/** JSON whose members are in one order. */
export function stable(v: unknown): string {
  return JSON.stringify(v, (_, one) => (one && typeof one === "object" && !Array.isArray(one) ? Object.fromEntries(Object.entries(one as object).sort(([a], [b]) => (a < b ? -1 : 1))) : one)) ?? "";
}

/** The window that a rule names, haihui-2/night or haihui-2/x-1/late; null for a rule of something else. */
export function refOfRule(c: Content, rule: string): Ref | null {
  const names = rule.split("/").slice(1);
  const ref: Ref | null = names.length === 1 ? { window: names[0]! } : names.length === 2 ? { exception: names[0]!, window: names[1]! } : null;
  return windowAt(c, ref) ? ref : null;
}



