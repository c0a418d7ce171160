// The budget handle on the disruption curve. The curve itself comes from the server and reads without this.
import { all, make, one, say } from "./dom";

interface Point { cost: number; residual: number; low: number; high: number; number: number; }

function start(root: HTMLElement): void {
  const points = JSON.parse(root.dataset.points ?? "[]") as Point[];
  const drawing = one<SVGSVGElement>("svg", root);
  const handle = drawing && one<SVGGElement>(".handle", drawing);
  if (!drawing || !handle || points.length < 2) return;
  const left = Number(root.dataset.left);
  const width = Number(root.dataset.width);
  const most = Number(root.dataset.most);
  const budgetField = one<HTMLInputElement>(root.dataset.field ?? "");
  const title = one<SVGTextElement>(".t", drawing);
  const second = one<SVGTextElement>(".u", drawing);
  const beyond = one<SVGRectElement>(".beyond", drawing);
  let budget = Number(root.dataset.budget);

  const set = (value: number): void => draw(Math.max(0, Math.min(most, Math.round(value * 2) / 2)));
  const draw = (value: number): void => {
    budget = value;
    const x = left + (budget / most) * width;
    handle.setAttribute("transform", `translate(${x} 0)`);
    beyond?.setAttribute("x", String(x));
    beyond?.setAttribute("width", String(Math.max(0, left + width - x)));
    const last = points.filter((point) => point.cost <= budget + 1e-9).at(-1) ?? points[0]!;
    const percent = (share: number): string => String(Math.round(share * 100));
    const words = [
      (root.dataset.word ?? "Budget {n} working days").replace("{n}", String(Math.round(budget * 10) / 10)),
      (root.dataset.leaves ?? "leaves {r} %, likely {a} to {b} %").replace("{r}", percent(last.residual)).replace("{a}", percent(last.low)).replace("{b}", percent(last.high)),
    ];
    if (title) title.textContent = words[0]!;
    if (second) second.textContent = words[1]!;
    const flip = x > left + width * 0.62;
    for (const text of [title, second]) {
      text?.setAttribute("x", flip ? "-8" : "8");
      text?.setAttribute("text-anchor", flip ? "end" : "start");
    }
    handle.setAttribute("aria-valuenow", String(budget));
    handle.setAttribute("aria-valuetext", words.join(", "));
    if (budgetField) budgetField.value = String(budget);
    for (const mark of all(".mark", drawing)) mark.classList.toggle("out", Number(mark.getAttribute("data-cost")) > budget + 1e-9);
    for (const row of all<HTMLElement>("[data-step-cost]")) row.classList.toggle("beyond", Number(row.dataset.stepCost) > budget + 1e-9);
  };
  const follow = (event: PointerEvent): void => {
    const box = drawing.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * drawing.viewBox.baseVal.width;
    set(((x - left) / width) * most);
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener("pointermove", follow);
  });
  const settled = (): void => { if (root.dataset.live && Math.abs(budget - asked) > 1e-9) void again(root, budgetField?.form ?? null, budget); };
  const asked = Number(root.dataset.budget);
  let later = 0;
  const soon = (): void => { window.clearTimeout(later); later = window.setTimeout(settled, 500); };
  handle.addEventListener("pointerup", () => { handle.removeEventListener("pointermove", follow); settled(); });
  handle.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 5, PageDown: -5 };
    const step = steps[event.key];
    if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    set(event.key === "Home" ? 0 : event.key === "End" ? most : budget + (step ?? 0));
    soon();
  });
  budgetField?.addEventListener("input", () => set(Number(budgetField.value)));
  draw(budget);
}

let running: AbortController | null = null;
/** Names this open page to the server, so that a new question or a stop ends the one before. */
const asking = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** Asks the server for the plan at this budget and puts it in the place of the old one; the address says the same. */
async function again(root: HTMLElement, form: HTMLFormElement | null, budget: number): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController());
  const asked = new URLSearchParams(form ? [...new FormData(form)].map(([name, value]) => [name, String(value)]) : []);
  asked.set("budget", String(budget));
  const address = `${root.dataset.live}?${asked}`;
  const words = waiting(root, () => { mine.abort(); stop(root); say(root.dataset.stopped ?? ""); });
  try {
    const answer = await fetch(`${address}&asking=${asking}`, { signal: mine.signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = one<HTMLElement>(".plan-view > .right", page);
    const old = one<HTMLElement>(".plan-view > .right");
    if (!answer.ok || !fresh || !old) { window.location.assign(address); return; }
    for (const place of [".plan-view h1", ".plan-view .lede", ".plan-view .tools"]) {
      const there = one(place);
      const here = one(place, page);
      if (there && here) there.replaceWith(document.adoptNode(here));
    }
    const top = old.scrollTop;
    const open = one<HTMLDetailsElement>("details.what-if", old)?.open ?? false;
    old.replaceWith(document.adoptNode(fresh));
    fresh.scrollTop = top;
    const asks = one<HTMLDetailsElement>("details.what-if", fresh);
    if (asks) asks.open = open;
    history.replaceState(null, "", address);
    (window as unknown as { htmx?: { process(node: Element): void } }).htmx?.process(fresh);
    for (const curve of all<HTMLElement>("[data-curve]", fresh)) start(curve);
    one<SVGGElement>(".handle", fresh)?.focus();
    share();
    say(one(".plan-view h1")?.textContent ?? "");
  } catch (reason) {
    if (!mine.signal.aborted) window.location.assign(address);
  } finally {
    words.remove();
    if (running === mine) running = null;
  }
}

/** Tells the server that nobody waits any more. */
function stop(root: HTMLElement): void {
  const body = new URLSearchParams({ csrf: root.dataset.csrf ?? "", address: "", asking });
  fetch("/plan/stop", { method: "POST", body, redirect: "manual" }).catch(() => {});
}

/** A line with a way to stop, shown only when the answer takes longer than a blink. */
function waiting(root: HTMLElement, stop: () => void): HTMLElement {
  const button = make("button", { type: "button", class: "button slim" }, root.dataset.stop ?? "Stop");
  button.addEventListener("click", stop);
  const line = make("p", { class: "planning", role: "status" }, root.dataset.planning ?? "Planning …", button);
  window.setTimeout(() => line.classList.add("long"), 300);
  root.append(line);
  return line;
}

function share(): void {
  for (const button of all<HTMLElement>("[data-share]")) button.dataset.copy = window.location.href;
}

for (const root of all<HTMLElement>("[data-curve]")) start(root);
share();
if (one("[data-waiting]")) window.setTimeout(() => window.location.reload(), 800);
