import { channels, crsNames, isLayerName, reporters, severities, type Channel, type CRS, type LayerName, type Reporter, type Severity } from "./api/types";
import { whenIn } from "./impact/question";
import { lists, resolutions, usualResolution, type ListName, type Resolution } from "./impact/types";
import { caseNumberIn, confidenceIn } from "./report";
import { cornersIn, cornersText, type Shape } from "./sketch/shape";
import { defaultOn, isLayerKey, layerKeys, type LayerKey } from "./style/keys";

/** What the side panel is about; everything in it can be sent as a link. */
export type Task =
  | { kind: "home" }
  /** Of a line or an area x and y are the first corner, and crs is wgs84. */
  | ({ kind: "point"; x: number; y: number; crs: CRS; shape?: Shape; accuracy?: number; category?: string; answer?: string } & Reported)
  | { kind: "feature"; layer: LayerName; id: string }
  | { kind: "list"; layer: LayerName; q?: string; where?: Record<string, string> }
  | { kind: "coords"; text: string }
  | { kind: "points" }
  | { kind: "parking" }
  | { kind: "plan"; zone: string; id?: string; tab?: PlanTab; day?: string }
  | { kind: "rules"; q?: string; band?: string; category?: string; state?: string }
  /** of is the suggestion that a new rule begins as. */
  | { kind: "rule"; id: string; tab?: RuleTab; of?: string }
  | { kind: "coverage"; missing?: boolean; cell?: string }
  | { kind: "impact"; rules?: string[]; when?: string; resolution?: Resolution; list?: ListName; q?: string }
  | { kind: "suggestions"; q?: string }
  | { kind: "borders"; town?: string; agreed?: boolean }
  | { kind: "account" }
  | { kind: "keys" };

export type PointTask = Extract<Task, { kind: "point" }>;

/** What a report says of itself: how it came, how bad it is, who reports, how sure the source is, its number, and the grid that took it first. */
export interface Reported {
  channel?: Channel;
  severity?: Severity;
  reporter?: Reporter;
  confidence?: number;
  caseNumber?: string;
  receivedBy?: string;
}

/** The parts of the planner's screen; the week is the first. */
export const planTabs = ["week", "year", "difference", "review"] as const;
export type PlanTab = (typeof planTabs)[number];

/** The parts of the screen of a rule; its sentences, or the form of a draft, are the first. */
export const ruleTabs = ["rule", "difference", "review"] as const;
export type RuleTab = (typeof ruleTabs)[number];

/** Camera: zoom and centre. */
export interface View {
  zoom: number;
  lon: number;
  lat: number;
}

export type LangChoice = "zh" | "en";
export type ThemeChoice = "light" | "dark";

/** All that the address says. What is absent was not chosen. */
export interface Address {
  task: Task;
  at?: string;
  on?: LayerKey[];
  lang?: LangChoice;
  theme?: ThemeChoice;
  view?: View;
}

/**
 * The address as the part after "#". It stays in the browser, so positions that people ask about are in no server's log of
 * pages. Points are longitude, latitude; the view is zoom/longitude/latitude.
 */
export function writeAddress(a: Address): string {
  const out: string[] = [];
  const put = (key: string, value: string) => out.push(`${key}=${escape(value)}`);
  writeTask(a.task, put);
  if (a.at) put("at", a.at);
  if (a.on && !sameSet(a.on, defaultOn)) put("on", layerKeys.filter((k) => a.on!.includes(k)).join(","));
  if (a.lang) put("lang", a.lang);
  if (a.theme) put("theme", a.theme);
  if (a.view) put("v", `${fixed(a.view.zoom, 2)}/${fixed(a.view.lon, 5)}/${fixed(a.view.lat, 5)}`);
  return out.join("&");
}

