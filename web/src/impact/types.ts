import type { components } from "../api/types.gen";
import type { Task } from "../url";

// What is asked and answered about what would change hands.

type Schemas = components["schemas"];

export type ImpactTask = Extract<Task, { kind: "impact" }>;

export type Report = Schemas["ImpactAnswer"];
export type Question = Schemas["ImpactQuestion"];
export type Holder = Schemas["Holder"];
export type Move = Schemas["Move"];
export type Spot = Schemas["ChangedCell"];
export type Matter = Schemas["GridCategory"];
/** A feature as it would be: the members of its layer, with the name of the layer. */
export type Proposed = NonNullable<Question["features"]>[number];

/** How fine the area is looked at, by the H3 resolution of its cells. */
export const resolutions = [6, 7, 8, 9] as const;
export type Resolution = (typeof resolutions)[number];
export const usualResolution: Resolution = 8;

/** The lists of a report: places, matters by grid, poles, kerb zones, and zones that are used for something else on some days. */
export const lists = ["places", "matters", "poles", "zones", "days"] as const;
export type ListName = (typeof lists)[number];
