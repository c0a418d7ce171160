// When things were seen: a histogram, and two handles that narrow what is shown.
import { digits, one } from "../dom";
import type { World } from "./world";

const BINS = 60;
const SVG = "http://www.w3.org/2000/svg";

export interface Span { from: number; to: number; }

/** Days since 1970 as people write them: 2 Sep 2026. */
export function written(day: number): string {
  const date = new Date(day * 86_400_000);
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** Wires the panel to the world; `change` gets the span, or null for all time, and whether the hand has let go. */
export class Time {
  readonly first: number;
  readonly last: number;
  private readonly from: HTMLInputElement;
  private readonly to: HTMLInputElement;
  private readonly bins: number[];

  constructor(private readonly root: HTMLElement, private readonly world: World, change: (span: Span | null, settled: boolean) => void) {
    // The middle 98 % of all days: one wrong date must not squeeze the rest into a corner.
    const days = world.things.flatMap((thing) => (thing.seen ? [thing.seen[0], thing.seen[1]] : [])).sort((a, b) => a - b);
    this.first = days[Math.floor(days.length * 0.01)] ?? 0;
    this.last = Math.max(this.first + 1, days.at(-1) ?? 1);
    this.from = one<HTMLInputElement>("#map-from", root)!;
    this.to = one<HTMLInputElement>("#map-to", root)!;
    this.bins = new Array<number>(BINS).fill(0);
    for (const thing of world.things) {
      if (!thing.seen) continue;
      const [a, b] = [this.bin(thing.seen[0]), this.bin(thing.seen[1])];
      for (let at = a; at <= b; at++) this.bins[at]! += 1;
    }
    for (const handle of [this.from, this.to]) {
      handle.min = "0";
      handle.max = String(this.last - this.first);
      handle.addEventListener("input", () => { this.keepOrder(handle); change(this.span(), false); });
      handle.addEventListener("change", () => change(this.span(), true));
    }
    this.show(null);
    root.hidden = days.length === 0;
  }

  /** Puts the handles where a span is, as after an undo, and says what it leaves. */
  show(span: Span | null): void {
    this.from.value = String((span?.from ?? this.first) - this.first);
    this.to.value = String((span?.to ?? this.last) - this.first);
    this.draw(span);
  }

  say(shown: number): void {
    const span = this.span();
    const all = this.world.things.length;
    const dated = this.world.things.filter((thing) => thing.seen).length;
    const data = this.root.dataset;
    const words = span
      ? `${(data.word ?? "{a} – {b}: {n} of {m}").replace("{a}", written(span.from)).replace("{b}", written(span.to)).replace("{n}", digits(shown)).replace("{m}", digits(all))}${dated < all ? `; ${data.undated ?? ""}` : ""}`
      : (data.all ?? "").replace("{m}", digits(all)).replace("{n}", digits(dated));
    one("output", this.root)!.textContent = words;
    this.from.setAttribute("aria-valuetext", written(this.first + Number(this.from.value)));
    this.to.setAttribute("aria-valuetext", written(this.first + Number(this.to.value)));
    this.draw(span);
  }

  private span(): Span | null {
    const from = Number(this.from.value);
    const to = Number(this.to.value);
    return from <= 0 && to >= this.last - this.first ? null : { from: this.first + from, to: this.first + to };
  }

  private keepOrder(moved: HTMLInputElement): void {
    if (Number(this.from.value) <= Number(this.to.value)) return;
    const other = moved === this.from ? this.to : this.from;
    other.value = moved.value;
  }

  private bin(day: number): number {
    return Math.max(0, Math.min(BINS - 1, Math.floor(((day - this.first) / (this.last - this.first)) * (BINS - 1))));
  }

  private draw(span: Span | null): void {
    const drawing = one<SVGSVGElement>("svg", this.root)!;
    const most = Math.max(1, ...this.bins);
    const [low, high] = span ? [this.bin(span.from), this.bin(span.to)] : [0, BINS - 1];
    drawing.replaceChildren(
      ...this.bins.map((count, at) => {
        const bar = document.createElementNS(SVG, "rect");
        // The square root: a day of thousands must not make the days of ten invisible.
        const height = count ? Math.max(1.5, 32 * Math.sqrt(count / most)) : 0;
        for (const [name, value] of [["x", at * 5], ["y", 34 - height], ["width", 4], ["height", height]] as const) bar.setAttribute(name, String(value));
        if (at >= low && at <= high) bar.setAttribute("class", "in");
        return bar;
      }),
    );
  }
}
