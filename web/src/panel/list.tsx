import { useEffect, useRef, useState } from "preact/hooks";
import type { Feature, LayerName, Value } from "../api/types";
import { exportCSV } from "../export";
import { Icon } from "../icon";
import { mayCompare } from "../impact/may";
import { asProblem, useLoad } from "../load";
import { near } from "../map/map";
import { references, nameFor } from "../names";
import { amend, at, changedSince, client, status } from "../state";
import { fieldName, nameOf, number, t } from "../text";
import type { Task } from "../url";
import { Changed, Head, Skeleton, TaskLink } from "./parts";
import { Failure, problemText } from "./problem";
import { SortHead, sortedBy, type Order } from "./sort";
import { valueText } from "./value";

type ListTask = Extract<Task, { kind: "list" }>;

const pageSize = 100;

/** The third column of each list: what tells its rows apart. */
const thirdColumn: Readonly<Partial<Record<LayerName, string>>> = {
  communities: "kind",
  overlays: "kind",
  units: "kind",
  segments: "side",
  zones: "capacity",
  spaces: "number",
  poles: "claim_state",
  roads: "class",
  editions: "of",
  schedules: "state",
  orders: "mode",
  activations: "kind",
  notices: "year",
  posts: "kind",
  contacts: "kind",
  categories: "parent",
  rules: "state",
  agreements: "lead",
  refusals: "reason",
};

/** The features of a layer: filter, count, sort, export. */
export function ListPanel({ task }: { task: ListTask }) {
  const { layer } = task;
  const where = task.where ?? {};
  const [round, setRound] = useState(0);
  const query = { ...where, q: task.q, at: at.value ?? undefined };
  const key = JSON.stringify([layer, query, round]);
  const first = useLoad(key, (signal) => client.list(layer, { ...query, limit: pageSize }, signal), true);
  const more = useMore(key, (cursor, signal) => client.list(layer, { ...query, limit: pageSize, cursor }, signal));
  const items = [...(first.value?.items ?? []), ...more.items];
  const next = more.started ? more.next : first.value?.next;
  const since = first.kind === "ready" ? Math.max(0, ...items.map((f) => f.revision ?? 0)) : undefined;
  useEffect(() => () => void (near.value = null), []);
  return (
    <>
      <Head title={t(`layer.${layer}`)} line={<Count shown={items.length} more={next !== undefined} layer={layer} filtered={Boolean(task.q) || Object.keys(where).length > 0} />} />
      <Filter task={task} />
      {(layer === "notices" || layer === "editions" || layer === "grids") && mayCompare() && (
        <p class="hint">
          <TaskLink to={{ kind: "impact" }} test="open-impact">
            {t("impact.open.file")}
          </TaskLink>
        </p>
      )}
      <Changed show={!at.value && changedSince(since, [layer])} act={() => setRound(round + 1)} />
      {first.kind === "failed" ? (
        <Failure problem={first.problem} retry={() => setRound(round + 1)} />
      ) : !first.value ? (
        <Skeleton lines={10} />
      ) : items.length === 0 ? (
        <Empty task={task} />
      ) : (
        <Table layer={layer} items={items} busy={first.kind === "loading"} />
      )}
      {next !== undefined && items.length > 0 && (
        <div class="actions">
          <p class="hint">{t("list.more", { n: number(items.length) })}</p>
          <button type="button" disabled={more.running} onClick={() => more.load(next)} data-test="load-more">
            {t("list.load")}
          </button>
          {more.problem && <p class="hint bad">{problemText(more.problem)}</p>}
        </div>
      )}
      {items.length > 0 && <Export layer={layer} query={query} />}
    </>
  );
}

/** Further pages of a list; they begin anew when the key changes. */
function useMore(key: string, load: (cursor: string, signal: AbortSignal) => Promise<{ items: Feature[]; next?: string }>) {
  const none = { key, items: [] as Feature[], started: false, running: false, next: undefined as string | undefined, problem: null as ReturnType<typeof asProblem> | null };
  const [state, setState] = useState(none);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), [key]);
  const mine = state.key === key ? state : none;
  return {
    ...mine,
    load: (cursor: string) => {
      const c = (abort.current = new AbortController());
      setState({ ...mine, running: true, started: mine.started, problem: null });
      load(cursor, c.signal).then(
        (page) => !c.signal.aborted && setState({ key, items: [...mine.items, ...page.items], started: true, running: false, next: page.next, problem: null }),
        (cause) => !c.signal.aborted && setState({ ...mine, running: false, problem: asProblem(cause) }),
      );
    },
  };
}

