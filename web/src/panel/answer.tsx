import { useEffect } from "preact/hooks";
import { askAgain, asking, questionOf } from "../ask";
import { lookupQuery, withQuery } from "../api/client";
import type { Answer } from "../api/types";
import { Icon } from "../icon";
import { isSeen, showOutside, showPoint } from "../map/map";
import { at, changedSince, currentAddress, go } from "../state";
import { showCorners } from "../sketch/field";
import { isOfShape, precisionOf, type Shape } from "../sketch/shape";
import { distance, nameOf, percent, sentenceOf, t } from "../text";
import { writeAddress, type PointTask, type Task } from "../url";
import { Candidates } from "./candidates";
import { Circumstances } from "./circumstances";
import { Hexagon } from "./hexagon";
import { Data, Features, Ladder, Neighbours, Overlays, Place } from "./answerparts";
import { Changed, CopyLink, Head, Skeleton } from "./parts";
import { Failure } from "./problem";
import { NotMine } from "./refusal";
import { Responsible } from "./responsible";
import { AskedShape } from "./shape";
import { Shares } from "./shares";
import { Trace } from "./trace";

const answerLayers = ["districts", "towns", "grids", "communities", "overlays", "units", "zones", "spaces", "poles", "editions", "posts", "categories", "rules", "agreements", "notices", "schedules", "orders"];

/** Who is responsible for a point, and why. */
export function AnswerPanel({ task }: { task: PointTask }) {
  const now = asking.value;
  const answer = now.kind === "answered" ? now.answer : now.kind === "asking" ? now.before : null;
  const answered = now.kind === "answered" ? now.answer : null;
  // A place that a link or a search leads to is brought into view; a click is in view already.
  useEffect(() => {
    if (answered) bringIntoView(answered, task.shape);
  }, [answered]);
  // The drawing and the question stay as they are, whatever comes of it.
  const drawing = task.shape && <AskedShape key="drawing" task={task} shape={task.shape} problem={now.kind === "failed" ? now.problem : null} />;
  const question = <Circumstances key="question" task={task} />;
  if (now.kind === "failed") {
    const ofShape = task.shape && isOfShape(now.problem);
    return (
      <div>
        <Head title={t("error.title")} line={task.shape ? t(`shape.${precisionOf(task.shape)}`) : `${task.x}, ${task.y} · ${t(`crs.${task.crs}`)}`} />
        {drawing}
        {!ofShape && <Failure problem={now.problem} retry={askAgain} />}
        {question}
      </div>
    );
  }
  if (!answer) {
    return (
      <div>
        <Head title={t("answer.asking")} line={`${task.x}, ${task.y}`} />
        {drawing}
        <Skeleton lines={7} />
      </div>
    );
  }
  const old = now.kind === "answered" && !now.replayed && !at.value && changedSince(answer.data.revision, answerLayers);
  return (
    <div class={now.kind === "asking" ? "answer fading" : "answer"} aria-busy={now.kind === "asking"} data-test="answer" data-outcome={answer.outcome}>
      <Head title={answer.grid ? nameOf(answer.grid) : t("answer.none")} line={<CodeLine answer={answer} />}>
        <Outcome answer={answer} />
      </Head>
      {drawing}
      <Changed show={old} act={askAgain} />
      {now.kind === "answered" && now.replayed && <Replayed task={task} refused={(answer.query.excluded?.length ?? 0) > 0} />}
      <OutcomeLine answer={answer} />
      <Candidates answer={answer} />
      <Responsible answer={answer} />
      <Shares answer={answer} />
      {question}
      <NotMine key={answer.answer_id ?? ""} task={task} answer={answer} />
      <Trace answer={answer} />
      <Ladder levels={answer.hierarchy} />
      <Neighbours answer={answer} />
      <Features answer={answer} />
      <Overlays levels={answer.overlays} />
      <Place answer={answer} />
      <Hexagon />
      <Data answer={answer} />
      <Actions task={task} answer={answer} />
    </div>
  );
}

