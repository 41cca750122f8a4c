import type { Problem } from "../api/problem";
import { t, type Key } from "../text";
import { zh } from "../text/zh";
import { Icon } from "../icon";

/** What happened, what was kept, and what to do, in the user's words. */
export function problemText(p: Problem): string {
  if (p.offline) return p.code === "offline" ? t("error.offline") : t("error.other", { detail: p.detail || p.code });
  const key = `error.${p.code}`;
  if (key in zh) return t(key as Key, { detail: p.detail });
  if (p.status === 503 || p.status === 429) return t("error.busy");
  if (p.status === 401) return t("error.unauthenticated");
  if (p.status === 403) return t("error.forbidden");
  if (p.status === 404) return t("error.not-found");
  return t("error.other", { detail: p.detail || p.code });
}

/** A failure in the place of what was asked for. */
export function Failure({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <div class="failure" role="alert" data-test="failure">
      <p>
        <Icon name="warn" />
        <span>{problemText(problem)}</span>
      </p>
      {problem.requestId && <small>{t("error.request", { id: problem.requestId })}</small>}
      {retry && (
        <button type="button" onClick={retry}>
          {t("answer.retry")}
        </button>
      )}
    </div>
  );
}
