import { describe, expect, it } from "vitest";
import {
  addException, addWindow, contentOf, faultsOf, freeId, moveWindow, newContent, newException, newWindow, refOfRule, removeException, removeWindow, replaceException, replaceWindow,
  resizeEnd, resizeStart, sameContent, shiftDay, windowAt,
} from "../src/plan/content";
import { contentNow, edited, noHistory, redo, undo, type History } from "../src/plan/history";
import { apart, differences, keyOf, resolved } from "../src/plan/merge";
import { consentOf, inForce, stepsFor } from "../src/plan/steps";
import type { Content, Judged, ModeWindow, Schedule } from "../src/plan/types";

const night: ModeWindow = { id: "night", mode: "parking", day_types: ["workday"], start: "20:00", duration_min: 660, clear_by: "06:50", grace_min: 10 };
const base: Content = { zone: "z", name: "夜间", from: "2026-12-01", windows: [night] };

describe("edits of a window", () => {
  it("move it with its time of leaving, not beyond its day", () => {
    expect(moveWindow(night, 15)).toMatchObject({ start: "20:15", clear_by: "07:05", duration_min: 660 });
    expect(moveWindow(night, 600).start).toBe("23:59");
    expect(moveWindow(night, -5000)).toMatchObject({ start: "00:00", clear_by: "10:50" });
  });

  it("resize both ends and keep the time of leaving inside", () => {
    expect(resizeEnd(night, -30)).toMatchObject({ duration_min: 630, clear_by: "06:30" });
    expect(resizeEnd(night, 15)).toMatchObject({ duration_min: 675, clear_by: "06:50" });
    expect(resizeEnd(night, 5000).duration_min).toBe(1440);
    expect(resizeEnd(night, -5000).duration_min).toBe(1);
    expect(resizeStart(night, -60)).toMatchObject({ start: "19:00", duration_min: 720 });
    expect(resizeStart(night, -1200)).toMatchObject({ start: "07:00", duration_min: 1440 });
    expect(resizeStart({ ...night, duration_min: 30 }, 60)).toMatchObject({ start: "20:29", duration_min: 1 });
  });

  it("change the day of those that go by weekdays", () => {
    const w: ModeWindow = { ...night, day_types: [], weekdays: ["mon", "wed"] };
    expect(shiftDay(w, "mon", 1)?.weekdays).toEqual(["tue", "wed"]);
    expect(shiftDay(w, "mon", -1)).toBe(null);
    expect(shiftDay({ ...w, weekdays: ["mon", "tue"] }, "mon", 1)).toBe(null);
    expect(shiftDay(night, "mon", 1)).toBe(null);
  });
});

describe("edits of the content", () => {
  it("add, replace and remove windows and leave the former content as it is", () => {
    const more = addWindow(base, newWindow(base, 480, 90, "sat"));
    expect(more.windows[1]).toEqual({ id: "parking-0800", mode: "parking", weekdays: ["sat"], start: "08:00", duration_min: 90 });
    expect(freeId(more.windows, "parking-0800")).toBe("parking-0800-2");
    expect(replaceWindow(base, { window: "night" }, { ...night, grace_min: 0 }).windows[0]).not.toHaveProperty("grace_min");
    expect(removeWindow(more, { window: "night" }).windows.map((w) => w.id)).toEqual(["parking-0800"]);
    expect(base.windows).toEqual([night]);
  });

  it("give exceptions windows when they are to have some, and take them away", () => {
    const x = newException(base, "2027-02-05", "2027-02-11", "春节");
    expect(x).toMatchObject({ effect: "close", until_day: "2027-02-12" });
    const c = addException(base, x);
    const replaced = replaceException(c, x.id, { ...x, effect: "replace" });
    expect(replaced.exceptions![0]!.windows).toMatchObject([{ id: "night", start: "20:00" }]);
    expect(replaced.exceptions![0]!.windows![0]).not.toHaveProperty("day_types");
    expect(windowAt(replaced, refOfRule(replaced, `haihui-2/${x.id}/night`))?.id).toBe("night");
    expect(replaceException(replaced, x.id, { ...replaced.exceptions![0]!, effect: "close" }).exceptions![0]).not.toHaveProperty("windows");
    expect(removeException(c, x.id)).toEqual(base);
  });

  it("are alike when they say the same", () => {
    expect(sameContent(base, { ...base, exceptions: [], documents: [], windows: [{ ...night, tail_policy: "keep", months: [] }] })).toBe(true);
    expect(sameContent(base, { ...base, until: "2027-01-01" })).toBe(false);
    expect(contentOf({ ...base, until: "" } as Content)).not.toHaveProperty("until");
    expect(newContent("z", "n", "2026-12-01").windows).toEqual([]);
  });

  it("are faulty where the service would refuse them", () => {
    expect(faultsOf(base)).toEqual([]);
    expect(faultsOf({ ...base, name: " ", until: "2026-12-01", exceptions: [{ id: "x", effect: "close", reason: "" }] })).toEqual(["/name", "/until", "/exceptions/0/reason", "/exceptions/0/first_day"]);
  });

  it("find what a rule names", () => {
    expect(refOfRule(base, "haihui-2/night")).toEqual({ window: "night" });
    expect([refOfRule(base, "default"), refOfRule(base, "haihui-2"), refOfRule(base, "haihui-2/other")]).toEqual([null, null, null]);
  });
});

