import { beforeEach, describe, expect, it, vi } from "vitest";
import { edited, noHistory, type History } from "../src/plan/history";
import type { Content } from "../src/plan/types";

const kept = new Map<string, string>();
vi.mock("../src/state", () => ({
  recall: (name: string) => kept.get(name) ?? "",
  remember: (name: string, value: string) => void (value ? kept.set(name, value) : kept.delete(name)),
}));
const { keepDraft, readDraft, scheduleKey } = await import("../src/plan/draft");

const base: Content = { zone: "z", name: "夜间", from: "2026-12-01", windows: [] };
const same = (a: Content, b: Content) => a.name === b.name;
const history = edited(base, noHistory, "name", { ...base, name: "新名" }, same);

describe("unsaved work of a planner", () => {
  beforeEach(() => kept.clear());

  it("is kept for each revision, and for one that is not stored yet", () => {
    keepDraft(scheduleKey("z", "s1"), { base, etag: '"e"', history });
    expect(readDraft<Content>(scheduleKey("z", "s1"))).toEqual({ base, etag: '"e"', history });
    expect([readDraft<Content>(scheduleKey("z", "")), readDraft<Content>(scheduleKey("y", "s1"))]).toEqual([null, null]);
    keepDraft(scheduleKey("z", ""), { base, etag: "", history });
    expect(readDraft<Content>(scheduleKey("z", ""))?.history.done[0]?.after.name).toBe("新名");
  });

  it("is forgotten when nothing is changed, and with null", () => {
    keepDraft(scheduleKey("z", "s1"), { base, etag: "e", history });
    keepDraft(scheduleKey("z", "s1"), { base, etag: "e", history: noHistory });
    expect(kept.size).toBe(0);
    keepDraft(scheduleKey("z", "s1"), { base, etag: "e", history });
    keepDraft(scheduleKey("z", "s1"), null);
    expect(kept.size).toBe(0);
  });

  it("keeps the last edits, and nothing that cannot be read", () => {
    let h: History<Content> = noHistory;
    for (let i = 0; i < 50; i++) h = edited(base, h, "name", { ...base, name: String(i) }, same);
    keepDraft(scheduleKey("z", "s1"), { base, etag: "e", history: h });
    expect(readDraft<Content>(scheduleKey("z", "s1"))!.history.done.length).toBe(30);
    for (const text of ["{", "null", '{"etag":"e","history":{"done":[1]}}', '{"base":{"zone":"z"},"history":{"done":[1]}}']) {
      kept.set("draft.schedules/z/s1", text);
      expect(readDraft<Content>(scheduleKey("z", "s1"))).toBe(null);
    }
  });
});
