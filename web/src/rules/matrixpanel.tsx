import { Component } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLoad } from "../load";
import { nameFor } from "../names";
import { Facts, Head, RuleLink, Section, Skeleton, TaskLink } from "../panel/parts";
import { Failure } from "../panel/problem";
import { Findings } from "../plan/findings";
import { SwitchField } from "../plan/inputs";
import { WideButton } from "../plan/panel";
import { amend, go } from "../state";
import { moment, nameOf, number, t, word } from "../text";
import type { Task } from "../url";
import { coverage } from "./api";
import { setKey } from "./check";
import { cellAt, counts, isMissing, placeByKey, placeOf, placeText, rowsOf, type Place } from "./matrix";
import { cellStates, type CellState, type Matrix, type Report, type RuleFinding, type WhistleItem } from "./types";
import { findingText, partName } from "./words";

type CoverageTask = Extract<Task, { kind: "coverage" }>;

/** The sign of each state, so that it does not depend on colour. */
const signs: Readonly<Record<CellState, string>> = { whistle: "●", other: "◆", sometimes: "◐", fallback: "✕" };

/** Whether the rules answer everything: findings, and each item of the whistle list in each grid. */
export function CoveragePanel({ task }: { task: CoverageTask }) {
  const [round, setRound] = useState(0);
  const loaded = useLoad(`coverage/${setKey()}/${round}`, (signal) => coverage(signal), true);
  return (
    <div class="plan coverage" data-test="coverage">
      <Head title={t("coverage.title")} line={t("coverage.line")}>
        <WideButton />
      </Head>
      {loaded.kind === "failed" ? <Failure problem={loaded.problem} retry={() => setRound(round + 1)} /> : !loaded.value ? <Skeleton lines={12} /> : <Shown report={loaded.value} busy={loaded.kind === "loading"} task={task} />}
    </div>
  );
}

function Shown({ report: r, busy, task }: { report: Report; busy: boolean; task: CoverageTask }) {
  const m = r.whistle;
  const all = m ? m.items.length * m.grids.length : 0;
  return (
    <>
      <Facts
        rows={[
          [t("coverage.checked"), t("coverage.checked.value", { rules: number(r.rules), cases: number(r.cases) })],
          [t("coverage.from"), moment(r.from)],
          [t("coverage.whistle"), m && (m.missing > 0 ? t("coverage.missing", { n: number(m.missing), all: number(all) }) : t("coverage.complete", { all: number(all) })), "coverage-missing"],
        ]}
      />
      <Findings findings={r.findings} faults={[]} textOf={findingText} fieldOf={partName} busy={busy} onGo={goTo} onFault={() => {}} />
      <Section title={t("coverage.matrix")}>{m && m.items.length > 0 ? <MatrixView matrix={m} task={task} /> : <p class="empty">{t("coverage.none")}</p>}</Section>
    </>
  );
}

/** Leads to what a finding is about: the rule, the unit, or the category. */
function goTo(f: RuleFinding): void {
  const rule = f.ids.find((id) => id.includes("@"));
  const unit = f.ids.find((id) => id.startsWith("u_"));
  const category = f.category ?? f.ids.find((id) => /^[a-z]/.test(id));
  if (rule) go({ kind: "rule", id: rule });
  else if (unit) go({ kind: "feature", layer: "units", id: unit });
  else if (f.code === "year-not-announced") go({ kind: "list", layer: "notices" });
  else if (category) go({ kind: "rules", category });
}

