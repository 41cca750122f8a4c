import { useEffect, useRef, useState } from "preact/hooks";
import type { Position } from "../api/types";
import { csvOfRecords, download } from "../export";
import { Icon } from "../icon";
import { isSeen, near, showBox, showPoint } from "../map/map";
import { everyOf } from "../names";
import { Facts, TaskLink } from "../panel/parts";
import { Legend } from "./legend";
import { dayText } from "../plan/words";
import { tabId, tabPanel, Tabs } from "../plan/tabs";
import { boxAround } from "../place";
import { amend, announcement, phone, sheet } from "../state";
import { fieldName, lang, moment, number, percent, t, word } from "../text";
import { chosenPlaces } from "./drawn";
import type { Choice } from "./question";
import { columns, countsOf, filtered, geoJSONOf, nameIn, ordered, rowsOf, type Column, type Names, type Row } from "./rows";
import { lists, type ImpactTask, type ListName, type Report } from "./types";

/** How many rows are shown before more are asked for. */
const step = 200;

/** How things are called, from the whole lists of the layers: a report names hundreds of them. */
function useNames(): Names {
  const [grids, units, categories] = [everyOf("grids"), everyOf("units"), everyOf("categories")];
  return {
    grid: (code) => nameIn(grids, code),
    unit: (id, name) => (units?.some((u) => u.id === id) ? nameIn(units, id) : (name ?? id)),
    category: (code) => nameIn(categories, code),
    nobody: (outcome) => (outcome === "no_action" ? t("answer.unit.nobody") : outcome === "outside" ? t("answer.outside.neighbour") : t("answer.unit.none")),
  };
}

