import { useEffect } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Answer, CRS, Position } from "../api/types";
import { parsePair, type Pair } from "../coord/parse";
import { Icon } from "../icon";
import { asProblem, useLoad } from "../load";
import { candidates, near, showBox } from "../map/map";
import { roughlyApart, type Box } from "../place";
import { amend, at, client, go } from "../state";
import { distance, nameOf, t } from "../text";
import { Head, Skeleton } from "./parts";
import { problemText } from "./problem";

interface Reading {
  crs: CRS;
  answer: Answer | null;
  problem: Problem | null;
}

/** Pasted numbers: which system are they in? Each reading says where it falls, and the map shows them all. */
export function CoordsPanel({ text }: { text: string }) {
  const pair = parsePair(text);
  return (
    <>
      <Head title={t("coords.title")} line={t("coords.line")} />
      <Retype text={text} />
      {pair ? <Readings pair={pair} /> : <p class="hint bad" role="alert">{t("coords.bad")}</p>}
    </>
  );
}

function Retype({ text }: { text: string }) {
  return (
    <label class="field">
      <span>{t("coords.text")}</span>
      <input type="text" value={text} autocomplete="off" spellcheck={false} onChange={(e) => e.currentTarget.value.trim() && amend({ kind: "coords", text: e.currentTarget.value.trim() })} data-test="coords-text" />
    </label>
  );
}

function Readings({ pair }: { pair: Pair }) {
  const systems: readonly CRS[] = pair.form === "plane" ? ["epsg:4549"] : ["wgs84", "gcj02", "bd09"];
  const instant = at.value ?? undefined;
  const loaded = useLoad(`${pair.x},${pair.y},${pair.form},${instant}`, (signal) => Promise.all(systems.map((crs) => read(pair, crs, instant, signal))));
  const readings = loaded.value;
  useEffect(() => {
    const places = (readings ?? []).flatMap((r, i) => (r.answer ? [{ label: String(i + 1), lon: r.answer.position.lon, lat: r.answer.position.lat }] : []));
    candidates.value = places;
    if (places.length > 0) showBox(around(places.map((p) => [p.lon, p.lat])));
    return () => {
      candidates.value = [];
      near.value = null;
    };
  }, [readings]);
  return (
    <>
      <div class="row spread">
        <span class="figures">
          {t("coords.read")} {pair.x}, {pair.y}
          {pair.reversed && <small> {t("coords.reversed")}</small>}
        </span>
        <button type="button" class="link" onClick={() => amend({ kind: "coords", text: `${pair.y},${pair.x}` })}>
          {t("coords.swap")}
        </button>
      </div>
      {!readings ? (
        <Skeleton lines={6} />
      ) : (
        <ol class="readings" data-test="readings">
          {readings.map((r, i) => (
            <li key={r.crs} onPointerEnter={() => (near.value = placeOf(r))} onPointerLeave={() => (near.value = null)}>
              <ReadingCard reading={r} index={i} first={readings[0] ?? r} pair={pair} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

async function read(pair: Pair, crs: CRS, instant: string | undefined, signal: AbortSignal): Promise<Reading> {
  try {
    const answer = await client.lookup({ x: pair.x, y: pair.y, crs, ...(instant && { at: instant }) }, signal);
    return { crs, answer, problem: null };
  } catch (cause) {
    if (signal.aborted) throw cause;
    return { crs, answer: null, problem: asProblem(cause) };
  }
}

function ReadingCard({ reading, index, first, pair }: { reading: Reading; index: number; first: Reading; pair: Pair }) {
  const { answer, problem, crs } = reading;
  const place = placeOf(reading);
  const from = placeOf(first);
  return (
    <>
      <h2>
        <span class="number" aria-hidden="true">
          {index + 1}
        </span>
        {t(`crs.${crs}`)}
        <small>{t(`crs.${crs}.hint`)}</small>
      </h2>
      {answer && (
        <p>
          {t("coords.lands")}
          {t("text.colon")}
          <strong data-test="lands">{answer.grid ? nameOf(answer.grid) : t("answer.outcome.outside")}</strong>
          {index > 0 && place && from && <small> {t("coords.apart", { distance: distance(roughlyApart(place, from)) })}</small>}
        </p>
      )}
      {problem && <p class="hint bad">{problem.status === 400 && problem.code !== "bad-coordinate" ? t("coords.unavailable") : problemText(problem)}</p>}
      {answer && (
        <button type="button" onClick={() => go({ kind: "point", x: pair.x, y: pair.y, crs })} data-test={`use-${crs}`}>
          <Icon name="search" />
          {t("coords.use", { crs: t(`crs.${crs}`) })}
        </button>
      )}
    </>
  );
}

function placeOf(r: Reading): Position | null {
  return r.answer ? [r.answer.position.lon, r.answer.position.lat] : null;
}

/** The box around places, never so small that the map would show nothing but them. */
function around(places: Position[]): Box {
  const [xs, ys] = [places.map((p) => p[0]), places.map((p) => p[1])];
  const margin = 0.004;
  return [Math.min(...xs) - margin, Math.min(...ys) - margin, Math.max(...xs) + margin, Math.max(...ys) + margin];
}