describe("a history of edits", () => {
  const later = { ...base, name: "新名" };
  const a = edited(base, noHistory, "name", later, sameContent);
  const b = edited(base, a, "delete", removeWindow(later, { window: "night" }), sameContent);

  it("undoes and redoes to the same contents", () => {
    expect(contentNow(base, b).windows).toEqual([]);
    expect(contentNow(base, undo(b))).toEqual(later);
    expect(contentNow(base, undo(undo(b)))).toEqual(base);
    expect(contentNow(base, redo(redo(undo(undo(b)))))).toEqual(contentNow(base, b));
    expect(undo(noHistory)).toBe(noHistory);
    expect(redo(b)).toBe(b);
  });

  it("forgets what could be redone, and counts no edit that changes nothing", () => {
    expect(edited(base, undo(b), "name", { ...base, name: "x" }, sameContent).undone).toEqual([]);
    expect(edited(base, a, "name", { ...later, exceptions: [] }, sameContent)).toBe(a);
  });

  it("keeps the last edits when there are many", () => {
    let h: History<Content> = noHistory;
    for (let i = 0; i < 250; i++) h = edited(base, h, "name", { ...base, name: String(i) }, sameContent);
    expect(h.done.length).toBe(200);
    while (h.done.length > 0) h = undo(h);
    expect(contentNow(base, h).name).toBe("49");
  });
});

describe("two planners", () => {
  const mine: Content = { ...base, name: "我的", windows: [{ ...night, start: "19:30" }, { id: "noon", mode: "loading", start: "12:00", duration_min: 60 }] };
  const theirs: Content = { ...base, until: "2027-06-01", windows: [{ ...night, start: "21:00", grace_min: 5 }, { id: "noon", mode: "parking", start: "11:00", duration_min: 120 }] };

  it("keep both of what each has made, under two ids", () => {
    const own = apart(base, mine, theirs);
    expect(own.windows.map((w) => w.id)).toEqual(["night", "noon-2"]);
    const list = differences(base, own, theirs);
    expect(list.map((d) => [keyOf(d), d.choice])).toEqual([
      ["#name", "mine"],
      ["#until", "theirs"],
      ["windows/night#start", null],
      ["windows/night#grace_min", "theirs"],
      ["windows/noon#", "theirs"],
      ["windows/noon-2#", "mine"],
    ]);
    expect(resolved(theirs, list)).toBe(null);
    const chosen = resolved(theirs, list.map((d) => ({ ...d, choice: d.choice ?? "mine" })))!;
    expect(chosen).toMatchObject({ name: "我的", until: "2027-06-01" });
    expect(chosen.windows).toMatchObject([{ id: "night", start: "19:30", grace_min: 5 }, { id: "noon", mode: "parking" }, { id: "noon-2", mode: "loading" }]);
  });

  it("choose when one has deleted what the other has changed", () => {
    const gone = { ...base, windows: [] };
    const changed = { ...base, windows: [{ ...night, grace_min: 5 }] };
    const [d] = differences(base, gone, changed);
    expect(d).toMatchObject({ part: "windows/night", field: "", choice: null, mine: undefined });
    expect(resolved(changed, [{ ...d!, choice: "mine" }])!.windows).toEqual([]);
    expect(resolved(changed, [{ ...d!, choice: "theirs" }])!.windows).toEqual(changed.windows);
    const [e] = differences(base, changed, gone);
    expect(resolved(gone, [{ ...e!, choice: "mine" }])!.windows).toEqual(changed.windows);
  });

  it("take what only one has done, also a deletion", () => {
    const list = differences(base, { ...base, windows: [] }, base);
    expect(list).toMatchObject([{ choice: "mine" }]);
    expect(resolved(base, list)!.windows).toEqual([]);
    expect(differences(base, base, base)).toEqual([]);
  });

  it("lose nothing, whatever each of them does", () => {
    // Every subset of edits on each side; what only one side did is in the result, and where both did, the choice is.
    const edits: Array<(c: Content, who: string) => Content> = [
      (c, who) => ({ ...c, name: c.name + who }),
      (c, who) => replaceWindow(c, { window: "night" }, { ...windowAt(c, { window: "night" })!, start: who === "m" ? "18:00" : "22:00" }),
      (c, who) => addWindow(c, { id: "new", mode: "closed", start: "03:00", duration_min: who === "m" ? 10 : 20 }),
      (c, who) => addException(c, { id: "x", effect: "close", reason: who, first_day: "2027-01-01" }),
    ];
    const made = (mask: number, who: string) => edits.reduce((c, e, i) => (mask & (1 << i) ? e(c, who) : c), base);
    for (let m = 0; m < 16; m++) {
      for (let o = 0; o < 16; o++) {
        const [mine, theirs] = [made(m, "m"), made(o, "o")];
        const own = apart(base, mine, theirs);
        const list = differences(base, own, theirs).map((d) => ({ ...d, choice: d.choice ?? ("mine" as const) }));
        const got = resolved(theirs, list)!;
        expect(got.name).toBe(m & 1 ? "夜间m" : o & 1 ? "夜间o" : "夜间");
        expect(windowAt(got, { window: "night" })!.start).toBe(m & 2 ? "18:00" : o & 2 ? "22:00" : "20:00");
        expect(got.windows.filter((w) => w.mode === "closed").map((w) => w.duration_min).sort()).toEqual([...(m & 4 ? [10] : []), ...(o & 4 ? [20] : [])]);
        expect((got.exceptions ?? []).map((x) => x.reason).sort()).toEqual([...(m & 8 ? ["m"] : []), ...(o & 8 ? ["o"] : [])]);
      }
    }
  });
});

