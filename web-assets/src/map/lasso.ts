// Drawing around things: a polygon over the stage, and which things lie inside.

export type Point = { x: number; y: number };

const SVG = "http://www.w3.org/2000/svg";

/** Even-odd rule; a polygon of fewer than three points holds nothing. */
export function inside(point: Point, polygon: Point[]): boolean {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i]!, polygon[j]!];
    if (a.y > point.y !== b.y > point.y && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return polygon.length > 2 && within;
}

/** A layer that catches one drawing; `done` gets the polygon in pixels of the stage, or nothing when it was too small. */
export class Lasso {
  private readonly layer: SVGSVGElement;
  private readonly line: SVGPolygonElement;
  private points: Point[] = [];

  constructor(stage: HTMLElement, done: (polygon: Point[]) => void) {
    this.layer = document.createElementNS(SVG, "svg");
    this.layer.setAttribute("class", "lasso");
    this.layer.setAttribute("aria-hidden", "true");
    this.line = document.createElementNS(SVG, "polygon");
    this.layer.append(this.line);
    stage.after(this.layer);
    this.active = false;
    this.layer.addEventListener("pointerdown", (event) => {
      this.points = [];
      this.layer.setPointerCapture(event.pointerId);
      this.add(event);
    });
    this.layer.addEventListener("pointermove", (event) => { if (this.points.length) this.add(event); });
    this.layer.addEventListener("pointerup", () => {
      const drawn = this.points;
      this.points = [];
      this.line.setAttribute("points", "");
      if (drawn.length > 2) done(drawn);
    });
    this.layer.addEventListener("pointercancel", () => { this.points = []; this.line.setAttribute("points", ""); });
  }

  get active(): boolean {
    return !this.layer.classList.contains("off");
  }

  set active(on: boolean) {
    this.layer.classList.toggle("off", !on);
  }

  private add(event: PointerEvent): void {
    const box = this.layer.getBoundingClientRect();
    const point = { x: event.clientX - box.left, y: event.clientY - box.top };
    const before = this.points.at(-1);
    if (before && Math.hypot(before.x - point.x, before.y - point.y) < 3) return;
    this.points.push(point);
    this.line.setAttribute("points", this.points.map(({ x, y }) => `${x},${y}`).join(" "));
  }
}
