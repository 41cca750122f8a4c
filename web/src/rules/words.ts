import { nameFor } from "../names";
import { dayText, daysText, lengthText, timesText } from "../plan/words";
import type { Difference } from "../plan/merge";
import { lastDay } from "../plan/dates";
import { number, t, word, type Key } from "../text";
import { expressionText, parseExpression } from "./units";
import { stages, type RuleArea, type RuleClock, type RuleContent, type RuleContext, type RuleDeadline, type RuleFeature, type RuleFinding, type RuleThen, type RuleTime, type RuleWhen } from "./types";

// Rules in the reader's words.

const join = (list: readonly string[]) => list.join(t("text.list"));
const all = (parts: readonly string[]) => parts.filter(Boolean).join(t("text.comma"));

/** A rule as sentences: what it is about, who acts, on what ground, by when. The name before each says which part it is. */
export function sentencesOf(c: RuleContent): Array<{ part: string; text: string }> {
  const out = [{ part: "when/categories", text: t("rule.say.about", { what: categoriesText(c.when.categories) }) }];
  const add = (part: string, key: Key, text: string) => text && out.push({ part, text: t(key, { text }) });
  add("when/area", "rule.say.area", areaText(c.when.area));
  add("when/feature", "rule.say.feature", featureText(c.when.feature));
  add("when/times", "rule.say.times", timesOf(c.when.times));
  add("when/context", "rule.say.context", contextText(c.when.context));
  out.push({ part: "then", text: thenText(c.then) });
  out.push({ part: "basis", text: t("rule.say.basis", { text: basisText(c) }) });
  if (!c.then.no_action) out.push({ part: "clock", text: c.clock ? t("rule.say.clock", { text: clockText(c.clock) }) : t("rule.say.clock.none") });
  return out.map((s) => ({ ...s, text: capital(s.text) }));
}

/** A sentence begins with a capital letter, where a language has them. */
export const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

export function categoriesText(list: readonly string[] | undefined): string {
  return list?.length ? t("rule.categories", { list: join(list.map((c) => nameFor("categories", c))) }) : t("rule.categories.any");
}

export function areaText(a: RuleArea | undefined): string {
  if (!a) return "";
  return all([
    join([...(a.grids ?? []).map((id) => nameFor("grids", id))]),
    join((a.towns ?? []).map((id) => nameFor("towns", id))),
    join((a.communities ?? []).map((id) => nameFor("communities", id))),
    join((a.overlays ?? []).map((id) => nameFor("overlays", id))),
    a.overlay_kinds?.length ? t("rule.area.kinds", { list: join(a.overlay_kinds.map((k) => word("value", k))) }) : "",
    a.polygon?.length ? t("rule.area.drawn", { n: Math.max(0, (a.polygon[0]?.length ?? 1) - 1) }) : "",
    a.road ? t("rule.area.road", { road: a.road, m: number(a.road_within_m ?? 0) }) : "",
    a.near_border_m ? t("rule.area.border", { m: number(a.near_border_m) }) : "",
  ]);
}

export function featureText(f: RuleFeature | undefined): string {
  if (!f) return "";
  return all([
    t(f.layer === "zones" ? "rule.feature.zones" : "rule.feature.poles", { m: number(f.within_m || (f.layer === "zones" ? 0 : 30)) }),
    f.owner_units?.length ? t("rule.feature.owners", { list: join(f.owner_units.map((u) => nameFor("units", u))) }) : "",
    f.owner_kinds?.length ? t("rule.feature.owners", { list: join(f.owner_kinds.map((k) => word("value", k))) }) : "",
    f.unowned ? t("rule.feature.unowned") : "",
    f.states?.length ? t("rule.feature.states", { list: join(f.states.map((s) => word("state", s))) }) : "",
    f.claim_states?.length ? t("rule.feature.states", { list: join(f.claim_states.map((s) => word("claim", s))) }) : "",
    f.modes?.length ? t("rule.feature.modes", { list: join(f.modes.map((m) => word("mode", m))) }) : "",
  ]);
}

export function timeText(one: RuleTime): string {
  return `${timesText(one.start, one.duration_min)}${t("text.comma")}${daysText(one)}`;
}

function timesOf(list: readonly RuleTime[] | undefined): string {
  return (list ?? []).map(timeText).join("；");
}

export function contextText(x: RuleContext | undefined): string {
  if (!x) return "";
  return all([
    join((x.channels ?? []).map((c) => word("channel", c))),
    join((x.severities ?? []).map((s) => word("severity", s))),
    join((x.reporters ?? []).map((r) => word("reporter", r))),
    x.min_confidence ? t("rule.context.min", { n: number(x.min_confidence, 2) }) : "",
    x.max_confidence ? t("rule.context.max", { n: number(x.max_confidence, 2) }) : "",
  ]);
}