function MatrixView({ matrix: m, task }: { matrix: Matrix; task: CoverageTask }) {
  const missing = task.missing === true;
  const rows = rowsOf(m, missing);
  const chosen = placeOf(task.cell, m);
  const [active, setActive] = useState<Place | null>(null);
  const now = [active, chosen].find((p) => p !== null && p !== undefined && rows.some((r) => r.item === p.item)) ?? (rows[0] ? { item: rows[0].item, grid: m.grids[0]! } : null);
  const table = useRef<HTMLTableElement>(null);
  const byKey = useRef(false);
  useLayoutEffect(() => {
    if (!byKey.current) return;
    byKey.current = false;
    table.current?.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  }, [now?.item, now?.grid]);
  const open = (cell: Place | null) => amend({ kind: "coverage", ...(missing && { missing }), ...(cell && { cell: placeText(cell) }) });
  const show = (on: boolean) => amend({ kind: "coverage", ...(on && { missing: true }), ...(task.cell && { cell: task.cell }) });
  const placeIn = (target: EventTarget | null): Place | null => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("td[data-cell]") : null;
    return placeOf(cell?.dataset["cell"], m);
  };
  const key = (e: KeyboardEvent) => {
    const at = placeIn(e.target);
    if (!at) return;
    const next = placeByKey(e.key, at, rows, m.grids);
    if (next) {
      byKey.current = true;
      setActive(next);
    } else if (e.key === "Enter" || e.key === " ") open(at);
    else return;
    e.preventDefault();
  };
  return (
    <>
      <SwitchField label={t("coverage.only.missing")} on={missing} onChange={show} test="only-missing" />
      <Legend matrix={m} />
      {chosen && <Opened matrix={m} place={chosen} />}
      {rows.length === 0 ? (
        <p class="empty" data-test="nothing-missing">
          {t("coverage.nothing.missing")}
        </p>
      ) : (
        <div class="matrix-scroll">
          <table
            ref={table}
            class="matrix"
            role="grid"
            aria-label={t("coverage.matrix")}
            aria-rowcount={rows.length + 1}
            aria-colcount={m.grids.length + 1}
            onKeyDown={key}
            onClick={(e) => {
              const at = placeIn(e.target);
              if (!at) return;
              setActive(at);
              open(at);
            }}
            data-test="matrix"
          >
            <thead>
              <tr>
                <th scope="col" class="corner">
                  {t("coverage.item")}
                </th>
                {m.grids.map((g, i) => (
                  <th key={g} scope="col" title={gridName(m, i)}>
                    <span>{shortName(m, i)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.item} row={row} matrix={m} active={now?.item === row.item ? now.grid : ""} chosen={chosen?.item === row.item ? chosen.grid : ""} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="hint">{t("coverage.keys")}</p>
    </>
  );
}

interface RowProps {
  row: WhistleItem;
  matrix: Matrix;
  active: string;
  chosen: string;
}

/** A row: drawn again only when what it shows has changed. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    return next.row !== now.row || next.matrix !== now.matrix || next.active !== now.active || next.chosen !== now.chosen;
  }
  override render() {
    const { row, matrix: m, active, chosen } = this.props;
    return (
      <tr>
        <th scope="row" title={nameOf(row)}>
          <span class="figures">{row.item}</span> {nameOf(row)}
        </th>
        {row.cells.map((c, i) => {
          const grid = m.grids[i]!;
          return (
            <td key={grid} role="gridcell" data-cell={placeText({ item: row.item, grid })} data-state={c.state} tabIndex={grid === active ? 0 : -1} aria-selected={grid === chosen} aria-label={t("coverage.cell", { item: `${row.item} ${nameOf(row)}`, grid: gridName(m, i), state: word("cell", c.state) })}>
              {signs[c.state]}
            </td>
          );
        })}
      </tr>
    );
  }
}

function Legend({ matrix }: { matrix: Matrix }) {
  const n = counts(matrix);
  return (
    <ul class="matrix-legend" aria-label={t("layers.legend")} data-test="matrix-legend">
      {cellStates.map((s) => (
        <li key={s}>
          <i data-state={s} aria-hidden="true">
            {signs[s]}
          </i>
          {word("cell", s)} <span class="count">{number(n[s])}</span>
        </li>
      ))}
    </ul>
  );
}

/** What decides in a cell. */
function Opened({ matrix: m, place }: { matrix: Matrix; place: Place }) {
  const cell = cellAt(m, place);
  const row = m.items.find((i) => i.item === place.item);
  if (!cell || !row) return null;
  return (
    <div class="plan-form" role="status" data-test="cell">
      <strong>
        {row.item} {nameOf(row)} · {gridName(m, m.grids.indexOf(place.grid))}
      </strong>
      <Facts
        rows={[
          [t("coverage.state"), `${signs[cell.state]} ${word("cell", cell.state)}`, "cell-state"],
          [t("kind.rule"), cell.rule && <RuleLink rule={cell.rule} />, "cell-rule"],
          [t("answer.unit"), cell.unit && <TaskLink to={{ kind: "feature", layer: "units", id: cell.unit }}>{nameFor("units", cell.unit)}</TaskLink>, "cell-unit"],
          [t("kind.grid"), <TaskLink to={{ kind: "feature", layer: "grids", id: place.grid }}>{place.grid}</TaskLink>],
          [t("rule.field.when.categories"), <TaskLink to={{ kind: "rules", category: row.category }}>{row.category}</TaskLink>],
        ]}
      />
      {isMissing(cell) && <p class="hint bad">{t(cell.state === "sometimes" ? "coverage.sometimes.line" : "coverage.fallback.line")}</p>}
    </div>
  );
}

function gridName(m: Matrix, i: number): string {
  return nameOf({ name: m.names[i] ?? "", name_en: m.names_en[i] ?? "", code: m.grids[i] ?? "" });
}

/** A grid by its town and number, where its code says so: the head of a column is narrow. */
function shortName(m: Matrix, i: number): string {
  const parts = /^(\d{9})Z(\d\d)$/.exec(m.grids[i] ?? "");
  return parts ? `${nameFor("towns", parts[1]!)} ${Number(parts[2])}` : gridName(m, i);
}
