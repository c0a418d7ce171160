// The command palette reaches every page and verb that the page itself offers.
import { all, icon, make, one } from "./dom";

interface Command {
  name: string;
  hint: string;
  icon: string;
  run: () => void;
}

function gather(): Command[] {
  const commands: Command[] = [];
  for (const element of all<HTMLElement>("[data-command]")) {
    commands.push({
      name: element.dataset.command ?? "",
      hint: element.dataset.go ? `g ${element.dataset.go}` : (element.dataset.key ?? ""),
      icon: element.dataset.icon ?? "chevron-right",
      run: () => element.click(),
    });
  }
  return commands;
}

function search(text: string): Command {
  const name = (one("#palette")?.getAttribute("data-search-word") ?? "Search for") + " " + text;
  return { name, hint: "", icon: "search", run: () => location.assign(`/search?q=${encodeURIComponent(text)}`) };
}

export function openPalette(): void {
  const dialog = one<HTMLDialogElement>("#palette");
  if (!dialog || dialog.open) return;
  const input = one<HTMLInputElement>("input", dialog)!;
  const list = one<HTMLUListElement>("ul", dialog)!;
  const commands = gather();
  let shown: Command[] = [];
  let chosen = 0;

  const paint = (): void => {
    list.replaceChildren(
      ...shown.map((command, at) => {
        const row = make("li", { role: "option", id: `command-${at}`, "aria-selected": String(at === chosen) });
        row.append(icon(command.icon), command.name);
        if (command.hint) row.append(make("kbd", { class: "key" }, command.hint));
        row.addEventListener("click", () => run(command));
        return row;
      }),
    );
    input.setAttribute("aria-activedescendant", shown.length ? `command-${chosen}` : "");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const narrow = (): void => {
    const words = input.value.trim().toLowerCase().split(/\s+/);
    shown = commands.filter((command) => words.every((word) => command.name.toLowerCase().includes(word)));
    if (input.value.trim()) shown.push(search(input.value.trim()));
    chosen = 0;
    paint();
  };
  const run = (command: Command): void => {
    dialog.close();
    command.run();
  };
  input.value = "";
  input.oninput = narrow;
  input.onkeydown = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % Math.max(1, shown.length);
      paint();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const command = shown[chosen];
      if (command) run(command);
    }
  };
  narrow();
  dialog.showModal();
  input.focus();
}

/** What a verb is called: as the palette, a screen reader or its own words call it. */
function spoken(verb: HTMLElement): string {
  const label = verb instanceof HTMLInputElement || verb instanceof HTMLSelectElement ? verb.labels?.[0]?.textContent : "";
  return (verb.dataset.command ?? verb.getAttribute("aria-label") ?? (label || verb.textContent) ?? "").trim();
}

/** What this page does at a key, each key once, as the keyboard would choose. */
function listPageKeys(dialog: HTMLDialogElement): void {
  const box = one<HTMLElement>("[data-page-keys]", dialog);
  const list = box && one<HTMLElement>("dl", box);
  if (!box || !list) return;
  const seen = new Set<string>();
  list.replaceChildren();
  for (const verb of all<HTMLElement>("[data-key]").filter((e) => e.offsetParent !== null)) {
    const key = verb.dataset.key ?? "";
    const name = spoken(verb);
    if (!key || !name || seen.has(key)) continue;
    seen.add(key);
    list.append(make("dt", {}, make("kbd", { class: "key" }, key)), make("dd", {}, name));
  }
  box.hidden = seen.size === 0;
}

export function openKeys(): void {
  const dialog = one<HTMLDialogElement>("#keys");
  if (!dialog || dialog.open) return;
  listPageKeys(dialog);
  dialog.showModal();
}
