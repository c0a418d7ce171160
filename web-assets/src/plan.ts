// The budget handle on the disruption curve. The curve itself comes from the server and reads without this.
import { all, one } from "./dom";

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

  const set = (value: number): void => {
    budget = Math.max(0, Math.min(most, Math.round(value * 2) / 2));
    const x = left + (budget / most) * width;
    handle.setAttribute("transform", `translate(${x} 0)`);
    beyond?.setAttribute("x", String(x));
    beyond?.setAttribute("width", String(Math.max(0, left + width - x)));
    const last = points.filter((point) => point.cost <= budget + 1e-9).at(-1) ?? points[0]!;
    const percent = (share: number): string => String(Math.round(share * 100));
    const words = [
      (root.dataset.word ?? "Budget {n} working days").replace("{n}", String(budget)),
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
  handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", follow));
  handle.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 5, PageDown: -5 };
    const step = steps[event.key];
    if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    set(event.key === "Home" ? 0 : event.key === "End" ? most : budget + (step ?? 0));
  });
  budgetField?.addEventListener("input", () => set(Number(budgetField.value)));
  set(budget);
}

for (const root of all<HTMLElement>("[data-curve]")) start(root);
