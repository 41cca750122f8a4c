import type { components } from "../api/types.gen";
import type { Mode } from "../style/palette";
import type { Basis } from "../api/types";
import type { DaysRule, Finding, Revision } from "../plan/types";

// Rules of responsibility (责任规则) as the screens of rules take and answer them.

export const bands = ["emergency", "special", "regular", "fallback"] as const;
export type RuleBand = (typeof bands)[number];

export const duties = ["statutory", "voluntary", "whistle"] as const;
export const clockKinds = ["elapsed", "work_hours", "work_days", "natural_days"] as const;
export type ClockKind = (typeof clockKinds)[number];
export const stages = ["ack", "arrive", "resolve"] as const;
export type Stage = (typeof stages)[number];

/** Selects by place. */
export interface RuleArea {
  grids?: string[];
  towns?: string[];
  communities?: string[];
  overlays?: string[];
  overlay_kinds?: string[];
  polygon?: [number, number][][];
  road?: string;
  road_within_m?: number;
  near_border_m?: number;
}

/** Selects by what stands there. */
export interface RuleFeature {
  layer: string;
  within_m?: number;
  owner_units?: string[];
  owner_kinds?: string[];
  unowned?: boolean;
  states?: string[];
  claim_states?: string[];
  modes?: Mode[];
}

/** A stretch of time that comes again: HH:MM, and for how many minutes, on some days. */
export interface RuleTime extends DaysRule {
  start: string;
  duration_min: number;
}

/** Selects by what the report says of itself. */
export interface RuleContext {
  channels?: string[];
  severities?: string[];
  reporters?: string[];
  min_confidence?: number;
  max_confidence?: number;
}

/** What a rule is about: every member that is there must hold. */
export interface RuleWhen {
  categories?: string[];
  area?: RuleArea;
  feature?: RuleFeature;
  times?: RuleTime[];
  context?: RuleContext;
}

/** Who acts, by expressions: see units.ts. */
export interface RuleThen {
  no_action?: boolean;
  primary?: string;
  additive?: boolean;
  co?: string[];
  supervisor?: string;
  informed?: string[];
}

/** amount is in minutes for time by the clock and working hours, in days for the others. */
export interface RuleDeadline {
  kind: string;
  amount: number;
  opens?: string;
  closes?: string;
}

export type RuleClock = Partial<Record<Stage, RuleDeadline>>;

/** What a planner writes; the service adds number, state and author. */
export interface RuleContent {
  series?: string;
  name: string;
  name_en?: string;
  from: string;
  /** The day after the last one. */
  until?: string;
  band: string;
  when: RuleWhen;
  then: RuleThen;
  basis: Basis;
  clock?: RuleClock;
  documents?: string[];
  based_on?: string;
}

/** A revision of a rule as the service has it. */
export interface Rule extends Omit<RuleContent, "series">, Revision {
  digest?: string;
}

/** A finding of the check of all rules together. ids are rules, units, categories or numbers, as the finding has it. */
export interface RuleFinding extends Finding {
  category?: string;
  grids?: string[];
  all_grids?: boolean;
  times?: Array<{ date: string; days: string; from: string; until: string }>;
  /** Whether the rules in force do not have it. */
  new?: boolean;
}

export const cellStates = ["whistle", "other", "sometimes", "fallback"] as const;
export type CellState = (typeof cellStates)[number];

export interface Cell {
  state: CellState;
  rule?: string;
  unit?: string;
}

export interface WhistleItem {
  item: number;
  category: string;
  name: string;
  name_en?: string;
  cells: Cell[];
}

/** Which rule answers each item of the whistle list in each grid; the three lists of grids go together. */
export interface Matrix {
  grids: string[];
  names: string[];
  names_en: string[];
  items: WhistleItem[];
  missing: number;
}

/** What a set of rules does and where it does nothing. */
export interface Report {
  from: string;
  rules: number;
  cases: number;
  blocking: number;
  warnings: number;
  findings: RuleFinding[];
  whistle?: Matrix;
}

type Schemas = components["schemas"];
type Is<A extends B, B> = A;

/** This compiles as long as what is sent is what the service describes, and what it describes is what is read here. */
export type Agreed = [Is<RuleContent, Schemas["RuleContent"]>, Is<Schemas["RuleReport"], Omit<Report, "whistle">>];
