import { Icon } from "../icon";
import { t } from "../text";
import type { Finding } from "./types";

interface Props<F extends Finding> {
  findings: readonly F[];
  /** What the service says against single fields, with their pointers. */
  faults: ReadonlyArray<{ pointer: string; detail: string }>;
  /** A finding in a sentence. */
  textOf: (f: F) => string;
  /** What a pointer of a fault is about. */
  fieldOf: (pointer: string) => string;
  /** Whether the list is of what is shown now. */
  busy: boolean;
  onGo: (f: F) => void;
  onFault: (pointer: string) => void;
}

/** What stands against a revision: what blocks first, then what is only to be known. Each leads to its place. */
export function Findings<F extends Finding>({ findings, faults, textOf, fieldOf, busy, onGo, onFault }: Props<F>) {
  const blocks = findings.filter((f) => f.blocks);
  const hints = findings.filter((f) => !f.blocks);
  const n = blocks.length + faults.length;
  return (
    <section class="part findings" aria-busy={busy} aria-label={t("plan.findings")} data-test="findings" data-blocking={n} data-busy={busy}>
      <h2 aria-live="polite">
        {n > 0 ? t("plan.findings.block", { n }) : t("plan.findings.free")}
        {hints.length > 0 && <span class="count">{t("plan.findings.hints", { n: hints.length })}</span>}
      </h2>
      {n + hints.length > 0 && (
        <ul>
          {faults.map((f) => (
            <li key={f.pointer}>
              <button type="button" class="finding blocks" onClick={() => onFault(f.pointer)} data-test="fault">
                <Icon name="warn" />
                <span>{t("plan.fault", { field: fieldOf(f.pointer), detail: f.detail })}</span>
              </button>
            </li>
          ))}
          {[...blocks, ...hints].map((f, i) => (
            <li key={`${f.code}${f.ids.join()}${i}`}>
              <button type="button" class={f.blocks ? "finding blocks" : "finding"} onClick={() => onGo(f)} data-test={`finding-${f.code}`}>
                <Icon name={f.blocks ? "warn" : "note"} />
                <span>
                  <b>{t(f.blocks ? "plan.blocks" : "plan.hint")}</b> {textOf(f)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
