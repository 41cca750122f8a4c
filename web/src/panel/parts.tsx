import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { LayerName } from "../api/types";
import { Icon } from "../icon";
import { go } from "../state";
import { announcement } from "../state";
import { t, word, type Key } from "../text";
import type { Task } from "../url";
import { writeAddress } from "../url";
import { builtinName } from "./decided";

/** The head of every panel: what it is about, and in one line what that is. */
export function Head({ title, line, children }: { title: string; line?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <div class="panel-head">
      <h1 id="panel-title" tabIndex={-1} data-test="panel-title">
        {title}
      </h1>
      {line && <p class="line">{line}</p>}
      {children}
    </div>
  );
}

/** What a feature of a layer is called. */
export function kindName(layer: LayerName): string {
  return t(`kind.${layer === "communities" ? "community" : layer.replace(/s$/, "")}` as Key);
}

/** Two columns: what, and how much. Facts without a value are left out. */
export function Facts({ rows }: { rows: Array<[name: string, value: ComponentChildren, test?: string]> }) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (shown.length === 0) return null;
  return (
    <dl class="facts">
      {shown.map(([name, value, test]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-test={test}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Section({ title, children, count }: { title: string; children: ComponentChildren; count?: number }) {
  return (
    <section class="part">
      <h2>
        {title}
        {count !== undefined && <span class="count">{count}</span>}
      </h2>
      {children}
    </section>
  );
}

/** A link to another task: a real address, so that it can be opened in another tab or sent. */
export function TaskLink({ to, children, test }: { to: Task; children: ComponentChildren; test?: string }) {
  const follow = (e: MouseEvent) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    go(to, t("edit.leave"));
  };
  return (
    <a href={"#" + writeAddress({ task: to })} onClick={follow} data-test={test}>
      {children}
    </a>
  );
}

/** A link to a rule as answers name it: R-017@3. One that is built in has no page, only a name. */
export function RuleLink({ rule, test }: { rule: string; test?: string }) {
  const builtin = builtinName(rule);
  if (builtin) return <span data-test={test}>{word("builtin", builtin)}</span>;
  return (
    <TaskLink to={{ kind: "rule", id: rule }} {...(test && { test })}>
      {rule}
    </TaskLink>
  );
}

/** Grey bars in the place of what is on its way. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={t("app.loading")} data-test="skeleton">
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} class="bone" style={{ width: `${90 - ((i * 23) % 45)}%` }} />
      ))}
    </div>
  );
}

const copied = signal<"" | "done" | "failed">("");

/** Copies an address; says in the button that it did. */
export function CopyLink({ address }: { address: () => string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address());
      copied.value = "done";
      announcement.value = t("answer.copied");
    } catch {
      copied.value = "failed";
    }
    setTimeout(() => (copied.value = ""), 3000);
  };
  return (
    <button type="button" onClick={() => void copy()} data-test="copy-link" class={copied.value === "failed" ? "bad" : ""}>
      <Icon name={copied.value === "done" ? "check" : "copy"} />
      {copied.value === "done" ? t("answer.copied") : copied.value === "failed" ? t("answer.copy.failed") : t("answer.copy")}
    </button>
  );
}

/** A quiet line that other people have changed what is shown. */
export function Changed({ show, act }: { show: boolean; act: () => void }) {
  if (!show) return null;
  return (
    <div class="changed" role="status" data-test="changed">
      <span>{t("notice.changed")}</span>
      <button type="button" class="link" onClick={act}>
        {t("notice.show")}
      </button>
    </div>
  );
}
