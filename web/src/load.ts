import { useEffect, useState } from "preact/hooks";
import { Problem } from "./api/problem";

/** Something that is fetched: what was there before stays in view while it is fetched again. */
export type Loaded<T> = { kind: "loading"; value: T | null } | { kind: "ready"; value: T } | { kind: "failed"; value: null; problem: Problem };

/** Fetches when the key changes, and gives up what is no longer wanted. keep says whether the former value is of the same thing. */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, keep = false): Loaded<T> {
  const [state, setState] = useState<{ key: string; loaded: Loaded<T> }>({ key: "", loaded: { kind: "loading", value: null } });
  useEffect(() => {
    const abort = new AbortController();
    setState((s) => ({ key, loaded: { kind: "loading", value: keep ? s.loaded.value : null } }));
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ key, loaded: { kind: "ready", value } }),
      (cause) => !abort.signal.aborted && setState({ key, loaded: { kind: "failed", value: null, problem: asProblem(cause) } }),
    );
    return () => abort.abort();
  }, [key]);
  return state.key === key ? state.loaded : { kind: "loading", value: keep ? state.loaded.value : null };
}

/** Any failure as a Problem. */
export function asProblem(cause: unknown): Problem {
  return cause instanceof Problem ? cause : new Problem(0, "failed", String(cause));
}
