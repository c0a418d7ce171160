// The picture: sigma over a graphology graph, with badges and cluster names on a layer of their own.
import { UndirectedGraph } from "graphology";
import Sigma from "sigma";
import { label, Room, written, type Candidate } from "./labels";
import { blend, hue, look, shown, size, type Look } from "./look";
import type { Memory } from "./memory";
import { SHAPES, ShapeProgram } from "./shapes";
import { TieProgram } from "./ties";
import type { Thing, World } from "./world";

/** More badges than this in view hide what they stand on; those held by most members come first. */
const MOST_BADGES = 40;
const MOST_BADGES_NARROW = 12;
const LABEL_SIZE = 11;

export class Scene {
  readonly sigma: Sigma;
  private colours: Look = look();
  private readonly centres: { name: string; cluster: number; x: number; y: number; count: number }[];
  private near = new Set<number>();
  private readonly byHolders: Thing[];
  private candidates: Candidate[] = [];
  /** The things whose labels had room in the last picture. */
  labelled = new Set<number>();

  constructor(
    private readonly world: World,
    private readonly memory: Memory,
    stage: HTMLElement,
    private readonly marked: Set<string>,
  ) {
    const graph = new UndirectedGraph({ multi: false } as never);
    const crowd = world.things.length;
    for (const thing of world.things)
      graph.addNode(thing.at, {
        x: thing.x, y: 1 - thing.y, size: size(thing, crowd), shape: Math.max(0, SHAPES.indexOf(thing.shape)), label: shown(thing), type: "shape",
      });
    for (const tie of world.ties)
      if (tie.source !== tie.target && !graph.hasEdge(tie.source, tie.target))
        graph.addEdge(tie.source, tie.target, { confidence: tie.confidence, dashed: tie.confidence < 0.5, size: 1, type: "tie" });
    this.centres = centres(world);
    this.byHolders = world.things.filter((thing) => thing.members.length > 1 || marked.has(thing.key)).sort((a, b) => b.members.length - a.members.length || b.harm - a.harm);
    this.sigma = new Sigma(graph, stage, {
      nodeProgramClasses: { shape: ShapeProgram },
      edgeProgramClasses: { tie: TieProgram },
      defaultNodeType: "shape",
      defaultEdgeType: "tie",
      labelFont: getComputedStyle(document.documentElement).getPropertyValue("--font-mono"),
      labelSize: LABEL_SIZE,
      labelWeight: "400",
      labelColor: { color: this.colours.ink2 },
      labelDensity: 0.8,
      labelGridCellSize: 110,
      labelRenderedSizeThreshold: crowd > 800 ? 7 : 3.5,
      hideEdgesOnMove: world.ties.length > 20_000,
      hideLabelsOnMove: crowd > 3000,
      stagePadding: 64,
      zIndex: true,
      defaultDrawNodeHover: () => undefined,
      // Sigma says which labels it would draw; `marks` draws those that have room.
      defaultDrawNodeLabel: (_, data) => {
        const at = Number((data as unknown as { key: string }).key);
        if (data.label) this.candidates.push({ at, text: data.label, x: data.x, y: data.y, r: data.size, asked: this.asked(at) });
      },
      nodeReducer: (key, data) => this.nodeLook(Number(key), data as never),
      edgeReducer: (key, data) => this.edgeLook(key, data as never),
    });
    const layer = this.sigma.createCanvas("marks", { afterLayer: "labels", style: { pointerEvents: "none" } });
    this.sigma.on("resize", () => this.fit(layer));
    this.sigma.on("beforeRender", () => { this.candidates = []; });
    this.sigma.on("afterRender", () => this.marks(layer));
    this.fit(layer);
    this.sigma.refresh();
  }

  visible(at: number): boolean {
    const thing = this.world.things[at];
    const { hidden, shapesOff, time } = this.memory.now;
    if (thing === undefined || hidden.has(at) || shapesOff.has(thing.shape)) return false;
    return time === null || (thing.seen !== null && thing.seen[0] <= time.to && thing.seen[1] >= time.from);
  }

  /** Call after any change of the memory. */
  refresh(): void {
    const chosen = this.memory.now.chosen;
    const { picked } = this.memory.now;
    this.near = new Set(chosen === null ? [...this.memory.now.path, ...picked] : [chosen, ...this.world.neighbours(chosen), ...this.memory.now.path]);
    this.sigma.refresh({ skipIndexation: false });
  }

  /** Colours anew when light turns to dark. */
  repaint(): void {
    this.colours = look();
    this.sigma.setSetting("labelColor", { color: this.colours.ink2 });
    this.refresh();
  }

  centreOn(at: number): void {
    const place = this.sigma.getNodeDisplayData(String(at));
    if (place) void this.sigma.getCamera().animate({ x: place.x, y: place.y, ratio: Math.min(0.4, this.sigma.getCamera().ratio) }, { duration: quick() });
  }

  place(at: number): { x: number; y: number } {
    const data = this.sigma.getNodeDisplayData(String(at))!;
    return this.sigma.framedGraphToViewport(data);
  }

  private nodeLook(at: number, data: Record<string, unknown>): Record<string, unknown> {
    const thing = this.world.things[at]!;
    const dim = this.near.size > 0 && !this.near.has(at);
    const chosen = this.memory.now.chosen === at || this.memory.now.path.includes(at);
    return {
      ...data,
      hidden: !this.visible(at),
      color: dim ? blend(hue(this.colours, thing), this.colours.canvas, 0.25) : hue(this.colours, thing),
      label: dim ? null : data.label,
      forceLabel: this.asked(at),
      zIndex: chosen ? 2 : dim ? 0 : 1,
      size: (data.size as number) * (chosen ? 1.35 : 1),
    };
  }

