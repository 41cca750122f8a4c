import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// preact/compat, once it is imported anywhere, turns onChange of every text field into onInput: what is typed would be taken letter by letter.
test("nothing imports preact/compat", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((f) => /\.tsx?$/.test(f));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((f) => readFileSync(join("src", f), "utf8").includes('"preact/compat"'))).toEqual([]);
});
