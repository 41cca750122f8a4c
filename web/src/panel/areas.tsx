import type { AreaLayer, Successor } from "../api/types";
import { nameOf, percent, t } from "../text";
import { Share } from "./bars";
import { TaskLink } from "./parts";

/** The areas that have the ground of one in another edition, each a link with its share; outside is the share that none has. */
export function Areas({ layer, areas, outside = 0 }: { layer: AreaLayer; areas: readonly Successor[]; outside?: number }) {
  return (
    <ul class="rows bars">
      {areas.map((a) => (
        <li key={a.code} data-test="area">
          <TaskLink to={{ kind: "feature", layer, id: a.code }}>
            <Share name={<Named area={a} />} more={a.share_back < 1 ? t("editions.back", { p: percent(a.share_back) }) : ""} share={a.share} />
          </TaskLink>
        </li>
      ))}
      {outside >= 0.0005 && (
        <li>
          <span class="row">
            <Share name={t(`editions.nobody.${layer}`)} share={outside} />
          </span>
        </li>
      )}
    </ul>
  );
}

function Named({ area }: { area: Successor }) {
  const { name, code, kind } = area;
  return (
    <>
      {nameOf(area)} {name && <code>{code}</code>}
      {kind !== "same" && <span class="chip">{t(`edge.${kind}`)}</span>}
    </>
  );
}
