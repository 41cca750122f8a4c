import { signal } from "@preact/signals";
import { Problem } from "./api/problem";
import { client, me, recall, remember } from "./state";

/** Why the last attempt to sign in failed. */
export const signInProblem = signal<Problem | null>(null);
export const signingIn = signal(false);

/** Signs in with the token that this browser keeps, if there is one. */
export function startAccount(): void {
  const kept = recall("token");
  if (kept) void signIn(kept);
}

/** Signs in with a token. A token that the service refuses is forgotten; one that could not be asked about is kept for later. */
export async function signIn(token: string): Promise<boolean> {
  signingIn.value = true;
  signInProblem.value = null;
  client.token = token;
  try {
    me.value = await client.me();
    remember("token", token);
    return true;
  } catch (cause) {
    const problem = cause instanceof Problem ? cause : new Problem(0, "failed", String(cause));
    client.token = "";
    me.value = null;
    if (problem.status === 401) remember("token", "");
    signInProblem.value = problem;
    return false;
  } finally {
    signingIn.value = false;
  }
}

export function signOut(): void {
  client.token = "";
  me.value = null;
  signInProblem.value = null;
  remember("token", "");
}

/** Whether who is signed in may replace features of the layer; the service decides each edit. */
export function mayEdit(layer: string): boolean {
  return me.value?.edits.some((e) => e.layer === layer && e.operations.includes("replace")) ?? false;
}
