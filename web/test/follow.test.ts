import { describe, expect, it, vi } from "vitest";
import type { Status } from "../src/api/types";

vi.mock("../src/state", () => ({ client: {}, layerRevision: {}, online: {}, status: {} }));
const { readTouched, touchedLayers } = await import("../src/follow");

const status = (revision: number, poles?: string, epoch = "e1"): Status => ({
  epoch,
  revision,
  demo: true,
  name: "金山区",
  state: "live",
  layers: [
    { layer: "grids", count: 37, digest: "g" },
    { layer: "poles", count: 3000, ...(poles && { digest: poles }) },
  ],
});

describe("what has changed between two states of the service", () => {
  it("is what has another digest", () => {
    expect(touchedLayers(status(1, "a"), status(2, "b"), {})).toEqual(["poles"]);
    expect(touchedLayers(status(1, "a"), status(2, "a"), {})).toEqual([]);
  });

  it("is everything that has no digest when the revision is another", () => {
    expect(touchedLayers(status(1), status(2), {})).toEqual(["poles"]);
    expect(touchedLayers(status(2), status(2), {})).toEqual([]);
  });

  it("is everything after a restore", () => {
    expect(touchedLayers(status(9, "a"), status(3, "a", "e2"), {})).toEqual(["grids", "poles"]);
  });

  it("is not what an event has told already", () => {
    expect(touchedLayers(status(2, "a"), status(2, "b"), { poles: 2 })).toEqual([]);
    expect(touchedLayers(status(2, "a"), status(3, "b"), { poles: 2 })).toEqual(["poles"]);
  });
});

describe("an event", () => {
  it("is read, and anything else is none", () => {
    expect(readTouched('{"epoch":"e1","revision":7,"layers":["poles"],"changes":[]}')).toEqual({ epoch: "e1", revision: 7, layers: ["poles"] });
    expect(readTouched('{"epoch":"e1","revision":7,"layers":null}')).toEqual({ epoch: "e1", revision: 7, layers: [] });
    for (const bad of ["", "null", "[]", '{"revision":7}', '{"epoch":"e1","revision":"7"}']) expect(readTouched(bad)).toBeNull();
  });
});