function writeTask(t: Task, put: (key: string, value: string) => void): void {
  switch (t.kind) {
    case "point":
      if (t.shape) put(t.shape.area ? "area" : "line", cornersText(t.shape.corners));
      else {
        put("p", `${t.x},${t.y}`);
        put("crs", t.crs);
      }
      if (t.accuracy) put("acc", String(t.accuracy));
      if (t.category) put("cat", t.category);
      if (t.channel) put("ch", t.channel);
      if (t.severity) put("sev", t.severity);
      if (t.reporter) put("rep", t.reporter);
      if (t.confidence) put("conf", String(t.confidence));
      if (t.caseNumber) put("case", t.caseNumber);
      if (t.receivedBy) put("first", t.receivedBy);
      if (t.answer) put("answer", t.answer);
      return;
    case "feature":
      return put("f", `${t.layer}/${t.id}`);
    case "list":
      put("list", t.layer);
      if (t.q) put("q", t.q);
      for (const [key, value] of Object.entries(t.where ?? {})) put(`w.${key}`, value);
      return;
    case "coords":
      return put("c", t.text);
    case "plan":
      put("plan", t.id ? `${t.zone}/${t.id}` : t.zone);
      if (t.tab && t.tab !== "week") put("tab", t.tab);
      if (t.day) put("day", t.day);
      return;
    case "rules":
      put("show", t.kind);
      if (t.q) put("q", t.q);
      if (t.band) put("band", t.band);
      if (t.category) put("cat", t.category);
      if (t.state) put("state", t.state);
      return;
    case "rule":
      put("rule", t.id || newRule);
      if (t.tab && t.tab !== "rule") put("tab", t.tab);
      if (t.of) put("of", t.of);
      return;
    case "impact":
      put("show", t.kind);
      if (t.rules?.length) put("rules", t.rules.join(","));
      if (t.when) put("when", t.when);
      if (t.resolution && t.resolution !== usualResolution) put("res", String(t.resolution));
      if (t.list && t.list !== "places") put("of", t.list);
      if (t.q) put("q", t.q);
      return;
    case "suggestions":
      put("show", t.kind);
      if (t.q) put("q", t.q);
      return;
    case "borders":
      put("show", t.kind);
      if (t.town) put("town", t.town);
      if (t.agreed) put("agreed", "1");
      return;
    case "coverage":
      put("show", t.kind);
      if (t.missing) put("missing", "1");
      if (t.cell) put("cell", t.cell);
      return;
    case "points":
    case "parking":
    case "account":
    case "keys":
      return put("show", t.kind);
  }
}

