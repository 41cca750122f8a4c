import { describe, expect, it } from "vitest";
import { isStale, nameOfTile, staleTiles, tileAt, type Box, type Stale } from "../src/map/tiles";

const view: Box = [121.3, 30.7, 121.34, 30.73];
const stale = (minzoom: number, ...boxes: Box[]): Stale => ({ layer: "poles", minzoom, ids: [], boxes });

describe("tiles that are stale", () => {
  it("are numbered as everywhere", () => {
    expect(tileAt(121.3355717, 30.7065018, 14)).toEqual({ z: 14, x: 13714, y: 6722 });
    expect(tileAt(-180, 85.06, 3)).toEqual({ z: 3, x: 0, y: 0 });
    expect(tileAt(180, -90, 3)).toEqual({ z: 3, x: 7, y: 7 });
  });

  it("are those that a box comes into, and the neighbour across a near side", () => {
    const side = (13713 / 2 ** 14) * 360 - 180; // between columns 13712 and 13713
    const width = 360 / 2 ** 14;
    const at = (lon: number) => stale(0, [lon, 30.7065018, lon, 30.7065018]);
    const columns = (s: Stale) => (staleTiles([s], view, 14) ?? []).filter((t) => t.z === 14).map((t) => t.x);
    expect(columns(at(side + width / 2))).toEqual([13713]);
    expect(columns(at(side + width / 100))).toEqual([13712, 13713]);
    expect(columns(at(side + width / 50))).toEqual([13713]);
  });

  it("begin at the zoom that the change has", () => {
    const list = [stale(12, [121.31, 30.71, 121.31, 30.71])];
    expect(new Set(staleTiles(list, view, 14)?.map((t) => t.z))).toEqual(new Set([12, 13, 14, 15, 16, 17, 18]));
    expect(isStale(tileAt(121.31, 30.71, 11), list)).toBe(false);
    expect(isStale(tileAt(121.31, 30.71, 12), list)).toBe(true);
    expect(isStale(tileAt(121.33, 30.71, 14), list)).toBe(false);
  });

  it("are all the listed ones that the view meets, and no other", () => {
    const list = [stale(0, [121.2, 30.6, 121.32, 30.715], [121.5, 30.7, 121.6, 30.8])];
    const listed = new Set(staleTiles(list, view, 13)!.map(nameOfTile));
    for (let z = 10; z <= 17; z++) {
      const [from, to] = [tileAt(view[0], view[3], z), tileAt(view[2], view[1], z)];
      for (let x = from.x - 1; x <= to.x + 1; x++) {
        for (let y = from.y - 1; y <= to.y + 1; y++) {
          const seen = x >= from.x && x <= to.x && y >= from.y && y <= to.y;
          expect(listed.has(nameOfTile({ z, x, y })), `${z}/${x}/${y}`).toBe(seen && isStale({ z, x, y }, list));
        }
      }
    }
  });

  it("are not listed when they are too many or everywhere", () => {
    expect(staleTiles([stale(0, [120, 30, 122, 31])], [120, 30, 122, 31], 14)).toBeNull();
    const everywhere: Stale = { layer: "poles", minzoom: 9, ids: [] };
    expect(staleTiles([everywhere], view, 14)).toBeNull();
    expect(isStale({ z: 9, x: 0, y: 0 }, [everywhere])).toBe(true);
    expect(isStale({ z: 8, x: 0, y: 0 }, [everywhere])).toBe(false);
  });
});
