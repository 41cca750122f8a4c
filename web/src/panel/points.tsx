import { useEffect, useRef, useState } from "preact/hooks";
import { crsNames, type CRS } from "../api/types";
import { numberIn } from "../coord/number";
import { Icon } from "../icon";
import type { Columns } from "../points/columns";
import type { Fault } from "../points/decode";
import { dragging } from "../points/drop";
import type { Table } from "../points/table";
import { columns, forget, mostBytes, mostRows, start, stop, system, takeFile, takeText, work, type Job, type Source } from "../points/work";
import { number, t } from "../text";
import { Head, Skeleton } from "./parts";
import { PointsResult, SourceLine } from "./pointsresult";

const megabyte = 1 << 20;

/** Many points at once, from a file or pasted rows: which grid each of them is in. */
export function PointsPanel() {
  const now = work.value;
  return (
    <div data-test="points" data-work={now.kind}>
      <Head title={t("points.title")} line={t("points.line")} />
      {now.kind === "none" && <Choose fault={now.fault} />}
      {now.kind === "reading" && <Skeleton lines={4} />}
      {now.kind === "read" && <Settings source={now.source} />}
      {now.kind === "running" && <Running job={now.job} />}
      {(now.kind === "done" || now.kind === "stopped") && <PointsResult job={now.job} problem={now.kind === "stopped" ? now.problem : undefined} />}
    </div>
  );
}

function Choose({ fault }: { fault: Fault | null }) {
  const shown = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => shown.current?.scrollIntoView({ block: "nearest" }), [fault]);
  const choose = (e: Event & { currentTarget: HTMLInputElement }) => {
    const file = e.currentTarget.files?.[0];
    if (file) void takeFile(file);
  };
  const paste = (e: Event) => {
    e.preventDefault();
    takeText(text.current?.value ?? "");
  };
  return (
    <>
      {fault && (
        <div ref={shown} class="failure" role="alert" data-test="points-fault">
          <p>
            <Icon name="warn" />
            <span>{faultText(fault)}</span>
          </p>
        </div>
      )}
      <label class={dragging.value ? "drop over" : "drop"}>
        <input type="file" class="hidden" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" onChange={choose} data-test="points-file" />
        <Icon name="upload" />
        <span>{t("points.choose")}</span>
        <small>{t("points.limits", { rows: number(mostRows), mb: mostBytes / megabyte })}</small>
      </label>
      <form class="form" onSubmit={paste}>
        <label class="field">
          <span>{t("points.paste")}</span>
          <textarea rows={5} spellcheck={false} autocomplete="off" placeholder={t("points.paste.example")} ref={text} data-test="points-text" />
        </label>
        <div class="actions">
          <button type="submit" data-test="points-paste">
            {t("points.take")}
          </button>
        </div>
      </form>
    </>
  );
}

function faultText({ kind, n }: Fault): string {
  switch (kind) {
    case "bytes":
      return t("points.fault.bytes", { mb: number((n ?? 0) / megabyte, 1), most: mostBytes / megabyte });
    case "rows":
      return t("points.fault.rows", { n: number(n ?? 0), most: number(mostRows) });
    case "quote":
      return t("points.fault.quote", { n: number(n ?? 0) });
    default:
      return t(`points.fault.${kind}`);
  }
}

/** Which columns, and which system: the one thing that the numbers cannot tell. */
function Settings({ source }: { source: Source }) {
  const [tried, setTried] = useState(false);
  const { x, y } = columns.value;
  const lacking = { x: x < 0, y: y < 0 || y === x, crs: system.value === "" };
  const submit = (e: Event & { currentTarget: HTMLFormElement }) => {
    e.preventDefault();
    setTried(true);
    const first = e.currentTarget.querySelector<HTMLElement>(lacking.x ? "#points-x" : lacking.y ? "#points-y" : "#points-crs");
    if (lacking.x || lacking.y || lacking.crs) first?.focus();
    else start();
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      <SourceLine source={source} />
      <div class="pair">
        <ColumnChoice axis="x" table={source.table} bad={tried && lacking.x} />
        <ColumnChoice axis="y" table={source.table} bad={tried && lacking.y} />
      </div>
      <First table={source.table} columns={columns.value} />
      <label class="field">
        <span>{t("answer.crs")}</span>
        <select
          id="points-crs"
          required
          value={system.value}
          aria-invalid={tried && lacking.crs}
          aria-describedby="points-crs-hint"
          onChange={(e) => (system.value = e.currentTarget.value as CRS | "")}
          data-test="points-crs"
        >
          <option value="">{t("points.crs.choose")}</option>
          {crsNames.map((crs) => (
            <option key={crs} value={crs}>
              {t("text.brackets", { text: t(`crs.${crs}`), more: t(`crs.${crs}.hint`) })}
            </option>
          ))}
        </select>
      </label>
      <p id="points-crs-hint" class={tried && lacking.crs ? "hint bad" : "hint"} role={tried && lacking.crs ? "alert" : undefined}>
        {t("points.crs.hint")}
      </p>
      <div class="actions">
        <button type="submit" class="primary" data-test="points-start">
          <Icon name="search" />
          {t("points.start", { n: number(source.table.length) })}
        </button>
        <button type="button" onClick={() => forget()} data-test="points-other">
          {t("points.other")}
        </button>
      </div>
    </form>
  );
}

function ColumnChoice({ axis, table, bad }: { axis: keyof Columns; table: Table; bad: boolean }) {
  return (
    <label class="field">
      <span>{t(`points.column.${axis}`)}</span>
      <select
        id={`points-${axis}`}
        required
        value={String(columns.value[axis])}
        aria-invalid={bad}
        onChange={(e) => (columns.value = { ...columns.value, [axis]: Number(e.currentTarget.value) })}
        data-test={`points-${axis}`}
      >
        <option value="-1">{t("points.column.choose")}</option>
        {table.header.map((name, i) => (
          <option key={i} value={String(i)}>
            {name || `(${i + 1})`}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The first row as it will be read, so that a wrong column is seen. */
function First({ table, columns: { x, y } }: { table: Table; columns: Columns }) {
  const row = table.row(0);
  const shown = (i: number) => (i < 0 ? "?" : Number.isFinite(numberIn(row[i])) ? row[i]!.trim() : t("points.unreadable"));
  return (
    <p class="hint figures" data-test="points-first">
      {t("points.first")}
      {t("text.colon")}
      {shown(x)}, {shown(y)}
    </p>
  );
}

function Running({ job }: { job: Job }) {
  const [done, all] = [job.answers.done, job.source.table.length];
  return (
    <>
      <SourceLine source={job.source} />
      <div class="actions">
        <progress aria-label={t("points.title")} max={all} value={done} />
        <span class="figures">{t("list.count.of", { n: number(done), total: number(all) })}</span>
        <button type="button" onClick={stop} data-test="points-stop">
          {t("list.cancel")}
        </button>
      </div>
    </>
  );
}
