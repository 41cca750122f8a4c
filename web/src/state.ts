import { batch, computed, effect, signal } from "@preact/signals";
import { Client } from "./api/client";
import type { Me, Status } from "./api/types";
import type { Stale } from "./map/tiles";
import { defaultOn, type LayerKey } from "./style/keys";
import type { Theme } from "./style/palette";
import { lang } from "./text";
import { asPoint, readAddress, sameTask, writeAddress, type Address, type Task, type ThemeChoice, type View } from "./url";

/** What the side panel is about. Change it with go. */
export const task = signal<Task>({ kind: "home" });
/** The instant that everything is asked for, RFC 3339; null is now. */
export const at = signal<string | null>(null);
export const on = signal<ReadonlySet<LayerKey>>(new Set(defaultOn));
export const view = signal<View | null>(null);
export const themeChoice = signal<ThemeChoice | null>(null);
export const popover = signal<"layers" | "time" | "more" | null>(null);
export const panelOpen = signal(true);
export const panelWidth = signal(380);
/** Whether the screens of planning have taken two thirds of the window, as their user chose. */
export const planWide = signal(false);
/** Whether a task has one of those screens: a form beside what it edits, or a wide table. */
export const widens = (t: Task) => t.kind === "plan" || t.kind === "rule" || t.kind === "coverage" || t.kind === "impact";
const windowWidth = signal(innerWidth);
addEventListener("resize", () => (windowWidth.value = innerWidth));
/** The width of the panel as it is shown: that of planning is at least a third of the window. */
export const shownWidth = computed(() => {
  if (!widens(task.value)) return panelWidth.value;
  const third = Math.round(windowWidth.value / 3);
  return planWide.value ? Math.max(third, Math.min(1240, windowWidth.value - 320)) : Math.max(panelWidth.value, Math.min(480, third));
});
/** Height of the sheet on a phone: only its handle, a third of the screen, or most of it. */
export const sheet = signal<"peek" | "third" | "tall">("third");
export const status = signal<Status | null>(null);
export const online = signal(true);
export const me = signal<Me | null>(null);
/** Set by an editor with unsaved work; go asks once before it is left. */
export const unsaved = signal(false);
/** A sentence for assistive technology. */
export const announcement = signal("");
/** The last revision at which each layer is known to have changed; layers that have not changed since the page opened are absent. */
export const layerRevision = signal<Readonly<Record<string, number>>>({});
/** What the map shows and the service no longer answers; the map takes it away when it fetches it again. */
export const stale = signal<readonly Stale[]>([]);

/** Whether one of the layers has changed after the revision. */
export function changedSince(revision: number | undefined, layers: readonly string[]): boolean {
  return revision !== undefined && layers.some((l) => (layerRevision.value[l] ?? 0) > revision);
}

const darkMedia = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(darkMedia.matches);
darkMedia.addEventListener("change", (e) => (systemDark.value = e.matches));
export const theme = computed<Theme>(() => themeChoice.value ?? (systemDark.value ? "dark" : "light"));

const phoneMedia = matchMedia("(max-width: 720px)");
export const phone = signal(phoneMedia.matches);
phoneMedia.addEventListener("change", (e) => (phone.value = e.matches));

export const client = new Client();

let langChosen = false;
let layersChosen = false;

export function chooseLang(l: "zh" | "en"): void {
  langChosen = true;
  lang.value = l;
  remember("lang", l);
}

export function chooseTheme(choice: ThemeChoice | null): void {
  themeChoice.value = choice;
  remember("theme", choice ?? "");
}

export function chooseLayers(keys: ReadonlySet<LayerKey>): void {
  layersChosen = true;
  on.value = keys;
  remember("on", [...keys].join(","));
}

/** Makes the panel show a task, as a step that "back" undoes. Says no when unsaved work is to be kept. */
export function go(next: Task, question = ""): boolean {
  if (unsaved.value && !sameTask(task.value, next) && question && !confirm(question)) return false;
  if (goingBack) {
    afterBack = () => go(next);
    return true;
  }
  batch(() => {
    unsaved.value = false;
    task.value = next;
    panelOpen.value = true;
    if (sheet.value === "peek") sheet.value = "third";
    if (widens(next)) sheet.value = "tall";
  });
  return true;
}

