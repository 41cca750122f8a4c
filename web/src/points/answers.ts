import { invalid, outside, type Grids } from "../api/batch";

/** What stands in Answers.index of a row that has not been answered. */
export const unanswered = -3;

/** What is known of the rows so far. A new one is made of it with each part; index alone is the same and filled. */
export interface Answers {
  /** For each row the place of its grid in codes, or outside, invalid or unanswered. */
  index: Int32Array;
  codes: readonly string[];
  /** How many rows lie in each of the grids. */
  counts: readonly number[];
  /** A row in each of the grids. */
  example: readonly number[];
  outside: number;
  invalid: number;
  /** How many rows are answered: the first ones. */
  done: number;
  /** The revision of the first part; -1 before there is one. */
  revision: number;
}

export function noAnswers(rows: number): Answers {
  return { index: new Int32Array(rows).fill(unanswered), codes: [], counts: [], example: [], outside: 0, invalid: 0, done: 0, revision: -1 };
}

/** The answers with those of the next rows. */
export function withPart(a: Answers, part: Grids): Answers {
  const [codes, counts, example] = [[...a.codes], [...a.counts], [...a.example]];
  const known = new Map(codes.map((code, i) => [code, i]));
  const places = part.codes.map((code, i) => {
    const place = known.get(code) ?? codes.push(code) - 1;
    if (place === counts.length) {
      counts.push(0);
      example.push(a.done + part.index.indexOf(i));
    }
    return place;
  });
  let [out, bad] = [a.outside, a.invalid];
  part.index.forEach((n, i) => {
    const place = n >= 0 ? places[n]! : n;
    a.index[a.done + i] = place;
    if (place === outside) out++;
    else if (place === invalid) bad++;
    else counts[place]!++;
  });
  return { index: a.index, codes, counts, example, outside: out, invalid: bad, done: a.done + part.index.length, revision: a.revision < 0 ? part.revision : a.revision };
}