function CodeLine({ answer }: { answer: Answer }) {
  const town = answer.hierarchy.find((l) => l.level === "town");
  if (!answer.grid) return <span class="figures">{answer.query.geometry ? t(`shape.${answer.position.precision}`) : `${answer.query.lon}, ${answer.query.lat}`}</span>;
  return (
    <>
      <code data-test="grid-code">{answer.grid.code}</code>
      {town && <> · {nameOf(town)}</>}
      {answer.grid.probability !== undefined && (
        <>
          {" "}
          <span class="chip" data-test="probability">
            {t("answer.probability", { p: percent(answer.grid.probability) })}
          </span>
        </>
      )}
    </>
  );
}

const shapes = { assigned: "check", no_action: "check", unassigned: "warn", outside: "frame", ambiguous: "warn", cross_border: "layers" } as const;

/** The outcome in a word, with a sign of its own, so that it does not depend on colour. */
function Outcome({ answer }: { answer: Answer }) {
  return (
    <p class={`outcome outcome-${answer.outcome}`} data-test="outcome">
      <Icon name={shapes[answer.outcome] ?? "help"} />
      {t(`answer.outcome.${answer.outcome}`)}
    </p>
  );
}

/** Where a point outside of the district lies, as far as is known. */
function outsideLine({ nearest, neighbours: [there], position }: Answer): string {
  const what = t(`shape.this.${position.precision}`);
  if (!nearest) return t("answer.outside.plain", { what });
  const fill = { what, name: nameOf(nearest), distance: distance(nearest.distance_m) };
  if (!there) return t("answer.outside.line", fill);
  const unit = nameOf(there);
  return there.distance_m === 0 ? t("answer.outside.there", { ...fill, unit }) : t("answer.outside.beside", { ...fill, unit, away: distance(there.distance_m) });
}

/** What to do when there is no plain answer. */
function OutcomeLine({ answer }: { answer: Answer }) {
  const line =
    answer.outcome === "unassigned"
      ? t("answer.unassigned.line")
      : answer.outcome === "ambiguous"
        ? t("answer.ambiguous.line")
        : answer.outcome === "outside"
          ? sentenceOf(outsideLine(answer))
          : "";
  return line ? <p class="prose">{line}</p> : null;
}

function Replayed({ task, refused }: { task: PointTask; refused: boolean }) {
  const present = () => {
    const { answer: _, ...rest } = task;
    go(rest);
  };
  return (
    <div class="changed">
      <span>{t(refused ? "answer.after.refusal" : "answer.replayed")}</span>
      <button type="button" class="link" onClick={present}>
        {t("answer.refresh")}
      </button>
    </div>
  );
}

function bringIntoView({ outcome, position: { lon, lat } }: Answer, shape: Shape | undefined): void {
  if (isSeen(lon, lat)) return;
  // Who draws on looks at what comes next.
  if (shape) return shape.corners.some((c) => isSeen(...c)) ? undefined : showCorners(shape.corners);
  if (outcome === "outside") showOutside(lon, lat);
  else showPoint(lon, lat, 13);
}

function Actions({ task, answer }: { task: PointTask; answer: Answer }) {
  const address = () => {
    const kept: Task = answer.answer_id ? { ...task, answer: answer.answer_id } : task;
    return `${location.origin}${location.pathname}#${writeAddress({ ...currentAddress(), task: kept })}`;
  };
  const json = answer.answer_id
    ? `/v1/answers/${encodeURIComponent(answer.answer_id)}:replay`
    : withQuery("/v1/lookup", lookupQuery(questionOf(task, at.value)));
  return (
    <div class="actions">
      <CopyLink address={address} />
      <a class="button" href={json} target="_blank" rel="noopener" data-test="answer-json">
        <Icon name="code" />
        {t("answer.json")}
      </a>
      {!task.shape && (
        <button type="button" onClick={() => showPoint(answer.position.lon, answer.position.lat, 16)}>
          <Icon name="pin" />
          {t("answer.zoom")}
        </button>
      )}
    </div>
  );
}
