import { signal } from "@preact/signals";
import { layerNames, type LayerName } from "../api/types";
import { choose } from "../bar/search";
import { Icon } from "../icon";
import { useLoad } from "../load";
import { showPoint } from "../map/map";
import { placeName } from "../names";
import { client, go, status } from "../state";
import { number, t } from "../text";
import { Head, Section, Skeleton, TaskLink } from "./parts";

const failed = signal<"" | "crossing" | "grid">("");
const listed: readonly LayerName[] = layerNames.filter((l) => l !== "districts" && l !== "spaces" && l !== "editions");

/** What a visitor sees first: what this is, three things to try, and the lists. */
export function HomePanel() {
  const s = status.value;
  return (
    <>
      <Head title={placeName()} line={t("home.line")} />
      {s?.demo && (
        <>
          <p class="prose">
            {t("home.1")}
            {t("text.space")}
            {t("home.2")}
            {t("text.space")}
            {t("home.3")}
          </p>
          <Tries />
        </>
      )}
      <Section title={t("home.tools")}>
        <ul class="rows">
          <li>
            <TaskLink to={{ kind: "parking" }} test="parking-link">
              <span class="name">{t("parking.title")}</span>
              <Icon name="next" />
              <small>{t("home.parking")}</small>
            </TaskLink>
          </li>
          <li>
            <TaskLink to={{ kind: "rules" }} test="rules-link">
              <span class="name">{t("rules.title")}</span>
              <Icon name="next" />
              <small>{t("home.rules")}</small>
            </TaskLink>
          </li>
          <li>
            <TaskLink to={{ kind: "coverage" }} test="coverage-link">
              <span class="name">{t("coverage.title")}</span>
              <Icon name="next" />
              <small>{t("home.coverage")}</small>
            </TaskLink>
          </li>
          <li>
            <TaskLink to={{ kind: "borders" }} test="borders-link">
              <span class="name">{t("borders.title")}</span>
              <Icon name="next" />
              <small>{t("borders.line")}</small>
            </TaskLink>
          </li>
          <li>
            <TaskLink to={{ kind: "points" }} test="points-link">
              <span class="name">{t("points.title")}</span>
              <Icon name="next" />
              <small>{t("home.points")}</small>
            </TaskLink>
          </li>
        </ul>
      </Section>
      <Section title={t("home.lists")}>
        {s ? (
          <ul class="rows" data-test="lists">
            {listed.map((layer) => (
              <li key={layer}>
                <TaskLink to={{ kind: "list", layer }} test={`list-${layer}`}>
                  <span class="name">{t(`layer.${layer}`)}</span>
                  <span class="count">{number(s.layers.find((l) => l.layer === layer)?.count ?? 0)}</span>
                </TaskLink>
              </li>
            ))}
          </ul>
        ) : (
          <Skeleton lines={6} />
        )}
      </Section>
      {s && <p class="foot">{t("map.revision", { n: number(s.revision) })}</p>}
    </>
  );
}

/** Three things that show what the map is for, each one click. */
function Tries() {
  const first = useLoad("first-batch", (signal) => client.list("poles", { batch: 1, limit: 100 }, signal));
  const n = first.value?.items.length;
  return (
    <Section title={t("home.try")}>
      <ul class="tries">
        <li>
          <button type="button" onClick={() => void tryCrossing()} data-test="try-crossing">
            <Icon name="search" />
            <span>{t("home.try.crossing")}</span>
            <small>{failed.value === "crossing" ? t("home.try.failed") : t("home.try.crossing.line")}</small>
          </button>
        </li>
        <li>
          <button type="button" onClick={() => void tryGrid()} data-test="try-grid">
            <Icon name="pin" />
            <span>{t("home.try.tinglin")}</span>
            <small>{failed.value === "grid" ? t("home.try.failed") : t("home.try.tinglin.line")}</small>
          </button>
        </li>
        <li>
          <button type="button" onClick={() => go({ kind: "list", layer: "poles", where: { batch: "1" } })} data-test="try-poles">
            <Icon name="list" />
            <span>{t("home.try.poles")}</span>
            <small>{n ? t("home.try.poles.line", { n }) : t("home.try.poles.plain")}</small>
          </button>
        </li>
      </ul>
    </Section>
  );
}

async function tryCrossing(): Promise<void> {
  const found = await client.search("龙皓路 海汇街").catch(() => []);
  const crossing = found.find((f) => f.kind === "crossing");
  failed.value = crossing ? "" : "crossing";
  if (crossing) choose(crossing);
}

async function tryGrid(): Promise<void> {
  const found = await client.search("310116104Z05").catch(() => []);
  const point = found.find((f) => f.layer === "grids" && f.point)?.point;
  failed.value = point ? "" : "grid";
  if (point && go({ kind: "point", x: point[0], y: point[1], crs: "wgs84" })) showPoint(point[0], point[1], 13);
}