function Count({ shown, more, layer, filtered }: { shown: number; more: boolean; layer: LayerName; filtered: boolean }) {
  const total = status.value?.layers.find((l) => l.layer === layer)?.count;
  const n = number(shown) + (more && filtered ? "+" : "");
  const partly = total !== undefined && total !== shown && at.value === null;
  return <span data-test="count">{partly ? t("list.count.of", { n, total: number(total) }) : t("list.count", { n })}</span>;
}

function Filter({ task }: { task: ListTask }) {
  const [typed, setTyped] = useState(task.q ?? "");
  const timer = useRef(0);
  useEffect(() => setTyped(task.q ?? ""), [task.q]);
  const apply = (q: string) => {
    const { q: _, ...rest } = task;
    amend(q.trim() ? { ...rest, q: q.trim() } : rest);
  };
  const type = (q: string) => {
    setTyped(q);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => apply(q), 200);
  };
  const drop = (key: string) => {
    const { [key]: _, ...where } = task.where ?? {};
    const { where: __, ...rest } = task;
    amend(Object.keys(where).length > 0 ? { ...rest, where } : rest);
  };
  return (
    <div class="filter">
      <label class="field">
        <span class="hidden">{t("list.filter")}</span>
        <input type="search" placeholder={t("list.filter.placeholder")} value={typed} autocomplete="off" spellcheck={false} onInput={(e) => type(e.currentTarget.value)} data-test="filter" />
      </label>
      {Object.entries(task.where ?? {}).map(([key, value]) => (
        <button key={key} type="button" class="chip" onClick={() => drop(key)} aria-label={`${t("list.clear")}: ${fieldName(key)}`}>
          {fieldName(key)}
          {t("text.colon")}
          {references[key] ? nameFor(references[key], value) : valueText(key, value)}
          <Icon name="close" />
        </button>
      ))}
    </div>
  );
}

function Empty({ task }: { task: ListTask }) {
  const filtered = Boolean(task.q) || task.where !== undefined;
  return (
    <div class="empty" data-test="empty">
      <p>{t(filtered ? "list.empty" : "list.empty.layer")}</p>
      {filtered && (
        <button type="button" onClick={() => amend({ kind: "list", layer: task.layer })}>
          {t("list.clear")}
        </button>
      )}
    </div>
  );
}

function Table({ layer, items, busy }: { layer: LayerName; items: Feature[]; busy: boolean }) {
  const [order, setOrder] = useState<Order | null>(null);
  const third = thirdColumn[layer];
  const columns = ["name", "code", ...(third ? [third] : [])];
  const sorted = order ? sortedBy(items, order) : items;
  const point = (f: Feature) => (f.geometry?.type === "Point" ? f.geometry.coordinates : null);
  return (
    <table class={busy ? "list fading" : "list"} aria-busy={busy} data-test="list">
      <SortHead columns={columns} order={order} onOrder={setOrder} />
      <tbody>
        {sorted.map((f) => (
          <tr key={f.id} onPointerEnter={() => (near.value = point(f))} onPointerLeave={() => (near.value = null)} onFocusCapture={() => (near.value = point(f))}>
            <td>
              <TaskLink to={{ kind: "feature", layer, id: f.id }} test="row">
                {nameOf(f) || f.id}
              </TaskLink>
            </td>
            <td>
              <code title={f.code}>{f.code}</code>
            </td>
            {third && <td>{valueText(third, f[third] as Value)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Export({ layer, query }: { layer: LayerName; query: Record<string, string | undefined> }) {
  const [read, setRead] = useState<number | null>(null);
  const [failed, setFailed] = useState("");
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async () => {
    const c = (abort.current = new AbortController());
    setRead(0);
    setFailed("");
    try {
      await exportCSV(layer, query, setRead, c.signal);
    } catch (cause) {
      if (!c.signal.aborted) setFailed(problemText(asProblem(cause)));
    }
    setRead(null);
  };
  return (
    <div class="actions">
      {read === null ? (
        <button type="button" onClick={() => void run()} data-test="export">
          <Icon name="download" />
          {t("list.export")} CSV
        </button>
      ) : (
        <>
          <span role="status">{t("list.export.running", { n: number(read) })}</span>
          <progress aria-label={t("list.export")} max={status.value?.layers.find((l) => l.layer === layer)?.count ?? read + 1} value={read} />
          <button type="button" onClick={() => abort.current?.abort()}>
            {t("list.cancel")}
          </button>
        </>
      )}
      {failed && <p class="hint bad">{failed}</p>}
    </div>
  );
}
