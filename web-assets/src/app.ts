// What every page has: live fragments, keyboard, palette, theme, clock, copying. All of it is a help, none of it needed.
import htmx from "htmx.org";
import { all, one, say } from "./dom";
import { startIntake } from "./intake";
import { startKeys } from "./keys";
import { startUpload } from "./upload";

// The policy of the pages forbids evaluated code and inline styles
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // what was on a page must not stay in the browser's storage
(window as unknown as { htmx: typeof htmx }).htmx = htmx;

function startTheme(): void {
  for (const button of all<HTMLButtonElement>("button[data-theme-choice]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const choice = button.dataset.themeChoice ?? "auto";
      document.cookie = `accord-theme=${choice}; path=/; max-age=31536000; samesite=lax`;
      if (choice === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = choice;
      for (const other of all("button[data-theme-choice]")) other.setAttribute("aria-pressed", String(other === button));
      document.dispatchEvent(new Event("accord:theme"));
    });
  }
}

function startClock(): void {
  const clock = one<HTMLElement>("#clock");
  if (!clock) return;
  const two = (n: number): string => String(n).padStart(2, "0");
  const tick = (): void => {
    const now = new Date();
    one("b", clock)!.textContent = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())} UTC`;
    one(".local", clock)!.textContent = ` · ${two(now.getHours())}:${two(now.getMinutes())} local`;
  };
  tick();
  window.setInterval(tick, 15_000);
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  say(button.dataset.said ?? "Copied");
}

function startCopy(): void {
  document.addEventListener("click", (event) => {
    const ticked = (event.target as HTMLElement).closest<HTMLElement>("[data-copy-ticked]");
    if (ticked) {
      const texts = all<HTMLInputElement>("input[data-text]:checked").map((box) => box.dataset.text ?? "");
      navigator.clipboard.writeText(texts.join("\n")).then(() => say(ticked.dataset.said ?? "Copied")).catch(() => say("The browser did not allow copying"));
    }
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-copy]");
    if (button) copy(button).catch(() => say("The browser did not allow copying"));
  });
}

/** Forms marked data-auto send themselves when a choice changes; their button is for those without scripts. */
function startAutoForms(): void {
  for (const form of all<HTMLFormElement>("form[data-auto]")) {
    form.addEventListener("change", (event) => {
      if ((event.target as HTMLElement).matches("select, input[type=checkbox]")) form.requestSubmit();
    });
  }
}

/** Menus and forms that unfold in their place are details elements: Escape closes them, a click elsewhere the menus. */
function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all<HTMLDetailsElement>("details.menu[open], details.in-place[open]")) {
      menu.open = false;
      one<HTMLElement>("summary", menu)?.focus();
    }
  });
}

/** After a refusal: back to the form, which browsers keep as it was filled in. */
function startBack(): void {
  for (const button of all<HTMLElement>("[data-back]")) button.addEventListener("click", () => history.back());
}

document.documentElement.classList.remove("no-js");
startBack();
startTheme();
startClock();
startCopy();
startAutoForms();
startMenus();
startKeys();
startIntake();
startUpload();
one<HTMLElement>("[data-row][aria-current]")?.scrollIntoView({ block: "nearest" });
