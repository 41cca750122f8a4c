import { layerNames, type LayerName } from "../api/types";
import { Icon } from "../icon";
import { TaskLink } from "../panel/parts";
import { dragging } from "../points/drop";
import { StateChip } from "../plan/review";
import { ClockField, DayField, SelectField } from "../plan/inputs";
import { spanText } from "../plan/words";
import type { Rule } from "../rules/types";
import { amend, task as current } from "../state";
import { moment, nameOf, number, t, word } from "../text";
import type { FileFault } from "./file";
import { mostBytes, mostFeatures } from "./file";
import type { Choice } from "./question";
import { resolutions, usualResolution, type ImpactTask, type Resolution } from "./types";
import { badFile, dropFile, files, takeFile, takeText } from "./work";

const megabyte = 1 << 20;

interface Props {
  task: ImpactTask;
  /** The revisions that are not published yet. */
  open: readonly Rule[];
  choice: Choice;
  /** Ids of the address that are no such revision. */
  missing: readonly string[];
}

/** What would be published: revisions of rules, and what files propose; and at what moment and how finely both states are asked. */
export function Choose({ task, open, choice, missing }: Props) {
  const set = (change: Partial<ImpactTask>) => {
    const next = { ...latest(task), ...change };
    for (const key of ["rules", "when", "resolution"] as const) if (!next[key] || next[key] === usualResolution || (Array.isArray(next[key]) && next[key].length === 0)) delete next[key];
    amend(next);
  };
  const rules = (ids: readonly string[]) => set({ rules: [...ids] });
  const flip = (id: string, on: boolean) => {
    const others = (latest(task).rules ?? []).filter((one) => one !== id);
    rules(on ? [...others, id] : others);
  };
  return (
    <section class="impact-choose" aria-label={t("impact.choose")}>
      <fieldset class="plan-form" data-test="impact-rules">
        <legend>{t("impact.rules", { n: open.length })}</legend>
        {open.length === 0 ? (
          <p class="empty">
            {t("impact.rules.none")} <TaskLink to={{ kind: "rules" }}>{t("rules.title")}</TaskLink>
          </p>
        ) : (
          <ul class="impact-rules">
            {open.map((r) => (
              <li key={r.id}>
                <label class="switch-line">
                  <input type="checkbox" checked={choice.rules.includes(r.id)} onChange={(e) => flip(r.id, e.currentTarget.checked)} data-test={`impact-rule-${r.code}`} />
                  <span>
                    <code>{`${r.series}@${r.number}`}</code> {nameOf(r)}
                    <small>{spanText(r)}</small>
                  </span>
                </label>
                <StateChip revision={r} />
              </li>
            ))}
          </ul>
        )}
        {missing.length > 0 && (
          <p class="hint">
            {t("impact.rules.missing", { n: missing.length })}{" "}
            <button type="button" class="link" onClick={() => rules(choice.rules)}>
              {t("impact.rules.forget")}
            </button>
          </p>
        )}
      </fieldset>
      <Files />
      <When task={task} choice={choice} set={set} />
    </section>
  );
}

/** The task as it is now: two choices may be made before the page is drawn again. */
function latest(drawn: ImpactTask): ImpactTask {
  const now = current.peek();
  return now.kind === "impact" ? now : drawn;
}

/** New borders and days off from files. */
function Files() {
  const bad = badFile.value;
  const choose = (e: Event & { currentTarget: HTMLInputElement }) => {
    for (const file of e.currentTarget.files ?? []) void takeFile(file);
    e.currentTarget.value = ""; // the same file can be chosen again after it was mended
  };
  return (
    <details class="part impact-files" open={files.value.length > 0 || bad !== null} data-test="impact-files">
      <summary>{t("impact.files")}</summary>
      <p class="hint">{t("impact.files.line")}</p>
      <label class={dragging.value ? "drop over" : "drop"}>
        <input type="file" class="hidden" multiple accept=".geojson,.json,application/geo+json,application/json" onChange={choose} data-test="impact-file" />
        <Icon name="upload" />
        <span>{t("impact.files.choose")}</span>
        <small>{t("impact.files.limits", { mb: mostBytes / megabyte, n: number(mostFeatures) })}</small>
      </label>
      {files.value.length > 0 && (
        <ul class="rows" data-test="impact-file-list">
          {files.value.map((f) => (
            <li key={f.name}>
              <span class="row">
                <span class="name">
                  {f.name} <small>{t("impact.file.has", { layer: t(`layer.${f.layer}`), n: number(f.features.length) })}</small>
                </span>
                <button type="button" class="quiet" aria-label={t("impact.file.drop", { name: f.name })} title={t("impact.file.drop", { name: f.name })} onClick={() => dropFile(f.name)}>
                  <Icon name="close" />
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {bad && (
        <div class="failure" role="alert" data-test="impact-file-fault">
          <p>
            <Icon name="warn" />
            <span>
              {bad.name}
              {t("text.colon")}
              {faultText(bad.fault)}
            </span>
          </p>
          {bad.fault === "layer" && (
            <SelectField<string> label={t("impact.file.layer")} value="" options={[["", t("impact.file.layer.none")], ...comparable.map((l) => [l, t(`layer.${l}`)] as const)]} onValue={(l) => l && takeText(bad.name, bad.text, l as LayerName)} test="impact-file-layer" />
          )}
        </div>
      )}
    </details>
  );
}

/** The layers that decide who has something; of the others a file changes nothing here. */
const comparable = layerNames.filter((l) => ["towns", "grids", "communities", "overlays", "units", "zones", "poles", "posts", "notices", "agreements", "categories"].includes(l));

function faultText(fault: FileFault): string {
  return t(`impact.file.bad.${fault}`, { mb: mostBytes / megabyte, n: number(mostFeatures) });
}

function When({ task, choice, set }: { task: ImpactTask; choice: Choice; set: (change: Partial<ImpactTask>) => void }) {
  const [day = "", clock = ""] = choice.when.split("T");
  return (
    <details class="part impact-when" data-test="impact-when">
      <summary>
        {t("impact.when")}
        {t("text.colon")}
        <span class="figures">{choice.when ? moment(`${choice.when}:00+08:00`) : t("bar.now")}</span>
        {" · "}
        {t(`impact.fine.${choice.resolution}`)}
      </summary>
      <div class="pair">
        <DayField label={t("impact.day")} value={day} onValue={(d) => set({ when: d ? `${d}T${clock || "10:00"}` : "" })} test="impact-day" />
        <ClockField label={t("impact.clock")} value={clock} disabled={!day} onValue={(c) => set({ when: `${day}T${c}` })} test="impact-clock" />
      </div>
      <p class="hint">
        {t("impact.when.hint")}{" "}
        {task.when && (
          <button type="button" class="link" onClick={() => set({ when: "" })}>
            {t("impact.when.usual")}
          </button>
        )}
      </p>
      <SelectField<string> label={t("impact.fine")} value={String(choice.resolution)} options={resolutions.map((r) => [String(r), word("impact.fine", String(r))] as const)} hint={t("impact.fine.hint")} onValue={(r) => set({ resolution: Number(r) as Resolution })} test="impact-fine" />
    </details>
  );
}