/** Whether the browser is on its way to the step before. It gets there a little later, and what was asked for meanwhile would be lost. */
let goingBack = false;
let afterBack: (() => void) | null = null;

let amending = false;

/** Changes what the task says without making a step for "back", for what is being typed. */
export function amend(next: Task): void {
  amending = true;
  task.value = next;
  amending = false;
}

/** Shows another instant without a step for "back", while time is moved or played. */
export function amendAt(instant: string | null): void {
  amending = true;
  at.value = instant;
  amending = false;
}

/** Reads what this browser remembers and then the address, which wins; then keeps the address up to date. */
export function startState(): void {
  const stored = recall("lang");
  lang.value = stored === "zh" || stored === "en" ? stored : navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  langChosen = stored === "zh" || stored === "en";
  const storedTheme = recall("theme");
  if (storedTheme === "light" || storedTheme === "dark") themeChoice.value = storedTheme;
  const storedWidth = Number(recall("panel"));
  if (storedWidth >= 300 && storedWidth <= 640) panelWidth.value = storedWidth;
  planWide.value = recall("plan.wide") === "yes";
  const storedOn = recall("on");
  if (storedOn) take({ ...readAddress("on=" + storedOn), task: task.value });
  take(readAddress(location.hash));
  if (widens(task.value)) sheet.value = "tall";
  let written: Task = task.value;
  let writtenAt = at.value;
  let reading = false;
  effect(() => {
    const hash = writeAddress(currentAddress());
    const step = !amending && (!sameTask(written, task.value) || writtenAt !== at.value);
    written = task.value;
    writtenAt = at.value;
    if (reading || hash === location.hash.slice(1)) return;
    history[step ? "pushState" : "replaceState"]({ step: steps() + (step ? 1 : 0) }, "", hash ? "#" + hash : location.pathname + location.search);
  });
  addEventListener("popstate", () => {
    reading = true;
    batch(() => {
      take(readAddress(location.hash));
      if (widens(task.value)) sheet.value = "tall";
    });
    reading = false;
    goingBack = false;
    const next = afterBack;
    afterBack = null;
    next?.();
  });
}

/** How many steps of this page lie before the present one. */
function steps(): number {
  const state = history.state as { step?: unknown } | null;
  return typeof state?.step === "number" ? state.step : 0;
}

/** Goes back to what the panel was about before. When this page began with the present one, to the home panel, or from a line or an area to the point that it begins at. */
export function stepBack(question = ""): void {
  if (unsaved.value && question && !confirm(question)) return;
  unsaved.value = false;
  const now = task.value;
  if (goingBack) afterBack = () => stepBack(question);
  else if (steps() > 0) {
    goingBack = true;
    history.back();
  } else if (now.kind === "point" && now.shape) amend(asPoint(now));
  else go({ kind: "home" });
}

function take(a: Address): void {
  task.value = a.task;
  at.value = a.at ?? null;
  if (a.on) {
    on.value = new Set(a.on);
    layersChosen = true;
  }
  if (a.lang) {
    lang.value = a.lang;
    langChosen = true;
  }
  if (a.theme) themeChoice.value = a.theme;
  if (a.view) view.value = a.view;
}

/** All that the address holds now. */
export function currentAddress(): Address {
  const a: Address = { task: task.value };
  if (at.value) a.at = at.value;
  if (layersChosen || on.value.size !== defaultOn.length) a.on = [...on.value];
  if (langChosen) a.lang = lang.value;
  if (themeChoice.value) a.theme = themeChoice.value;
  if (view.value) a.view = view.value;
  return a;
}

/** What this browser remembers under a name; "" when there is nothing or storage is closed to us. */
export function recall(name: string): string {
  try {
    return localStorage.getItem("wangge." + name) ?? "";
  } catch {
    return "";
  }
}

/** Remembers a value in this browser; "" forgets it. A closed storage is not an error: the page works without it. */
export function remember(name: string, value: string): void {
  try {
    if (value) localStorage.setItem("wangge." + name, value);
    else localStorage.removeItem("wangge." + name);
  } catch {
    return;
  }
}
