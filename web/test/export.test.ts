// @vitest-environment node
import { describe, expect, it, vi } from "vitest";

vi.mock("../src/state", () => ({ client: {} }));
const { csvOf } = await import("../src/export");

describe("an exported list", () => {
  it("begins with the mark of its encoding, code and name first, places as two columns", () => {
    const text = csvOf([
      { id: "p_1", name: "1 号杆", code: "TL-1", version: 3, revision: 9, height_m: 9.5, geometry: { type: "Point", coordinates: [121.3, 30.8] } },
      { id: "p_2", name: "", code: "TL-2", live: true as never, ownership: [{ unit: "u_1", share: 1 }] },
    ]);
    expect(text).toBe('\uFEFFid,code,name,height_m,live,ownership,lon,lat\r\np_1,TL-1,1 号杆,9.5,,,121.3,30.8\r\np_2,TL-2,,,true,"[{""unit"":""u_1"",""share"":1}]",,\r\n');
  });

  it("quotes what would break a row, and marks what a spreadsheet would run", () => {
    const text = csvOf([{ id: "1", name: '=HYPERLINK("x"),\n', code: "-1" }]);
    expect(text).toBe('\uFEFFid,code,name\r\n1,\'-1,"\'=HYPERLINK(""x""),\n"\r\n');
  });
});