/** Who acts. */
export function thenText(then: RuleThen): string {
  if (then.no_action) return t("rule.say.no_action");
  const others = [
    then.co?.length ? t("rule.say.co", { list: join(then.co.map(expressionText)) }) : "",
    then.supervisor ? t("rule.say.supervisor", { unit: expressionText(then.supervisor) }) : "",
    then.informed?.length ? t("rule.say.informed", { list: join(then.informed.map(expressionText)) }) : "",
  ];
  const first = then.additive ? t("rule.say.additive") : t("rule.say.primary", { unit: then.primary ? expressionText(then.primary) : "…" });
  return all([first, ...others]) + t("text.stop");
}

function basisText({ basis }: Pick<RuleContent, "basis">): string {
  const list = basis.item ? t("basis.item", { list: word("duties", basis.list), n: basis.item }) : word("duties", basis.list);
  return basis.invented ? t("text.brackets", { text: list, more: t("basis.invented.line").replace(/[。.]$/, "") }) : list;
}

function clockText(c: RuleClock): string {
  return all(stages.map((s) => (c[s] ? t(`rule.stage.${s}`, { time: deadlineText(c[s]) }) : "")));
}

export function deadlineText(d: RuleDeadline): string {
  const days = d.kind === "work_days" || d.kind === "natural_days";
  const hours = d.opens || d.closes ? `${d.opens ?? "09:00"}–${d.closes ?? "17:30"}` : "";
  return [days ? t(`rule.clock.${d.kind as "work_days"}`, { n: number(d.amount) }) : t(`rule.clock.${d.kind as "elapsed"}`, { span: lengthText(d.amount) }), hours].filter(Boolean).join(" ");
}

/** What a field of a rule is called; pointers below it are it too. */
export function partName(field: string): string {
  const names = field.replace(/^\//, "").split("/");
  for (let n = names.length; n > 0; n--) {
    const key = `rule.field.${names.slice(0, n).join(".")}`;
    const text = word("rule.field", names.slice(0, n).join("."));
    if (`rule.field.${text}` !== key) return text;
  }
  return field;
}

/** A value of a field in words. */
export function shown(d: Difference, value: unknown): string {
  if (value === undefined || value === null || value === "") return t("edit.empty.value");
  const { field } = d;
  switch (field) {
    case "until":
      return dayText(lastDay(String(value)));
    case "from":
      return dayText(String(value));
    case "band":
      return word("ruleband", String(value));
    case "when/categories":
      return categoriesText(value as string[]);
    case "when/area":
      return areaText(value as RuleWhen["area"]);
    case "when/feature":
      return featureText(value as RuleFeature);
    case "when/times":
      return timesOf(value as RuleTime[]);
    case "when/context":
      return contextText(value as RuleContext);
    case "then/primary":
    case "then/supervisor":
      return expressionText(String(value));
    case "then/co":
    case "then/informed":
      return join((value as string[]).map(expressionText));
    case "basis":
      return basisText({ basis: value as RuleContent["basis"] });
    case "clock/ack":
    case "clock/arrive":
    case "clock/resolve":
      return deadlineText(value as RuleDeadline);
  }
  if (typeof value === "boolean") return t(value ? "value.yes" : "value.no");
  return Array.isArray(value) ? value.join("；") : String(value);
}

/** What an id of a finding names. */
function thingName(id: string): string {
  if (/^\d+$/.test(id) || id.includes("@")) return id;
  if (id.startsWith("u_")) return nameFor("units", id);
  if (/^\d{9}Z\d\d$/.test(id)) return nameFor("grids", id);
  return parseExpression(id) ? expressionText(id) : id;
}

/** How many grids a finding names before it only counts them. */
const mostNamed = 3;

/** A finding in a sentence; the service's own where this page knows no words for it. */
export function findingText(f: RuleFinding): string {
  const known = word("rulefinding", f.code) !== f.code;
  const things = f.ids.map(thingName);
  const category = f.category ?? f.ids.find((id) => /^[a-z][a-z0-9_]*(\.|$)/.test(id) && !id.startsWith("u_")) ?? "";
  const fill = { first: things[0] ?? "", second: things[1] ?? "", rest: join(things.slice(1)), things: join(things), category: category && nameFor("categories", category), day: f.date ? dayText(f.date) : "" };
  const text = known ? t(`rulefinding.${f.code}` as Key, fill) : f.detail;
  return [text, whereText(f), whenText(f)].filter(Boolean).join(t("text.space"));
}

function whereText(f: RuleFinding): string {
  if (f.all_grids) return t("rulefinding.everywhere");
  const grids = f.grids ?? [];
  if (grids.length === 0) return "";
  return grids.length > mostNamed ? t("rulefinding.grids", { list: join(grids.slice(0, mostNamed).map((g) => nameFor("grids", g))), n: grids.length }) : t("rulefinding.in", { list: join(grids.map((g) => nameFor("grids", g))) });
}

function whenText(f: RuleFinding): string {
  const times = (f.times ?? []).slice(0, mostNamed).map((s) => `${word("daytype", s.days)} ${s.from}–${s.until}`);
  return times.length > 0 ? t("rulefinding.times", { list: join(times) }) : "";
}
