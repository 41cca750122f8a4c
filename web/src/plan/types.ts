import type { components } from "../api/types.gen";
import type { Mode } from "../style/palette";

// What the planner's screen takes and answers: schedules of zones (潮汐时段), the calendar, orders.

export const dayTypes = ["workday", "restday", "holiday", "makeup_workday"] as const;
export type DayKind = (typeof dayTypes)[number];

/** The days of the week as rules name them, in the order of the editor's rows. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

export const tails = ["keep", "cut_midnight", "cut_at"] as const;
export type Tail = (typeof tails)[number];

export const userClasses = ["resident", "visitor", "taxi", "delivery", "bus", "disabled", "electric", "emergency", "shop"] as const;

/** On which days something begins: those that meet every member that is there. */
export interface DaysRule {
  /** workday, restday, holiday, holiday:<name>, makeup_workday. */
  day_types?: string[];
  makeup_apart?: boolean;
  weekdays?: Weekday[];
  /** 1 to 5 from the first, -1 to -5 from the last of the month. */
  nth?: number[];
  months?: number[];
  first_day?: string;
  /** The day after the last one. */
  until_day?: string;
}

export interface UserClasses {
  any_of?: string[];
  all_of?: string[];
  none_of?: string[];
}

/** fen is hundredths of a yuan. */
export interface Rate {
  fen: number;
  per: "hour" | "day" | "stay";
}

/** A stretch in which a zone has a mode: from the same minute of each of its days, over midnight if need be. */
export interface ModeWindow extends DaysRule {
  id: string;
  mode: Mode;
  /** HH:MM. */
  start: string;
  duration_min: number;
  tail_policy?: Tail;
  cut_at?: string;
  user_classes?: UserClasses;
  max_stay_min?: number;
  rate?: Rate;
  clear_by?: string;
  grace_min?: number;
}

export const effects = ["close", "replace", "extend"] as const;
export type Effect = (typeof effects)[number];

/** What is different on some days. */
export interface Exception extends DaysRule {
  id: string;
  effect: Effect;
  windows?: ModeWindow[];
  reason: string;
  document?: string;
  event?: string;
  bound?: boolean;
}

/** What a planner writes; the service adds who, when, and how far it has come. */
export interface Content {
  zone: string;
  name: string;
  from: string;
  /** The day after the last one. */
  until?: string;
  windows: ModeWindow[];
  exceptions?: Exception[];
  documents?: string[];
  based_on?: string;
}

export const scheduleStates = ["draft", "in_review", "approved", "published", "withdrawn", "superseded"] as const;
export type ScheduleState = (typeof scheduleStates)[number];

export interface SignOff {
  role: string;
  unit: string;
  by: string;
  at: string;
}

export interface Comment {
  by: string;
  at: string;
  step?: string;
  text: string;
}

/** What revisions of schedules and of rules have in common. Lists that are empty may be left out or null. */
export interface Revision {
  id: string;
  code: string;
  name: string;
  series: string;
  number: number;
  state: ScheduleState;
  from: string;
  /** The day after the last one. */
  until?: string;
  author: string;
  based_on?: string;
  calendar?: string;
  sign_offs?: SignOff[] | null;
  comments?: Comment[] | null;
  version: number;
  revision: number;
}

/** A revision of a schedule as the service has it. */
export interface Schedule extends Content, Revision {}

/** Something about a schedule that whoever plans has to know. ids are as rules name things: haihui-2/night. */
export interface Finding {
  code: string;
  blocks: boolean;
  ids: string[];
  first?: string;
  date?: string;
  detail: string;
}

/** A revision with what is to be said of it now: what is found, the states that it can go to, who has to consent and has not. */
export interface Judged<R extends Revision = Schedule> {
  subject: R;
  findings: Finding[];
  allowed: ScheduleState[];
  consents: string[];
  missing: string[];
}

/** Something that is stored, and the tag that a change of it must name. */
export interface Tagged<T> {
  body: T;
  etag: string;
}

/** A stretch in which a zone is used for one thing, by one rule. */
export interface Interval {
  from: string;
  to: string;
  mode: Mode;
  rule: string;
}

export interface Preview {
  findings: Finding[];
  intervals: Interval[];
  published: Interval[];
  provisional: boolean;
  calendar: string;
}

export interface Evaluation {
  zone: string;
  at: string;
  mode: Mode;
  rule: string;
  next_change: string | null;
  provisional: boolean;
  calendar: string;
}

export interface CalendarDay {
  date: string;
  weekday: Weekday;
  type: DayKind;
  /** The holiday that the day is, or is made up for. */
  holiday?: string;
  name?: string;
}

export interface Year {
  from: string;
  until: string;
  days: CalendarDay[];
  provisional_years?: number[] | null;
}

export interface Texts {
  sign: { zh: string[]; en: string[] };
  notice: { zh: string; en: string };
}

/** What a workbook holds, and what could not be read of it. */
export interface Read {
  schedule: Content;
  issues?: Array<{ sheet: string; cell: string; detail: string }> | null;
}

export const bands = ["emergency", "works", "event"] as const;
export type Band = (typeof bands)[number];

export interface OrderContent {
  name: string;
  zones: string[];
  starts: string;
  ends: string;
  band: Band;
  mode: Mode;
  overrides?: string;
  reason: string;
  document?: string;
}

export interface Order extends OrderContent {
  id: string;
  code: string;
  author: string;
  version: number;
  revision: number;
}

type Schemas = components["schemas"];
type Is<A extends B, B> = A;

/** This compiles as long as what is sent is what the service describes, and what it describes is what is read here. */
export type Agreed = [
  Is<Content, Schemas["ScheduleContent"]>,
  Is<OrderContent, Schemas["OrderContent"]>,
  Is<Schemas["Finding"], Finding>,
  Is<Schemas["ModeInterval"], Interval>,
  Is<Schemas["Evaluation"], Evaluation>,
  Is<Schemas["PreviewAnswer"], Preview>,
  Is<Schemas["CalendarDay"], CalendarDay>,
  Is<Schemas["Calendar"], Year>,
  Is<Schemas["ScheduleTexts"], Texts>,
];
