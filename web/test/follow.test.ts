import { afterEach, describe, expect, it, vi } from "vitest";
import type { Status } from "../src/api/types";

vi.mock("../src/state", async () => {
  const { signal } = await import("@preact/signals");
  return { client: {}, layerRevision: signal({}), online: signal(true), stale: signal([]), status: signal(null) };
});
const { follow, readTouched, touchedLayers } = await import("../src/follow");
const state = await import("../src/state");

const status = (revision: number, poles: string, epoch = "e1"): Status => ({
  epoch,
  revision,
  recorded_at: "2025-05-20T02:00:00Z",
  demo: true,
  name: "金山区",
  state: "live",
  age_s: 0,
  digest: "g" + poles,
  quarantined: [],
  layers: [
    { layer: "grids", count: 37, digest: "g" },
    { layer: "poles", count: 3000, digest: poles },
  ],
});

describe("what has changed between two states of the service", () => {
  it("is what has another digest", () => {
    expect(touchedLayers(status(1, "a"), status(2, "b"), {})).toEqual(["poles"]);
    expect(touchedLayers(status(1, "a"), status(2, "a"), {})).toEqual([]);
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
  it("without places means all tiles of its layers", () => {
    const everywhere = [{ layer: "poles", minzoom: 0, ids: [] }, { layer: "hexagons", minzoom: 0, ids: [] }];
    expect(readTouched('{"epoch":"e1","revision":7,"layers":["poles"]}')?.stale).toEqual(everywhere);
    expect(readTouched('{"epoch":"e1","revision":7,"layers":["poles"],"tiles":[{"layer":"poles"}]}')?.stale).toEqual(everywhere.slice(0, 1));
  });

  it("is read, and anything else is none", () => {
    const data = { epoch: "e1", revision: 7, layers: ["poles"], changes: [{ layer: "poles", ids: ["p_1"] }], tiles: [{ layer: "poles", minzoom: 3, bboxes: [[121, 30, 121.1, 30.1]] }] };
    expect(readTouched(JSON.stringify(data))).toEqual({ epoch: "e1", revision: 7, layers: ["poles"], stale: [{ layer: "poles", minzoom: 3, ids: ["p_1"], boxes: [[121, 30, 121.1, 30.1]] }] });
    expect(readTouched('{"epoch":"e1","revision":7,"layers":null}')).toEqual({ epoch: "e1", revision: 7, layers: [], stale: [] });
    for (const bad of ["", "null", "[]", '{"revision":7}', '{"epoch":"e1","revision":"7"}']) expect(readTouched(bad)).toBeNull();
  });
});

describe("a page that follows the service", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("asks at once what has changed when the service cannot say what was missed", async () => {
    let served = status(1, "a");
    const asked = vi.fn(async () => served);
    state.client.status = asked;
    const source = new EventTarget();
    vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("EventSource", function () {
      return source;
    });
    const revision = (n: number, layers: string[]) => source.dispatchEvent(new MessageEvent("revision", { data: JSON.stringify({ epoch: "e1", revision: n, layers }) }));

    follow();
    await vi.waitFor(() => expect(state.status.value?.revision).toBe(1));
    expect(state.layerRevision.value).toEqual({});

    served = status(5, "b");
    source.dispatchEvent(new Event("reload"));
    source.dispatchEvent(new Event("reload"));
    await vi.waitFor(() => expect(state.layerRevision.value).toEqual({ poles: 5 }));
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(3));

    revision(6, ["poles"]);
    expect(state.layerRevision.value).toEqual({ poles: 6 });

    state.stale.value = [];
    const data = JSON.stringify({ epoch: "e1", revision: 6, layers: ["zones"], tiles: [{ layer: "zones", minzoom: 12, bboxes: [[1, 2, 3, 4]] }] });
    source.dispatchEvent(new MessageEvent("moment", { data }));
    expect(state.stale.value).toEqual([{ layer: "zones", minzoom: 12, ids: [], boxes: [[1, 2, 3, 4]] }]);
    expect(state.layerRevision.value).toEqual({ poles: 6 });

    served = status(2, "b", "e2");
    source.dispatchEvent(new Event("reload"));
    await vi.waitFor(() => expect(state.layerRevision.value).toEqual({ grids: 2, poles: 2 }));
  });
});
