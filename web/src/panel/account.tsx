import { useState } from "preact/hooks";
import { signIn, signingIn, signInProblem, signOut } from "../account";
import { nameFor } from "../names";
import { me } from "../state";
import { t, word } from "../text";
import { Facts, Head, TaskLink } from "./parts";
import { problemText } from "./problem";

/** Who is signed in, or the token with which to sign in. */
export function AccountPanel() {
  const who = me.value;
  if (!who) return <SignIn />;
  return (
    <>
      <Head title={t("account.title")} line={t("account.line")} />
      <Facts
        rows={[
          [t("account.as"), who.name, "account-name"],
          [t("account.role"), word("roles", who.role)],
          [t("account.unit"), who.unit && <TaskLink to={{ kind: "feature", layer: "units", id: who.unit }}>{nameFor("units", who.unit)}</TaskLink>],
        ]}
      />
      <div class="actions">
        <button type="button" onClick={signOut} data-test="sign-out">
          {t("account.signout")}
        </button>
      </div>
    </>
  );
}

function SignIn() {
  const [token, setToken] = useState("");
  const submit = (e: Event) => {
    e.preventDefault();
    if (token.trim()) void signIn(token.trim());
  };
  const problem = signInProblem.value;
  return (
    <>
      <Head title={t("account.title")} line={t("account.line")} />
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>{t("account.token")}</span>
          <input
            type="password"
            name="token"
            autocomplete="off"
            spellcheck={false}
            value={token}
            required
            aria-describedby="token-hint"
            aria-invalid={problem !== null}
            onInput={(e) => setToken(e.currentTarget.value)}
            data-test="token"
          />
        </label>
        <p id="token-hint" class="hint">
          {t("account.token.hint")}
          {t("text.space")}
          {t("account.kept")}
        </p>
        {problem && (
          <p class="hint bad" role="alert">
            {problemText(problem)}
          </p>
        )}
        <div class="actions">
          <button type="submit" class="primary" disabled={signingIn.value} data-test="sign-in">
            {t("account.signin")}
          </button>
        </div>
      </form>
    </>
  );
}
