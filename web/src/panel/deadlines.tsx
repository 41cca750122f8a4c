import { useEffect, useState } from "preact/hooks";
import type { Deadlines } from "../api/types";
import { at } from "../state";
import { moment, spanOf, t, word } from "../text";
import { Facts } from "./parts";

/** How often "how long from now" is said anew, in milliseconds. */
const turn = 20_000;

const stages = ["ack", "arrive", "resolve"] as const;

/** When it must be acknowledged, when somebody must be there, when it must be done: in the district's time, and how long that is from now. */
export function Due({ clock, from }: { clock: Deadlines; from: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), turn);
    return () => clearInterval(timer);
  }, []);
  // At another instant of the page it is that one from which people count.
  const base = at.value ? Date.parse(from) : now;
  return (
    <div class="due" data-test="due" data-provisional={clock.provisional}>
      <Facts
        rows={stages.map((stage) => {
          const due = clock[`${stage}_due`] as string | null;
          const kind = clock.kinds[stage];
          return [t(`due.${stage}`), due && <One due={due} kind={kind ?? ""} base={base} />, `due-${stage}`];
        })}
      />
      {clock.provisional && (
        <p class="hint">
          <span class="chip provisional-chip">{t("plan.provisional")}</span> {t("due.provisional")}
        </p>
      )}
    </div>
  );
}

function One({ due, kind, base }: { due: string; kind: string; base: number }) {
  const left = Date.parse(due) - base;
  return (
    <>
      <time dateTime={due}>{moment(due)}</time>
      <small>
        <span class={left < 0 ? "late" : ""}>{t(left < 0 ? "due.late" : at.value ? "due.after" : "due.left", { span: spanOf(Math.abs(left)) })}</span>
        {kind && ` · ${word("clock", kind)}`}
      </small>
    </>
  );
}
