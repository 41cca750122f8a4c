import { Icon, type IconName } from "../icon";
import { toggle } from "../keys";
import { at, chooseLang, chooseTheme, go, me, popover, status, task, themeChoice } from "../state";
import { lang, moment, t } from "../text";
import type { ThemeChoice } from "../url";
import { LayersPopover } from "./layers";
import { Popover } from "./popover";
import { Search } from "./search";
import { TimePopover } from "./time";

/** The bar at the top: search, time, layers, language, theme, account. On a phone the last ones are behind "more". */
export function Bar() {
  return (
    <header class="bar" aria-label={t("bar.label")}>
      <button type="button" class="brand" onClick={() => go({ kind: "home" }, t("edit.leave"))} aria-label={t("bar.home")} data-test="home">
        <img src="/icon.svg" alt="" width="22" height="22" />
        <span>{t("app.title")}</span>
        {status.value?.demo && <span class="chip">{t("app.demo")}</span>}
      </button>
      <Search />
      <div class="bar-tools">
        <Opener name="time" icon="clock" text={at.value ? moment(at.value) : t("bar.now")} label={t("bar.time")} marked={at.value !== null} />
        <Opener name="layers" icon="layers" text={t("bar.layers")} label={t("bar.layers")} />
        <div class="wide">
          <Choices />
        </div>
        <div class="narrow">
          <Opener name="more" icon="more" text="" label={t("bar.more")} />
        </div>
      </div>
      {popover.value === "time" && <TimePopover />}
      {popover.value === "layers" && <LayersPopover />}
      {popover.value === "more" && (
        <Popover name="more" label={t("bar.more")}>
          <div class="more">
            <Choices named />
          </div>
        </Popover>
      )}
    </header>
  );
}

interface OpenerProps {
  name: "layers" | "time" | "more";
  icon: IconName;
  text: string;
  label: string;
  marked?: boolean;
}

function Opener({ name, icon, text, label, marked }: OpenerProps) {
  const open = popover.value === name;
  const full = text && text !== label ? `${label}: ${text}` : label;
  return (
    <button type="button" class={marked ? "tool marked" : "tool"} aria-expanded={open} aria-haspopup="dialog" aria-label={full} title={full} data-opens={name} data-test={`open-${name}`} onClick={() => toggle(name)}>
      <Icon name={icon} />
      {text && <span>{text}</span>}
    </button>
  );
}

const nextTheme = (choice: ThemeChoice | null): ThemeChoice | null => (choice === null ? "light" : choice === "light" ? "dark" : null);

/** Language, theme, account, help: icons in the bar, named lines in the popover of a phone. */
function Choices({ named = false }: { named?: boolean }) {
  const theme = themeChoice.value ?? "auto";
  const account = me.value ? me.value.name : t("bar.account");
  const close = () => (popover.value = null);
  return (
    <>
      <button type="button" class="tool" aria-label={t("bar.language")} title={t("bar.language")} data-test="language" onClick={() => chooseLang(lang.value === "zh" ? "en" : "zh")}>
        <span class="glyph" aria-hidden="true">
          {lang.value === "zh" ? "EN" : "中"}
        </span>
        {named && <span>{t("bar.language")}</span>}
      </button>
      <button type="button" class="tool" aria-label={t(`bar.theme.${theme}`)} title={t(`bar.theme.${theme}`)} data-test="theme" onClick={() => chooseTheme(nextTheme(themeChoice.value))}>
        <Icon name={theme === "light" ? "sun" : theme === "dark" ? "moon" : "auto"} />
        {named && <span>{t(`bar.theme.${theme}`)}</span>}
      </button>
      <button
        type="button"
        class={me.value ? "tool signed" : "tool"}
        aria-label={me.value ? `${t("bar.account")}: ${account}` : account}
        title={account}
        aria-current={task.value.kind === "account"}
        data-test="account"
        onClick={() => go({ kind: "account" }, t("edit.leave")) && close()}
      >
        <Icon name="account" />
        {(named || me.value) && <span>{account}</span>}
      </button>
      <button type="button" class="tool" aria-label={t("bar.help")} title={`${t("bar.help")} (?)`} aria-current={task.value.kind === "keys"} data-test="help" onClick={() => go({ kind: "keys" }, t("edit.leave")) && close()}>
        <Icon name="help" />
        {named && <span>{t("bar.help")}</span>}
      </button>
    </>
  );
}
