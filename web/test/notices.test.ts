import { describe, expect, it, vi } from "vitest";
import type { Status } from "../src/api/types";

vi.mock("../src/state", () => ({ at: { value: null }, online: { value: true }, recall: () => "", remember: () => undefined, status: { value: null } }));
const { noticesOf } = await import("../src/notices");

const status = (state: Status["state"], more: Partial<Status> = {}): Status => ({
  epoch: "e",
  revision: 1,
  recorded_at: "2025-05-20T02:00:00Z",
  demo: false,
  name: "",
  state,
  age_s: 0,
  digest: "d",
  layers: [],
  quarantined: [],
  ...more,
});

describe("the lines under the bar", () => {
  it("say nothing when all is well", () => {
    expect(noticesOf(status("live"), true, null)).toEqual([]);
    expect(noticesOf(null, true, null)).toEqual([]);
  });

  it("say that it is not now before anything else", () => {
    expect(noticesOf(status("stale", { demo: true, quarantined: [{ id: "p_1" }] }), true, "2025-05-20T10:00:00+08:00")).toEqual(["time", "stale", "quarantined", "demo"]);
  });

  it("say offline instead of how old the data is, which is not known then", () => {
    expect(noticesOf(status("file"), false, null)).toEqual(["offline"]);
    expect(noticesOf(status("file"), true, null)).toEqual(["file"]);
  });
});
