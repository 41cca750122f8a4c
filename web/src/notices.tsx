import { signal } from "@preact/signals";
import type { Status } from "./api/types";
import { Icon } from "./icon";
import { at, online, recall, remember, status } from "./state";
import { moment, t } from "./text";

type NoticeKind = "demo" | "stale" | "file" | "offline" | "quarantined" | "time";

const closed = signal<ReadonlySet<string>>(new Set(recall("notice.demo") === "closed" ? ["demo"] : []));

/** The lines under the bar: that the data is old, that it is not now, that it is a demo. */
export function Notices() {
  const lines = noticesOf(status.value, online.value, at.value).filter((n) => !closed.value.has(n));
  if (lines.length === 0) return null;
  return (
    <section class="notices" aria-label={t("notice.label")}>
      {lines.map((kind) => (
        <Notice key={kind} kind={kind} />
      ))}
    </section>
  );
}

/** What has to be said, the most pressing first. */
export function noticesOf(s: Status | null, isOnline: boolean, instant: string | null): NoticeKind[] {
  const out: NoticeKind[] = [];
  if (instant) out.push("time");
  if (!isOnline) out.push("offline");
  else if (s?.state === "stale") out.push("stale");
  else if (s?.state === "file") out.push("file");
  if (s?.quarantined.length) out.push("quarantined");
  if (s?.demo) out.push("demo");
  return out;
}

function Notice({ kind }: { kind: NoticeKind }) {
  const closable = kind === "demo" || kind === "quarantined";
  return (
    <div class={`notice notice-${kind}`} data-test={`notice-${kind}`}>
      <Icon name={kind === "time" ? "clock" : "warn"} />
      <p>{lineOf(kind)}</p>
      {kind === "time" && (
        <button type="button" class="link" onClick={() => (at.value = null)}>
          {t("time.back")}
        </button>
      )}
      {closable && (
        <button type="button" class="quiet" aria-label={t("notice.close")} onClick={() => close(kind)}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function lineOf(kind: NoticeKind): string {
  const s = status.value;
  switch (kind) {
    case "time":
      return `${t("time.not.now", { time: moment(at.value ?? "") })}${t("text.space")}${t("time.map.now")}`;
    case "stale":
    case "file":
      return t(`notice.${kind}`, { time: s?.confirmed_at ? moment(s.confirmed_at) : t("value.unknown") });
    case "quarantined":
      return t("notice.quarantined", { n: s?.quarantined.length ?? 0 });
    default:
      return t(`notice.${kind}`);
  }
}

function close(kind: NoticeKind): void {
  closed.value = new Set([...closed.value, kind]);
  if (kind === "demo") remember("notice.demo", "closed");
}
