// The keyboard: / searches, ? shows the keys, j and k move in lists, g then a letter goes, and page verbs by data-key.
import { all, one, typing } from "./dom";
import { openKeys, openPalette } from "./palette";

let pending = "";

function move(step: number): void {
  const rows = all<HTMLElement>("[data-list] [data-row]").filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  const active = document.activeElement;
  let at = rows.findIndex((row) => row === active || row.contains(active));
  if (at < 0) at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
  const target = next?.matches("a, button") ? next : next?.querySelector<HTMLElement>("a, button");
  target?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function go(letter: string): boolean {
  const link = one<HTMLAnchorElement>(`a[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return link !== null;
}

function press(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
  const key = event.key;
  if (pending === "g") {
    pending = "";
    if (go(key)) event.preventDefault();
    return;
  }
  if (key === "g") {
    pending = "g";
    window.setTimeout(() => (pending = ""), 900);
  } else if (key === "/") {
    event.preventDefault();
    one<HTMLInputElement>("#q")?.focus();
  } else if (key === "?") {
    event.preventDefault();
    openKeys();
  } else if (key === "j" || key === "k") {
    event.preventDefault();
    move(key === "j" ? 1 : -1);
  } else {
    const verb = all<HTMLElement>(`[data-key="${CSS.escape(key.toLowerCase())}"]`).find((e) => e.offsetParent !== null);
    if (!verb) return;
    event.preventDefault();
    if (verb.matches("input, textarea, select")) verb.focus();
    else verb.click();
  }
}

export function startKeys(): void {
  document.addEventListener("keydown", press);
  for (const button of all<HTMLElement>("[data-opens='keys']")) button.addEventListener("click", openKeys);
  for (const button of all<HTMLElement>("[data-opens='palette']")) button.addEventListener("click", openPalette);
  one<HTMLInputElement>("#q")?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") (event.target as HTMLElement).blur();
  });
}
