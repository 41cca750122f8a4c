import { beforeEach, describe, expect, it, vi } from "vitest";
import { edited, noHistory } from "../src/plan/history";
import type { Content } from "../src/plan/types";

const kept = new Map<string, string>();
vi.mock("../src/state", () => ({
  recall: (name: string) => kept.get(name) ?? "",
  remember: (name: string, value: string) => void (value ? kept.set(name, value) : kept.delete(name)),
}));
const { keepDraft, readDraft } = await import("../src/plan/draft");

const base: Content = { zone: "z", name: "夜间", from: "2026-12-01", windows: [] };
const history = edited(base, noHistory, "name", { ...base, name: "新名" });

describe("unsaved work of a planner", () => {
  beforeEach(() => kept.clear());

  it("is kept for each revision, and for one that is not stored yet", () => {
    keepDraft("z", "s1", { base, etag: '"e"', history });
    expect(readDraft("z", "s1")).toEqual({ base, etag: '"e"', history });
    expect([readDraft("z", ""), readDraft("y", "s1")]).toEqual([null, null]);
    keepDraft("z", "", { base, etag: "", history });
    expect(readDraft("z", "")?.history.done[0]?.after.name).toBe("新名");
  });

  it("is forgotten when nothing is changed, and with null", () => {
    keepDraft("z", "s1", { base, etag: "e", history });
    keepDraft("z", "s1", { base, etag: "e", history: noHistory });
    expect(kept.size).toBe(0);
    keepDraft("z", "s1", { base, etag: "e", history });
    keepDraft("z", "s1", null);
    expect(kept.size).toBe(0);
  });

  it("keeps the last edits, and nothing that cannot be read", () => {
    let h = noHistory;
    for (let i = 0; i < 50; i++) h = edited(base, h, "name", { ...base, name: String(i) });
    keepDraft("z", "s1", { base, etag: "e", history: h });
    expect(readDraft("z", "s1")!.history.done.length).toBe(30);
    for (const text of ["{", "null", '{"base":{"zone":"y"},"etag":"e","history":{"done":[1]}}', '{"base":{"zone":"z"},"history":{"done":[1]}}']) {
      kept.set("draft.schedules/z/s1", text);
      expect(readDraft("z", "s1")).toBe(null);
    }
  });
});