describe("steps", () => {
  const schedule: Schedule = { ...base, id: "s", code: "h-2", series: "h", number: 2, state: "draft", author: "甲", version: 1, revision: 1 };
  const judged = (more: Partial<Schedule>, allowed: Judged["allowed"]): Judged => ({ subject: { ...schedule, ...more }, findings: [], allowed, consents: ["police", "road"], missing: [] });
  const who = (role: string, name = "乙", consent: string | null = null) => ({ role, name, consent });

  it("are those of the role and the state", () => {
    expect(stepsFor(judged({}, ["in_review"]), who("planner"), "2026-11-25")).toEqual(["submit", "discard"]);
    expect(stepsFor(judged({}, ["in_review"]), null, "2026-11-25")).toEqual([]);
    const review = judged({ state: "in_review" }, ["draft", "approved"]);
    expect(stepsFor(review, who("reviewer"), "2026-11-25")).toEqual(["return", "approve"]);
    expect(stepsFor(review, who("reviewer", "甲"), "2026-11-25")).toEqual(["return"]);
    expect(stepsFor(review, who("unit-agent", "丙", "police"), "2026-11-25")).toEqual(["sign"]);
    expect(stepsFor(review, who("unit-agent", "丙", "town"), "2026-11-25")).toEqual([]);
    expect(stepsFor(review, who("planner"), "2026-11-25")).toEqual(["redraft"]);
    expect(stepsFor(judged({ state: "approved" }, ["draft", "published"]), who("publisher"), "2026-11-25")).toEqual(["return", "publish"]);
    expect(stepsFor(judged({ state: "published" }, ["withdrawn", "superseded"]), who("publisher"), "2026-11-25")).toEqual(["withdraw"]);
    expect(stepsFor(judged({ state: "published" }, ["withdrawn", "superseded"]), who("publisher"), "2026-12-01")).toEqual([]);
  });

  it("know who consents, and what the dates say", () => {
    expect(["police_station", "department", "operation_centre", "park", undefined].map(consentOf)).toEqual(["police", "road", "town", null, null]);
    const published = { state: "published" as const, from: "2026-12-01", until: "2027-01-01" };
    expect(["2026-11-30", "2026-12-01", "2027-01-01"].map((d) => inForce(published, d))).toEqual(["waiting", "in_force", "expired"]);
    expect(inForce({ state: "draft", from: "2026-12-01" }, "2026-12-01")).toBe(null);
  });
});
