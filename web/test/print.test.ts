import { describe, expect, it, vi } from "vitest";

vi.mock("../src/state", async () => ({ popover: (await import("@preact/signals")).signal(null) }));
const { scaleOf } = await import("../src/print/print");

describe("the scale on paper", () => {
  it("is that of the middle of the map", () => {
    // At zoom 0 the equator, 40,075,017 m, is 512 pixels or 135.5 mm long.
    expect(scaleOf(0, 0)).toBe(300_000_000);
    expect(scaleOf(10, 0)).toBe(290_000);
    expect(scaleOf(10, 60)).toBe(140_000);
    expect(scaleOf(17, 30.8)).toBe(1900);
  });
});