/** What a comparison has found: counts and shares, the lists, and the files of them. */
export function Result({ task, report: r, choice }: { task: ImpactTask; report: Report; choice: Choice }) {
  const names = useNames();
  const counts = countsOf(r);
  const any = lists.some((l) => counts[l] > 0);
  const list = task.list && counts[task.list] > 0 ? task.list : (lists.find((l) => counts[l] > 0) ?? "places");
  useEffect(() => () => void ((near.value = null), (chosenPlaces.value = "")), []);
  const sum = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    bringDown(sum.current);
    const first = r.changed[0];
    if (first && !isSeen(first.lon, first.lat)) showBox(boxAround(r.outlines.flat() as Position[]));
  }, [r]);
  const show = (l: ListName) => {
    const { list: _, q: __, ...rest } = task;
    amend({ ...rest, ...(l !== "places" && { list: l }) });
  };
  return (
    <section class="part impact-result" aria-label={t("impact.result")} data-test="impact-result">
      <h2>{t("impact.result")}</h2>
      <p ref={sum} class="impact-sum" data-test="impact-sum">
        {any ? t(r.changed.length > 0 ? "impact.sum" : "impact.sum.other", { n: number(r.changed.length), of: number(r.spots), share: percent(share(r.changed.length, r.spots)) }) : t("impact.sum.none")}
      </p>
      <Facts
        rows={[
          [t("impact.fact.places"), part(r.changed.length, r.spots), "impact-places"],
          [t("impact.fact.matters"), part(r.cells.length, r.cell_count), "impact-matters"],
          [t("impact.fact.poles"), part(r.poles.changed.length, r.poles.of), "impact-poles"],
          [t("impact.fact.zones"), part(r.zones.changed.length, r.zones.of), "impact-zones"],
          [t("impact.fact.days"), r.times.length > 0 ? t("impact.fact.days.value", { n: number(r.times.length) }) : null, "impact-days"],
          [t("impact.fact.rules"), r.other_rules > 0 ? t("impact.fact.rules.value", { n: number(r.other_rules) }) : null],
          [t("impact.when"), moment(r.at)],
          [t("impact.asked"), t("impact.asked.value", { spots: number(r.spots), categories: number(r.categories) })],
        ]}
      />
      {!any && choice.rules.length > 0 && <p class="hint">{t("impact.none.hint")}</p>}
      {any && (
        <>
          <Legend moved={r.changed.some((s) => s.grid_before !== s.grid_after)} kept={r.changed.some((s) => s.grid_before === s.grid_after)} outlines={choice.files.length > 0} moves={r.poles.changed.length + r.zones.changed.length > 0} />
          <Tabs label={t("impact.lists")} tabs={lists.filter((l) => counts[l] > 0)} tab={list} nameOf={(l) => `${t(`impact.list.${l}`)} ${number(counts[l])}`} onTab={show} />
          <div role="tabpanel" id={tabPanel} aria-labelledby={tabId(list)}>
            <Listed key={list} task={task} list={list} rows={rowsOf(r, list, names)} />
          </div>
          <div class="actions">
            <button type="button" onClick={() => download(`impact-${list}.csv`, [csvOfRecords(rowsOf(r, list, names).map((row) => row.record))])} data-test="impact-csv">
              <Icon name="download" />
              {t("impact.csv", { list: t(`impact.list.${list}`) })}
            </button>
            <button type="button" onClick={() => download("impact.geojson", [geoJSONOf(r, names)], "application/geo+json")} data-test="impact-geojson">
              <Icon name="download" />
              {t("impact.geojson")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

/** Scrolls the panel, and nothing around it, so that the sum is in view. */
function bringDown(sum: HTMLElement | null): void {
  const body = sum?.closest(".panel-body");
  if (!sum || !body) return;
  const below = sum.getBoundingClientRect().top - body.getBoundingClientRect().bottom;
  if (below > -120) body.scrollBy(0, below + 240);
}

const share = (n: number, of: number) => (of > 0 ? n / of : 0);

function part(n: number, of: number) {
  return (
    <>
      <span class="figures">{t("impact.of", { n: number(n), of: number(of) })}</span> {n > 0 && <small>{percent(share(n, of))}</small>}
    </>
  );
}

/** One list: filter, sort, and for each row what it was and what it would be. */
function Listed({ task, list, rows }: { task: ImpactTask; list: ListName; rows: readonly Row[] }) {
  const [typed, setTyped] = useState(task.q ?? "");
  const [order, setOrder] = useState<{ by: Column; down: boolean } | null>(null);
  const [most, setMost] = useState(step);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const filter = (q: string) => {
    setTyped(q);
    setMost(step);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      const { q: _, ...rest } = task;
      amend(q.trim() ? { ...rest, q: q.trim() } : rest);
    }, 200);
  };
  const found = filtered(rows, task.q ?? "");
  const shown = order ? ordered(found, order.by, order.down, document.documentElement.lang || "zh-CN") : found;
  const used = columnsOf(list);
  const sort = (by: Column) => {
    setOrder({ by, down: order?.by === by ? !order.down : by === "share" });
    announcement.value = t("list.sort", { column: columnName(by, list) });
  };
  return (
    <>
      <div class="filter">
        <label class="field">
          <span class="hidden">{t("list.filter")}</span>
          <input type="search" placeholder={t("impact.filter")} value={typed} autocomplete="off" spellcheck={false} onInput={(e) => filter(e.currentTarget.value)} data-test="impact-filter" />
        </label>
      </div>
      {found.length === 0 ? (
        <div class="empty">
          <p>{t("list.empty")}</p>
          <button type="button" onClick={() => filter("")}>
            {t("list.clear")}
          </button>
        </div>
      ) : (
        <table class="list impact-list" data-test="impact-list" data-list={list}>
          <caption class="hidden">{t(`impact.list.${list}`)}</caption>
          <thead>
            <tr>
              {used.map((c) => (
                <th key={c} scope="col" aria-sort={order?.by === c ? (order.down ? "descending" : "ascending") : "none"}>
                  <button type="button" class="quiet" title={t("list.sort", { column: columnName(c, list) })} onClick={() => sort(c)} data-test={`impact-sort-${c}`}>
                    {columnName(c, list)}
                    {order?.by === c && <span aria-hidden="true">{order.down ? " ↓" : " ↑"}</span>}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, most).map((row) => (
              <Line key={row.id} row={row} list={list} />
            ))}
          </tbody>
        </table>
      )}
      {shown.length > most && (
        <div class="actions">
          <p class="hint">{t("list.count.of", { n: number(most), total: number(shown.length) })}</p>
          <button type="button" onClick={() => setMost(most + step)}>
            {t("list.load")}
          </button>
        </div>
      )}
    </>
  );
}

/** Places that stay in their grid have no before and after of their own: the matters in them have. */
function columnsOf(list: ListName): Column[] {
  if (list === "places" || list === "days") return ["what", "share"];
  return columns.filter((c) => c !== "share" || list === "matters");
}

function columnName(c: Column, list: ListName): string {
  if (c === "what") return word("impact.what", list);
  return c === "share" ? word("impact.much", list) : fieldName(c);
}

function Line({ row, list }: { row: Row; list: ListName }) {
  const locate = row.place ? () => showPoint(row.place![0], row.place![1], 16) : row.box ? () => showBox(row.box!) : null;
  const act = () => {
    if (phone.peek()) sheet.value = "third"; // so that it is seen
    locate?.();
    if (list === "places") chosenPlaces.value = chosenPlaces.value === row.id ? "" : row.id;
  };
  const used = columnsOf(list);
  return (
    <tr onPointerEnter={() => (near.value = row.place)} onPointerLeave={() => (near.value = null)} onFocusCapture={() => (near.value = row.place)}>
      <td>
        {locate ? (
          <button type="button" class="link" aria-pressed={list === "places" ? chosenPlaces.value === row.id : undefined} title={t("feature.locate")} onClick={act} data-test="impact-row">
            {row.what || t("impact.any.matter")}
          </button>
        ) : (
          row.feature && <TaskLink to={{ kind: "feature", ...row.feature }}>{row.what}</TaskLink>
        )}
        <small>
          {row.detail}
          {(list === "poles" || list === "zones") && row.feature && (
            <>
              {row.detail && " · "}
              <TaskLink to={{ kind: "feature", ...row.feature }}>{t("impact.open")}</TaskLink>
            </>
          )}
        </small>
      </td>
      {used.includes("before") && <td class="was">{row.before}</td>}
      {used.includes("after") && (
        <td>
          <span aria-hidden="true">→ </span>
          {row.after}
        </td>
      )}
      {used.includes("share") && <td>{amount(row, list)}</td>}
    </tr>
  );
}

function amount(row: Row, list: ListName) {
  if (list === "days") return <DaysOf record={row.record} />;
  return (
    <>
      <span class="figures">{list === "places" ? t("impact.places.value", { n: number(row.changed), matters: number(row.of) }) : t("impact.of", { n: number(row.changed), of: number(row.of) })}</span>
      {row.share !== null && <small>{percent(row.share)}</small>}
    </>
  );
}

/** The days on which a zone is used for something else. */
function DaysOf({ record }: { record: Row["record"] }) {
  const days = String(record["days"] ?? "").split(" ").filter(Boolean);
  return (
    <>
      <span class="figures">{t("impact.days.value", { n: number(days.length) })}</span>
      <small lang={lang.value}>
        {days.slice(0, 12).map((d) => dayText(d)).join(t("text.list"))}
        {days.length > 12 && " …"}
      </small>
    </>
  );
}
