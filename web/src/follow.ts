import type { Status } from "./api/types";
import type { Box, Stale } from "./map/tiles";
import { client, layerRevision, online, stale, status } from "./state";

/** How often the status is asked for: seldom while events arrive, else every few seconds. */
const every = { live: 30_000, polling: 4_000 };
const reopenAfter = 20_000;
const mostStale = 200;

/** What an event of /v1/events tells: the layers that an edit has changed, and where tiles have. */
export interface Touched {
  epoch: string;
  revision: number;
  layers: string[];
  stale: Stale[];
}

/**
 * Follows the service while the page is seen: by its events, and by asking for its status, which also finds changes when events
 * do not come through. A hidden page holds no connection, because a browser has six for one server.
 */
export function follow(): void {
  let timer = 0;
  let running = false;
  let again = false;
  let live = false;
  const ask = async () => {
    // An answer that is on its way may be of before what this one is for.
    again = running;
    if (running) return;
    running = true;
    clearTimeout(timer);
    try {
      take(await client.status(AbortSignal.timeout(8000)));
      online.value = true;
    } catch {
      online.value = false;
    }
    running = false;
    if (again) void ask();
    else if (!document.hidden) timer = window.setTimeout(ask, live && online.value ? every.live : every.polling);
  };
  // An answer with a revision that we have not seen means that the tiles are old: ask now instead of at the next turn.
  client.onRevision = (epoch, revision) => {
    const known = status.peek();
    if (known && (known.epoch !== epoch || known.revision < revision)) queueMicrotask(ask);
  };
  listen(
    (isLive) => {
      if (live !== isLive) void ask();
      live = isLive;
    },
    (touched) => {
      const known = status.peek();
      if (!known || known.epoch !== touched.epoch) return void ask();
      mark(touched.layers, touched.revision);
      spoil(touched.stale);
      if (known.revision < touched.revision) status.value = { ...known, revision: touched.revision };
    },
    // Something begins or ends to apply without an edit: no layer has another revision, but the map looks otherwise.
    (touched) => spoil(touched.stale),
    // Events were missed that the service no longer has. The digests of its status tell which layers differ from what is known here.
    () => void ask(),
  );
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void ask();
  });
  addEventListener("online", () => void ask());
  addEventListener("offline", () => (online.value = false));
  void ask();
}

/** Keeps an event connection open while the page is seen. */
function listen(onLive: (live: boolean) => void, onTouched: (touched: Touched) => void, onMoment: (touched: Touched) => void, onReload: () => void): void {
  let source: EventSource | null = null;
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    onLive(false);
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource("/v1/events");
    source.onopen = () => onLive(true);
    source.onerror = () => {
      // The browser tries again by itself unless the answer was no event stream.
      if (source?.readyState === EventSource.CLOSED) {
        close();
        timer = window.setTimeout(open, reopenAfter);
      } else onLive(false);
    };
    source.addEventListener("reload", onReload);
    const hear = (kind: string, tell: (touched: Touched) => void) =>
      source?.addEventListener(kind, (e) => {
        const touched = readTouched(String((e as MessageEvent).data));
        if (touched) tell(touched);
      });
    hear("revision", onTouched);
    hear("moment", onMoment);
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

/** The data of an event as it comes over the line. */
interface EventData {
  epoch: string;
  revision: number;
  layers: string[] | null;
  changes?: Array<{ layer: string; ids?: string[] }>;
  tiles?: Array<{ layer: string; minzoom?: number; bboxes?: Box[] }>;
}

/** The data of an event; null when it has another form. */
export function readTouched(data: string): Touched | null {
  try {
    const body = JSON.parse(data) as Partial<EventData> | null;
    if (typeof body?.epoch !== "string" || typeof body.revision !== "number") return null;
    const layers = Array.isArray(body.layers) ? body.layers.map(String) : [];
    return { epoch: body.epoch, revision: body.revision, layers, stale: staleOf(body, layers) };
  } catch {
    return null;
  }
}

/** Where tiles have changed; all of the layers when the event does not say. */
function staleOf(body: Partial<EventData>, layers: readonly string[]): Stale[] {
  if (!Array.isArray(body.tiles)) return everywhere(layers);
  return body.tiles.map(({ layer, minzoom, bboxes }) => ({
    layer,
    minzoom: minzoom ?? 0,
    ids: body.changes?.find((c) => c.layer === layer)?.ids ?? [],
    ...(bboxes && bboxes.length > 0 && { boxes: bboxes }),
  }));
}

/** All tiles of layers, and of what is drawn from them: hexagons count poles. */
function everywhere(layers: readonly string[]): Stale[] {
  const drawn = layers.includes("poles") ? [...new Set([...layers, "hexagons"])] : layers;
  return drawn.map((layer) => ({ layer, minzoom: 0, ids: [] }));
}

/** Tells the map. Where there is none to take the list away, it does not grow without end. */
function spoil(list: readonly Stale[]): void {
  if (list.length === 0) return;
  const all = [...stale.peek(), ...list];
  stale.value = all.length > mostStale ? everywhere([...new Set(all.map((s) => s.layer))]) : all;
}

function take(now: Status): void {
  const before = status.peek();
  if (before) {
    const layers = touchedLayers(before, now, layerRevision.peek());
    mark(layers, now.revision);
    spoil(everywhere(layers));
  }
  // An event may have been faster than this answer.
  status.value = before && before.epoch === now.epoch && before.revision > now.revision ? { ...now, revision: before.revision } : now;
}

function mark(layers: readonly string[], revision: number): void {
  if (layers.length === 0) return;
  layerRevision.value = { ...layerRevision.peek(), ...Object.fromEntries(layers.map((l) => [l, revision])) };
}

/** The layers that differ between two states of the service and were not marked before; all of them after a restore (another epoch). */
export function touchedLayers(before: Status, now: Status, marked: Readonly<Record<string, number>>): string[] {
  if (before.epoch !== now.epoch) return now.layers.map((l) => l.layer);
  const digest = new Map(before.layers.map((l) => [l.layer, l.digest]));
  return now.layers.filter((l) => digest.get(l.layer) !== l.digest && !(before.revision === now.revision && (marked[l.layer] ?? 0) >= now.revision)).map((l) => l.layer);
}
