import { me } from "../state";

/** Who may see what publishing would change. */
const comparers = ["planner", "reviewer", "publisher"];

export const mayCompare = () => comparers.includes(me.value?.role ?? "");
