import { computed } from "@preact/signals";
import type { Feature, FeatureCollection, Position } from "geojson";
import { invalid, outside } from "../api/batch";
import { toStored } from "../coord/convert";
import type { Box } from "../place";
import { task } from "../state";
import { toneOf } from "../style/tone";
import { unanswered } from "./answers";
import { work, type Job } from "./work";

/** How many points the map shows at most: of more, every second, third and so on. */
export const mostDrawn = 100_000;

export const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };

/** The job whose answers are there, complete or as far as it came. */
const finished = computed<Job | null>(() => {
  const now = work.value;
  return now.kind === "done" || now.kind === "stopped" ? now.job : null;
});

const placed = computed(() => (finished.value ? placesOf(finished.value) : nothing));

/** What the map draws of the points: while the panel is about them, or about something that was come to from them. */
export const drawnPoints = computed<FeatureCollection>(() => {
  const { kind } = task.value;
  return kind === "points" || kind === "point" || kind === "feature" ? placed.value : nothing;
});

/** The answered points in groups of one colour; tone is -1 outside. */
function placesOf({ crs, positions, answers }: Job): FeatureCollection {
  const tones = answers.codes.map((code) => toneOf(code));
  const groups = new Map<number, Position[]>();
  const step = stepOf(answers.done);
  for (let i = 0; i < answers.done; i += step) {
    const place = answers.index[i]!;
    if (place === invalid || place === unanswered) continue;
    const p = toStored(crs, positions[2 * i]!, positions[2 * i + 1]!);
    const tone = place === outside ? -1 : tones[place]!;
    const group = groups.get(tone);
    if (!p) continue;
    if (group) group.push(p);
    else groups.set(tone, [p]);
  }
  return { type: "FeatureCollection", features: [...groups].map(([tone, coordinates]): Feature => ({ type: "Feature", properties: { tone }, geometry: { type: "MultiPoint", coordinates } })) };
}

/** One of how many points is drawn. */
export function stepOf(points: number): number {
  return Math.max(1, Math.ceil(points / mostDrawn));
}

/** What is seen around the outermost points at least, in degrees. */
const margin = 0.003;

/** A box around the points in grids, or around all that are drawn if none is in one; null if nothing is drawn. */
export function boxOfPoints(): Box | null {
  const groups = placed.peek().features;
  const inside = groups.filter((f) => f.properties?.["tone"] >= 0);
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const f of inside.length > 0 ? inside : groups) {
    if (f.geometry.type !== "MultiPoint") continue;
    for (const [x, y] of f.geometry.coordinates) {
      box[0] = Math.min(box[0], x!);
      box[1] = Math.min(box[1], y!);
      box[2] = Math.max(box[2], x!);
      box[3] = Math.max(box[3], y!);
    }
  }
  return box[0] <= box[2] ? [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin] : null;
}