  /** Chosen, on a path, or one of few that are picked or marked: its label is shown whatever it crosses. */
  private asked(at: number): boolean {
    const { chosen, path, picked } = this.memory.now;
    const few = picked.size <= 12 && picked.has(at);
    return chosen === at || path.includes(at) || few || (this.marked.size <= 12 && this.marked.has(this.world.things[at]!.key));
  }

  private edgeLook(key: string, data: Record<string, unknown>): Record<string, unknown> {
    const graph = this.sigma?.getGraph();
    if (!graph) return data;
    const [a, b] = graph.extremities(key).map(Number) as [number, number];
    const path = this.memory.now.path;
    const onPath = path.some((at, i) => i > 0 && ((path[i - 1] === a && at === b) || (path[i - 1] === b && at === a)));
    const touches = this.memory.now.chosen !== null && (a === this.memory.now.chosen || b === this.memory.now.chosen);
    const colour = onPath ? this.colours.accent : touches ? this.colours.ink2 : this.colours.edge;
    const within = this.near.has(a) && this.near.has(b) && this.memory.now.picked.size > 0;
    const dim = this.near.size > 0 && !touches && !onPath && !within;
    return {
      ...data,
      hidden: !this.visible(a) || !this.visible(b),
      color: blend(colour, this.colours.canvas, dim ? 0.35 : 1),
      size: onPath ? 2.4 : touches ? 1.3 : data.size,
      zIndex: onPath || touches ? 1 : 0,
    };
  }

  private fit(layer: HTMLCanvasElement): void {
    const { width, height } = this.sigma.getDimensions();
    const ratio = window.devicePixelRatio || 1;
    layer.width = width * ratio;
    layer.height = height * ratio;
    layer.style.width = `${width}px`;
    layer.style.height = `${height}px`;
  }

  private marks(layer: HTMLCanvasElement): void {
    const context = layer.getContext("2d")!;
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, layer.width, layer.height);
    const { width, height } = this.sigma.getDimensions();
    const zoom = this.sigma.getCamera().ratio;
    const most = width < 700 ? MOST_BADGES_NARROW : MOST_BADGES;
    const badges: [number, number][] = [];
    const room = new Room();
    for (const thing of this.byHolders) {
      const ringed = this.marked.has(thing.key) || this.memory.now.chosen === thing.at;
      const badged = badges.length < most && thing.members.length > 1;
      if ((!ringed && !badged) || !this.visible(thing.at)) continue;
      if (this.near.size && !this.near.has(thing.at) && !ringed) continue;
      const { x, y } = this.place(thing.at);
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      const r = this.sigma.scaleSize(this.sigma.getNodeDisplayData(String(thing.at))!.size);
      if (ringed) ring(context, x, y, r + 5, this.memory.now.chosen === thing.at ? this.colours.accent : this.colours.ink);
      const spot: [number, number] = [x + r * 0.9, y - r * 0.9];
      if (thing.members.length < 2 || badges.some((other) => Math.hypot(other[0] - spot[0], other[1] - spot[1]) < 15)) continue;
      badge(context, ...spot, thing.members.length, this.colours);
      badges.push(spot);
      room.take(spot[0] - 7, spot[1] - 7, 14, 14);
    }
    if (zoom >= 0.18) for (const centre of this.centres.slice(0, zoom < 0.5 ? 12 : 5)) this.name(context, centre, room);
    this.labelled = label(context, this.candidates, room, this.colours, LABEL_SIZE, this.sigma.getSetting("labelFont"));
  }

  private name(context: CanvasRenderingContext2D, centre: { name: string; cluster: number; x: number; y: number; count: number }, room: Room): void {
    const { x, y } = this.sigma.graphToViewport({ x: centre.x, y: 1 - centre.y });
    context.font = `600 12.5px ${getComputedStyle(document.documentElement).getPropertyValue("--font-text")}`;
    const text = `${centre.name} · ${centre.count}`;
    const width = context.measureText(text).width;
    room.take(x - width / 2 - 4, y - 24, width + 8, 18);
    written(context, text, x - width / 2, y - 10, this.colours, this.colours.clusters[centre.cluster <= 5 ? centre.cluster : 0]!);
  }
}

export function quick(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 1 : 140;
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, r: number, colour: string): void {
  context.beginPath();
  context.arc(x, y, r, 0, Math.PI * 2);
  context.lineWidth = 1.4;
  context.strokeStyle = colour;
  context.stroke();
}

function badge(context: CanvasRenderingContext2D, x: number, y: number, count: number, look: Look): void {
  context.beginPath();
  context.arc(x, y, 6.5, 0, Math.PI * 2);
  context.fillStyle = look.ink;
  context.fill();
  context.font = "600 9.5px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = look.surface;
  context.fillText(String(count), x, y + 0.5);
  context.textBaseline = "alphabetic";
}

/** Where a cluster's name stands: above its topmost tenth, in the middle of its width. */
function centres(world: World): { name: string; cluster: number; x: number; y: number; count: number }[] {
  return world.clusters.slice(0, 12).flatMap((name, i) => {
    const inside = world.things.filter((thing) => thing.cluster === i + 1);
    if (!inside.length) return [];
    const ys = inside.map((thing) => thing.y).sort((a, b) => a - b);
    const x = inside.reduce((sum, thing) => sum + thing.x, 0) / inside.length;
    return [{ name, cluster: i + 1, x, y: ys[Math.floor(ys.length * 0.02)]! - 0.012, count: inside.length }];
  });
}
