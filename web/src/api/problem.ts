import type { ProblemBody } from "./types";

/** What a request ended with when it did not end well: an RFC 9457 body, or no answer at all (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: NonNullable<ProblemBody["errors"]> = [],
    readonly requestId = "",
    /** What the body says beside this, such as the successors of a code. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || code);
  }

  /** No answer came: the network or the service is away. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** Reads a problem body; a body that is none still gives a Problem with the status. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("X-Request-Id") ?? "";
  try {
    // A problem that something between here and the service has made may lack any of its members.
    const body = (await response.json()) as Partial<ProblemBody>;
    const text = (key: keyof ProblemBody) => (typeof body[key] === "string" ? body[key] : "");
    const errors = Array.isArray(body.errors) ? body.errors : [];
    return new Problem(response.status, text("code") || String(response.status), text("detail") || text("title"), errors, requestId, body);
  } catch {
    return new Problem(response.status, String(response.status), response.statusText, [], requestId);
  }
}
