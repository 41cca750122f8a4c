import { describe, expect, it } from "vitest";
import { parsePair } from "../src/coord/parse";

const x = 121.33;
const y = 30.89027778;

describe("a pasted coordinate", () => {
  it.each([
    ["121.3301,30.8903", 121.3301, 30.8903, false],
    ["30.8903, 121.3301", 121.3301, 30.8903, true],
    ["121.3301 30.8903", 121.3301, 30.8903, false],
    ["121.3301，30.8903", 121.3301, 30.8903, false],
    ["(121.3301; 30.8903)", 121.3301, 30.8903, false],
    ["经度121.3301 纬度30.8903", 121.3301, 30.8903, false],
    ["北纬30.8903 东经121.3301", 121.3301, 30.8903, true],
    ['{"lng":121.3301,"lat":30.8903}', 121.3301, 30.8903, false],
    ["lat=30.8903&lon=121.3301", 121.3301, 30.8903, true],
    ["30°53′25″N 121°19′48″E", x, y, true],
    ["121°19'48\"E, 30°53'25\"N", x, y, false],
    ["30度53分25秒 121度19分48秒", x, y, true],
    ["N30°53′25″ E121°19′48″", x, y, true],
    ["30°53.4167′N 121°19.8′E", 121.33, 30.89027833, true],
    ["-73.98, 40.75", -73.98, 40.75, false],
    ["40.75N 73.98W", -73.98, 40.75, true],
  ])("%s", (text, lon, lat, reversed) => {
    expect(parsePair(text)).toEqual({ x: lon, y: lat, form: "degrees", reversed });
  });

  it.each([
    ["531610.25, 3418807.5", 531610.25, 3418807.5, false],
    ["3418807.5 531610.25", 531610.25, 3418807.5, true],
    ["40531610.25,3418807.5", 531610.25, 3418807.5, false],
  ])("in plane metres: %s", (text, east, north, reversed) => {
    expect(parsePair(text)).toEqual({ x: east, y: north, form: "plane", reversed });
  });

  it.each(["", "龙皓路 海汇街", "310116104Z05", "310116104", "TL-0007", "121.33", "1,2,3", "181,91", "121.3301,30.8903 亭林", "lat 30 lat 31", "1000000,1000000", "x".repeat(300)])("nothing in %s", (text) => {
    expect(parsePair(text)).toBeNull();
  });
});
