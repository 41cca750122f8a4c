import { client, at } from "../state";
import { useLoad } from "../load";
import { nameOf, t, word } from "../text";
import type { GridContents } from "../api/types";
import { Share } from "./bars";
import { Section, Skeleton, TaskLink } from "./parts";
import { Failure } from "./problem";
import { nameFor } from "../names";

type Item = GridContents["items"][number];

/** What lies in a grid, kind by kind, each with the part of it that does; and the posts for the grid. */
export function Contents({ grid }: { grid: string }) {
  const instant = at.value;
  const loaded = useLoad(`contents/${grid}/${instant}`, (signal) => client.contents(grid, instant ?? undefined, signal), true);
  if (loaded.kind === "failed") return <Failure problem={loaded.problem} />;
  if (!loaded.value) return <Skeleton lines={3} />;
  const { items, posts } = loaded.value;
  const kinds = [...new Set(items.filter((i) => i.layer !== "communities").map((i) => i.kind))];
  return (
    <Section title={t("contents.title")}>
      <Kind title={t("layer.posts")} count={posts.length}>
        {posts.map((p) => (
          <li key={p.id}>
            <TaskLink to={{ kind: "feature", layer: "units", id: p.unit }}>
              <span class="name">{nameOf(p)}</span>
              <small>
                {word("post", p.kind)} · {nameFor("units", p.unit)}
              </small>
            </TaskLink>
          </li>
        ))}
      </Kind>
      {kinds.map((kind) => (
        <Items key={kind} title={word("kind", kind)} items={items.filter((i) => i.layer !== "communities" && i.kind === kind)} />
      ))}
      <Items title={t("layer.communities")} items={items.filter((i) => i.layer === "communities")} />
    </Section>
  );
}

function Items({ title, items }: { title: string; items: readonly Item[] }) {
  return (
    <Kind title={title} count={items.length}>
      {items.map((i) => (
        <li key={i.id}>
          <TaskLink to={{ kind: "feature", layer: i.layer === "communities" ? "communities" : "overlays", id: i.id }}>
            {i.share < whole ? <Share name={nameOf(i)} more={unitOf(i)} share={i.share} /> : <Whole item={i} />}
          </TaskLink>
        </li>
      ))}
    </Kind>
  );
}

/** The least share that is shown as all of it. */
const whole = 0.9995;

function Whole({ item }: { item: Item }) {
  return (
    <>
      <span class="name">{nameOf(item)}</span>
      {item.unit && <small>{unitOf(item)}</small>}
    </>
  );
}

function unitOf(item: Item): string {
  return item.unit ? nameFor("units", item.unit) : "";
}

function Kind({ title, count, children }: { title: string; count: number; children: preact.ComponentChildren }) {
  if (count === 0) return null;
  return (
    <details>
      <summary>
        {title} <span class="count">{count}</span>
      </summary>
      <ul class="rows bars">{children}</ul>
    </details>
  );
}
