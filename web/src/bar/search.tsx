import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Found } from "../api/types";
import { isLayerName } from "../api/types";
import { parsePair, type Pair } from "../coord/parse";
import { problemText } from "../panel/problem";
import { Icon } from "../icon";
import { asProblem } from "../load";
import { showBox, showPoint } from "../map/map";
import { announcement, client, go } from "../state";
import { nameOf, t, word } from "../text";

type Results = { kind: "none" } | { kind: "asking" } | { kind: "found"; q: string; items: Found[] } | { kind: "failed"; problem: Problem };

const query = signal("");
const open = signal(false);
const active = signal(0);
const results = signal<Results>({ kind: "none" });
const pair = signal<Pair | null>(null);

let running: AbortController | null = null;
let timer = 0;

/** Writes into the search field as if it had been typed, and shows what is found. */
export function searchFor(text: string): void {
  document.querySelector<HTMLInputElement>("#search")?.focus();
  type(text);
}

/** Search by code, name, crossing or coordinate: a combobox whose list is below it. */
export function Search() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const outside = (e: PointerEvent) => {
      if (!box.current?.contains(e.target as Node)) open.value = false;
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, []);
  const options = optionCount();
  const showing = open.value && query.value.trim() !== "";
  return (
    <div ref={box} class="search" role="search">
      <Icon name="search" />
      <input
        id="search"
        type="text"
        role="combobox"
        aria-label={t("search.label")}
        aria-expanded={showing && options > 0}
        aria-controls="search-list"
        aria-autocomplete="list"
        {...(showing && options > 0 && { "aria-activedescendant": `search-${active.value}` })}
        placeholder={t("search.placeholder")}
        autocomplete="off"
        spellcheck={false}
        enterkeyhint="search"
        value={query.value}
        onInput={(e) => type(e.currentTarget.value)}
        onFocus={() => (open.value = true)}
        onBlur={(e) => !box.current?.contains(e.relatedTarget as Node | null) && (open.value = false)}
        onKeyDown={onKey}
        data-test="search"
      />
      {query.value ? (
        <button type="button" class="quiet" aria-label={t("search.clear")} onClick={clear}>
          <Icon name="close" />
        </button>
      ) : (
        <kbd aria-hidden="true">/</kbd>
      )}
      <ResultList showing={showing} />
    </div>
  );
}

function ResultList({ showing }: { showing: boolean }) {
  const r = results.value;
  const p = pair.value;
  return (
    <div class="results" hidden={!showing}>
      <ul id="search-list" role="listbox" aria-label={t("search.results")} data-test="search-results">
        {p && (
          <Option index={0} act={chooseCoordinate} kind={t("kind.coordinate")} detail={t("search.choose")}>
            {t(p.form === "plane" ? "search.coordinate.plane" : "search.coordinate", { x: p.x, y: p.y })}
          </Option>
        )}
        {r.kind === "found" &&
          r.items.map((item, i) => (
            <Option key={`${item.layer}/${item.id}/${i}`} index={i + (p ? 1 : 0)} act={() => choose(item)} kind={word("kind", item.kind)} detail={item.detail || codeOf(item)}>
              {nameOf(item)}
            </Option>
          ))}
      </ul>
      {r.kind === "asking" && <div class="bone" role="presentation" />}
      {r.kind === "found" && r.items.length === 0 && !p && <p>{t("search.none", { q: r.q })}</p>}
      {r.kind === "failed" && <p role="alert">{problemText(r.problem)}</p>}
    </div>
  );
}

interface OptionProps {
  index: number;
  act: () => void;
  kind: string;
  detail: string;
  children: string;
}

function Option({ index, act, kind, detail, children }: OptionProps) {
  return (
    <li
      id={`search-${index}`}
      role="option"
      aria-selected={active.value === index}
      data-test="search-option"
      onPointerMove={() => (active.value = index)}
      onPointerDown={(e) => e.preventDefault()}
      onClick={act}
    >
      <span class="name">{children}</span>
      <span class="kind">{kind}</span>
      <small>{detail}</small>
    </li>
  );
}

/** The code under a name; nothing where the code is the name. */
function codeOf(f: Found): string {
  return f.code && f.code !== nameOf(f) ? f.code : "";
}

function optionCount(): number {
  const r = results.value;
  return (pair.value ? 1 : 0) + (r.kind === "found" ? r.items.length : 0);
}

function type(text: string): void {
  query.value = text;
  open.value = true;
  active.value = 0;
  pair.value = parsePair(text);
  running?.abort();
  clearTimeout(timer);
  const q = text.trim();
  if (!q || pair.value) {
    results.value = { kind: "none" };
    return;
  }
  timer = window.setTimeout(() => void find(q), 120);
}

async function find(q: string): Promise<Found[]> {
  clearTimeout(timer);
  running?.abort();
  const mine = (running = new AbortController());
  if (results.value.kind !== "found") results.value = { kind: "asking" };
  try {
    const items = await client.search(q, mine.signal);
    if (mine.signal.aborted) return [];
    results.value = { kind: "found", q, items };
    announcement.value = t("search.count", { n: items.length });
    return items;
  } catch (cause) {
    if (!mine.signal.aborted) results.value = { kind: "failed", problem: asProblem(cause) };
    return [];
  }
}

function onKey(e: KeyboardEvent): void {
  if (e.isComposing) return;
  const n = optionCount();
  if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    open.value = true;
    if (n > 0) active.value = (active.value + (e.key === "ArrowDown" ? 1 : n - 1)) % n;
    document.getElementById(`search-${active.value}`)?.scrollIntoView({ block: "nearest" });
  } else if (e.key === "Enter") void enter();
  else if (e.key === "Escape" && (open.value || query.value)) {
    if (open.value && query.value) open.value = false;
    else clear();
  } else return;
  e.preventDefault();
}

/** Takes the active line; asks first when the list is not yet of what the field says. */
async function enter(): Promise<void> {
  if (pair.value) return chooseCoordinate();
  const q = query.value.trim();
  if (!q) return;
  const r = results.value;
  const items = r.kind === "found" && r.q === q ? r.items : await find(q);
  const item = items[active.value] ?? items[0];
  if (item && query.value.trim() === q) choose(item);
}

function chooseCoordinate(): void {
  if (go({ kind: "coords", text: query.value.trim() }, t("edit.leave"))) leave();
}

/** Goes to what was found: a crossing or a place is asked about, a feature is shown. */
export function choose(item: Found): void {
  const [lon, lat] = item.point ?? [];
  const placed = lon !== undefined && lat !== undefined;
  const done =
    item.kind === "crossing" || !isLayerName(item.layer) || !item.id
      ? placed && go({ kind: "point", x: lon, y: lat, crs: "wgs84" }, t("edit.leave"))
      : go({ kind: "feature", layer: item.layer, id: item.id }, t("edit.leave"));
  if (!done) return;
  if (item.bbox && item.kind !== "crossing") showBox(item.bbox);
  else if (placed) showPoint(lon, lat, 16);
  leave();
}

function leave(): void {
  open.value = false;
  document.querySelector<HTMLInputElement>("#search")?.blur();
}

function clear(): void {
  type("");
  document.querySelector<HTMLInputElement>("#search")?.focus();
}
