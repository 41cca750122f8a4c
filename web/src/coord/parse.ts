/** A pair of numbers that somebody pasted: longitude and latitude, or easting and northing. */
export interface Pair {
  x: number;
  y: number;
  /** degrees: any geographic system; plane: metres of EPSG:4549. */
  form: "degrees" | "plane";
  /** The text gave latitude (or northing) first. */
  reversed: boolean;
}

type Axis = "x" | "y" | null;

interface Part {
  value: number;
  axis: Axis;
}

const eastWords = /^(?:e|w|lon|lng|long|longitude|经度|东经|西经|x)$/i;
const northWords = /^(?:n|s|lat|latitude|纬度|北纬|南纬|y)$/i;
const token =
  /(东经|西经|北纬|南纬|经度|纬度|longitude|latitude|long|lng|lon|lat|[NSEWXY])|([-+]?\d+(?:\.\d+)?)|(°|º|度|d)|(′|’|'|分|m)|(″|”|"|秒)|([,，;；])/giu;

/**
 * Reads pasted coordinates: "121.3301,30.8903" in either order, with words ("经度121.33 纬度30.89", {"lng":…,"lat":…}), degrees,
 * minutes and seconds (30°53′25″N 121°19′48″E, 30度53分25秒), or plane metres with or without the zone number 40. null if the
 * text is anything else, so that it can be searched for as a name.
 */
export function parsePair(text: string): Pair | null {
  const rest = text.replace(token, "").replace(/[\s,，;；、:：=&?|/(){}[\]（）【】"']/gu, "");
  if (rest !== "" || text.length > 200) return null;
  const parts = readParts(text);
  const [a, b] = parts;
  if (parts.length !== 2 || !a || !b) return null;
  return Math.abs(a.value) > 1000 || Math.abs(b.value) > 1000 ? plane(a, b) : degrees(a, b);
}

/** Splits the text into two values, each with the axis that its word names. */
function readParts(text: string): Part[] {
  const parts: Part[] = [];
  let word: string | null = null;
  let unit = 0; // 0: no value yet, 1: a new value may follow, 2: minutes, 3: seconds
  let signs: number[] = [];
  for (const m of text.matchAll(token)) {
    const [, name, digits, deg, min, sec, comma] = m;
    if (name) {
      const last = parts.at(-1);
      // "121°19'E": the letter belongs to the value before it, unless that has one or a value must still come.
      if (last && last.axis === null && /^[NSEW]$/i.test(name) && word === null && unit > 0) {
        name_(last, name, signs, parts.length - 1);
        unit = 0;
      } else {
        word = name;
        unit = 0;
      }
    } else if (digits) {
      const value = Number(digits);
      const last = parts.at(-1);
      if (last && unit === 2 && value < 60 && Number.isInteger(last.value)) last.value += (Math.sign(signs[parts.length - 1] ?? 1) * value) / 60;
      else if (last && unit === 3) last.value += (Math.sign(signs[parts.length - 1] ?? 1) * value) / 3600;
      else {
        parts.push({ value, axis: null });
        signs.push(value < 0 || digits.startsWith("-") ? -1 : 1);
        if (word) name_(parts[parts.length - 1]!, word, signs, parts.length - 1);
        word = null;
        unit = 1;
        continue;
      }
      unit = 1;
    } else if (deg) unit = 2;
    else if (min) unit = 3;
    else if (sec || comma) unit = 1;
  }
  return word === null ? parts : [];
}

function name_(part: Part, word: string, signs: number[], i: number): void {
  if (eastWords.test(word)) part.axis = "x";
  else if (northWords.test(word)) part.axis = "y";
  if (/^(?:w|s|西经|南纬)$/i.test(word)) {
    part.value = -part.value;
    signs[i] = -(signs[i] ?? 1);
  }
}

function degrees(a: Part, b: Part): Pair | null {
  const reversed = a.axis || b.axis ? a.axis === "y" || b.axis === "x" : Math.abs(b.value) > 90 && Math.abs(a.value) <= 90;
  const [x, y] = reversed ? [b.value, a.value] : [a.value, b.value];
  if (a.axis && a.axis === b.axis) return null;
  if (Math.abs(x) > 180 || Math.abs(y) > 90) return null;
  return { x: round(x), y: round(y), form: "degrees", reversed };
}

/** An easting without the number of its zone, which is 40. */
export function zoned(v: number): number {
  return v >= 40_000_000 && v < 41_000_000 ? v - 40_000_000 : v;
}

/** Eastings of a zone lie around 500 km (or 40,500 km with the zone's number), northings of China between 2,000 and 6,000 km. */
function plane(a: Part, b: Part): Pair | null {
  const easting = (v: number) => zoned(v) > 100_000 && zoned(v) < 900_000;
  const northing = (v: number) => v > 1_800_000 && v < 6_000_000;
  if (easting(a.value) && northing(b.value)) return { x: zoned(a.value), y: b.value, form: "plane", reversed: false };
  if (northing(a.value) && easting(b.value)) return { x: zoned(b.value), y: a.value, form: "plane", reversed: true };
  return null;
}

function round(v: number): number {
  return Math.round(v * 1e8) / 1e8;
}