/** Reads an address; what cannot be understood is left out, so that an old link still opens. */
export function readAddress(hash: string): Address {
  const q = new URLSearchParams(hash.replace(/^#/, "").replace(/\+/g, "%2B"));
  const a: Address = { task: readTask(q) };
  const at = q.get("at");
  if (at && !Number.isNaN(Date.parse(at))) a.at = at;
  const on = q.get("on");
  if (on !== null) a.on = on.split(",").filter(isLayerKey);
  const lang = q.get("lang");
  if (lang === "zh" || lang === "en") a.lang = lang;
  const theme = q.get("theme");
  if (theme === "light" || theme === "dark") a.theme = theme;
  const view = (q.get("v") ?? "").split("/").map(Number);
  if (view.length === 3 && view.every(Number.isFinite)) a.view = { zoom: view[0]!, lon: view[1]!, lat: view[2]! };
  return a;
}

function readTask(q: URLSearchParams): Task {
  const place = readPlace(q);
  if (place) {
    const t: Task = { kind: "point", ...place };
    const acc = Number(q.get("acc"));
    if (acc > 0 && acc <= 10_000) t.accuracy = acc;
    if (q.get("cat")) t.category = q.get("cat")!;
    if (q.get("answer")) t.answer = q.get("answer")!;
    return Object.assign(t, readReported(q));
  }
  const feature = /^(\w+)\/(.+)$/.exec(q.get("f") ?? "");
  if (feature && isLayerName(feature[1]!)) return { kind: "feature", layer: feature[1], id: feature[2]! };
  const list = q.get("list") ?? "";
  if (isLayerName(list)) return readList(list, q);
  const plan = /^([^/]+)(?:\/(.+))?$/.exec(q.get("plan") ?? "");
  if (plan) return readPlan(plan[1]!, plan[2], q);
  if (q.get("c")) return { kind: "coords", text: q.get("c")! };
  const rule = q.get("rule");
  if (rule) return readRule(rule, q);
  return readShown(q.get("show"), q);
}

/** Where a question is put: at a line, an area or a point; null when the address names none. */
function readPlace(q: URLSearchParams): { x: number; y: number; crs: CRS; shape?: Shape } | null {
  const area = !q.has("line");
  const corners = cornersIn(q.get("line") ?? q.get("area") ?? "");
  if (corners) return { x: corners[0]![0], y: corners[0]![1], crs: "wgs84", shape: { area, corners } };
  const point = q.get("p")?.split(",").map(Number);
  const crs = crsNames.find((c) => c === q.get("crs"));
  return point?.length === 2 && point.every(Number.isFinite) && crs ? { x: point[0]!, y: point[1]!, crs } : null;
}

function readReported(q: URLSearchParams): Reported {
  const out: Reported = {};
  const channel = channels.find((c) => c === q.get("ch"));
  if (channel) out.channel = channel;
  const severity = severities.find((s) => s === q.get("sev"));
  if (severity) out.severity = severity;
  const reporter = reporters.find((r) => r === q.get("rep"));
  if (reporter) out.reporter = reporter;
  const confidence = confidenceIn(q.get("conf") ?? "");
  if (confidence) out.confidence = confidence;
  const caseNumber = caseNumberIn(q.get("case") ?? "");
  if (caseNumber) out.caseNumber = caseNumber;
  const receivedBy = caseNumberIn(q.get("first") ?? "");
  if (receivedBy) out.receivedBy = receivedBy;
  return out;
}

function readShown(show: string | null, q: URLSearchParams): Task {
  const given = (key: string) => q.get(key) ?? "";
  switch (show) {
    case "rules":
      return { kind: show, ...(given("q") && { q: given("q") }), ...(given("band") && { band: given("band") }), ...(given("cat") && { category: given("cat") }), ...(given("state") && { state: given("state") }) };
    case "impact":
      return readImpact(q);
    case "suggestions":
      return { kind: show, ...(given("q") && { q: given("q") }) };
    case "coverage":
      return { kind: show, ...(given("missing") && { missing: true }), ...(given("cell") && { cell: given("cell") }) };
    case "borders":
      return { kind: show, ...(given("town") && { town: given("town") }), ...(given("agreed") && { agreed: true }) };
    case "points":
    case "parking":
    case "account":
    case "keys":
      return { kind: show };
  }
  return { kind: "home" };
}

/** What stands in the address in place of the id of a rule that has none yet. */
const newRule = "new";

function readRule(id: string, q: URLSearchParams): Task {
  const tab = ruleTabs.find((r) => r === q.get("tab") && r !== "rule");
  const of = q.get("of");
  return { kind: "rule", id: id === newRule ? "" : id, ...(tab && { tab }), ...(of && { of }) };
}

function readImpact(q: URLSearchParams): Task {
  const rules = (q.get("rules") ?? "").split(",").filter(Boolean);
  const when = whenIn(q.get("when") ?? "");
  const resolution = resolutions.find((r) => String(r) === q.get("res") && r !== usualResolution);
  const list = lists.find((l) => l === q.get("of") && l !== "places");
  const text = q.get("q");
  return { kind: "impact", ...(rules.length > 0 && { rules }), ...(when && { when }), ...(resolution && { resolution }), ...(list && { list }), ...(text && { q: text }) };
}

function readPlan(zone: string, id: string | undefined, q: URLSearchParams): Task {
  const tab = planTabs.find((p) => p === q.get("tab") && p !== "week");
  const day = /^\d{4}-\d\d-\d\d$/.test(q.get("day") ?? "") ? q.get("day")! : undefined;
  return { kind: "plan", zone, ...(id && { id }), ...(tab && { tab }), ...(day && { day }) };
}

function readList(layer: LayerName, q: URLSearchParams): Task {
  const t: Task = { kind: "list", layer };
  if (q.get("q")) t.q = q.get("q")!;
  const where: Record<string, string> = {};
  for (const [key, value] of q) if (key.startsWith("w.")) where[key.slice(2)] = value;
  if (Object.keys(where).length > 0) t.where = where;
  return t;
}

/** The question about the point alone, asked anew. */
export function asPoint({ shape: _, answer: __, ...rest }: PointTask): PointTask {
  return rest;
}

/** Two tasks that are written alike are the same step for back and forward. */
export function sameTask(a: Task, b: Task): boolean {
  return writeAddress({ task: a }) === writeAddress({ task: b });
}

function escape(value: string): string {
  return encodeURIComponent(value).replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3A/g, ":");
}

function fixed(v: number, digits: number): string {
  return String(Number(v.toFixed(digits)));
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((v) => b.includes(v));
}
