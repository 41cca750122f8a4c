import { client, online, status } from "./state";

const every = 4000;

/** Follows the service: asks for its status every few seconds while the page is seen, and at once when it is seen again. */
export function follow(): void {
  let timer = 0;
  let running = false;
  const ask = async () => {
    if (running) return;
    running = true;
    clearTimeout(timer);
    try {
      status.value = await client.status(AbortSignal.timeout(8000));
      online.value = true;
    } catch {
      online.value = false;
    }
    running = false;
    if (!document.hidden) timer = window.setTimeout(ask, every);
  };
  // An answer with a revision that we have not seen means that the tiles are old: ask now instead of at the next turn.
  client.onRevision = (epoch, revision) => {
    const known = status.value;
    if (known && (known.epoch !== epoch || known.revision < revision)) queueMicrotask(ask);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void ask();
  });
  addEventListener("online", () => void ask());
  addEventListener("offline", () => (online.value = false));
  void ask();
}
