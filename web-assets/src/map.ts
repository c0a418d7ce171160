// The map island: wires the page's controls to the scene. Without WebGL the table remains, and the page says so.
import { all, icon, make, one, say } from "./dom";
import { look, shown } from "./map/look";
import { inside, Lasso, type Point } from "./map/lasso";
import { Memory } from "./map/memory";
import { startPicked } from "./map/picked";
import { Names } from "./map/names";
import { png, save, svg, type Frame } from "./map/picture";
import { quick, Scene } from "./map/scene";
import { Time } from "./map/time";
import { World, type Document } from "./map/world";

async function start(root: HTMLElement): Promise<void> {
  const stage = one<HTMLElement>(".stage", root)!;
  const answer = await fetch(root.dataset.src ?? "/map/data.json", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`map data: ${answer.status}`);
  const world = new World((await answer.json()) as Document);
  const memory = new Memory();
  const marked = new Set((root.dataset.marked ?? "").split("\n").filter(Boolean));
  const scene = new Scene(world, memory, stage, marked);
  const camera = scene.sigma.getCamera();
  let pathFrom: number | null = null;
  const names = new Names(root);

  const apply = (change: (step: Memory["now"]) => void): void => {
    memory.change(change);
    update();
  };
  const choose = (at: number | null): void => {
    if (pathFrom !== null && at !== null && at !== pathFrom) {
      const path = world.path(pathFrom, at, (other) => scene.visible(other));
      const from = pathFrom;
      pathFrom = null;
      if (!path) say(root.dataset.noPath ?? "No path");
      apply((step) => { step.chosen = path ? null : from; step.path = path ?? []; });
      if (path) say(`${path.length - 1} ${root.dataset.steps ?? "steps"}`);
      return;
    }
    apply((step) => { step.chosen = at; step.path = []; });
  };

  const showPicked = startPicked(root, world, names, (at) => { apply((step) => { step.chosen = at; step.path = []; }); scene.centreOn(at); });
  const pickWithin = (polygon: Point[] | null): void => {
    const { width, height } = scene.sigma.getDimensions();
    const found = world.things.filter((thing) => {
      if (!scene.visible(thing.at)) return false;
      const place = scene.place(thing.at);
      return polygon ? inside(place, polygon) : place.x >= 0 && place.y >= 0 && place.x <= width && place.y <= height;
    });
    apply((step) => { step.picked = new Set(found.map((thing) => thing.at)); step.chosen = null; step.path = []; });
    lasso.active = false;
    update();
    say(String(found.length));
  };
  const lasso = new Lasso(stage, pickWithin);
  const clock = one<HTMLElement>("[data-time]", root);
  const time = clock && new Time(clock, world, (span, settled) => {
    if (settled) apply((step) => { step.time = span; });
    else { memory.preview((step) => { step.time = span; }); scene.refresh(); time?.say(world.things.filter((thing) => scene.visible(thing.at)).length); }
  });

  function update(): void {
    scene.refresh();
    showPicked(memory.now.picked);
    one("[data-do=lasso]", root)?.setAttribute("aria-pressed", String(lasso.active));
    time?.say(world.things.filter((thing) => scene.visible(thing.at)).length);
    const undo = one<HTMLButtonElement>("[data-do=undo]", root);
    if (undo) undo.disabled = !memory.canUndo;
    for (const button of all<HTMLButtonElement>("[data-shape]", root))
      button.setAttribute("aria-pressed", String(!memory.now.shapesOff.has(button.dataset.shape ?? "")));
    one("[data-do=path]", root)?.setAttribute("aria-pressed", String(pathFrom !== null));
    describe();
  }

  function describe(): void {
    const panel = one<HTMLElement>(".map-chosen", root);
    if (!panel) return;
    const { chosen, path } = memory.now;
    const rows = chosen === null ? (path.length ? path : [...memory.now.picked]) : world.neighbours(chosen);
    fillTable(rows.map((at) => world.things[at]!));
    const thing = chosen === null ? null : world.things[chosen]!;
    one(".what", panel)!.classList.toggle("mono", thing !== null);
    one(".what", panel)!.textContent = thing ? shown(thing, 60) : path.length ? `${path.length - 1} ${root.dataset.steps}` : (root.dataset.hint ?? "");
    one(".about", panel)!.textContent = thing
      ? `${names.kind(thing)} · ${world.neighbours(thing.at).length} ${root.dataset.links} · ${names.holders(thing)}`
      : path.map((at) => shown(world.things[at]!)).join(" → ");
    one<HTMLElement>(".acts", panel)!.hidden = !thing;
    const open = one<HTMLAnchorElement>("[data-do=open]", panel);
    if (open && thing) open.href = `/search?q=${encodeURIComponent(thing.key.split("|").slice(1).join("|") || thing.label)}`;
    const expand = one<HTMLSelectElement>("[data-do=expand]", panel);
    if (expand && thing) {
      const kinds = new Map(world.neighbours(thing.at).map((at) => [world.things[at]!.kind, names.kind(world.things[at]!)]));
      const sorted = [...kinds].sort((a, b) => a[1].localeCompare(b[1]));
      expand.replaceChildren(make("option", { value: "" }, expand.dataset.word ?? "Expand"), ...sorted.map(([kind, name]) => make("option", { value: kind }, name)));
    }
  }

  function fillTable(things: World["things"]): void {
    const body = one<HTMLTableSectionElement>("[data-selection] tbody");
    if (!body) return;
    body.replaceChildren(
      ...things.slice(0, 500).map((thing) => {
        const button = make("button", { class: "button bare slim mono", type: "button" }, shown(thing, 70));
        button.addEventListener("click", () => { choose(thing.at); scene.centreOn(thing.at); });
        return make("tr", {}, make("td", {}, button), make("td", {}, names.kind(thing)), make("td", {}, world.clusters[thing.cluster - 1] ?? "–"), make("td", {}, names.holders(thing)));
      }),
    );
  }

  const frame = (): Frame => {
    const { width, height } = scene.sigma.getDimensions();
    return {
      width, height, visible: (at) => scene.visible(at), place: (at) => scene.place(at),
      radius: (at) => scene.sigma.scaleSize(scene.sigma.getNodeDisplayData(String(at))!.size),
      labelled: scene.labelled,
    };
  };
  const acts: Record<string, () => void> = {
    undo: () => { if (memory.undo()) { time?.show(memory.now.time); update(); } },
    lasso: () => { lasso.active = !lasso.active; update(); },
    view: () => pickWithin(null),
    unpick: () => apply((step) => { step.picked = new Set(); }),
    "only-picked": () => apply((step) => { for (const thing of world.things) if (!step.picked.has(thing.at)) step.hidden.add(thing.at); }),
    "zoom-in": () => void camera.animatedZoom({ duration: quick() }),
    "zoom-out": () => void camera.animatedUnzoom({ duration: quick() }),
    fit: () => void camera.animatedReset({ duration: quick() }),
    path: () => {
      pathFrom = pathFrom === null ? memory.now.chosen : null;
      say(pathFrom === null ? (root.dataset.pathFirst ?? "") : (root.dataset.pathThen ?? ""));
      update();
    },
    hide: () => { const at = memory.now.chosen; if (at !== null) apply((step) => { step.hidden.add(at); step.chosen = null; }); },
    alone: () => {
      const at = memory.now.chosen;
      if (at === null) return;
      const keep = new Set([at, ...world.neighbours(at)]);
      apply((step) => { for (const thing of world.things) if (!keep.has(thing.at)) step.hidden.add(thing.at); });
    },
    svg: () => save(new Blob([svg(world, look(), frame(), document.title)], { type: "image/svg+xml" }), "map.svg"),
    png: () => { const f = frame(); png(svg(world, look(), f, document.title), f.width, f.height).then((blob) => save(blob, "map.png")).catch(() => say(root.dataset.noPng ?? "PNG")); },
  };
  root.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-do], [data-shape]");
    if (!button || button instanceof HTMLSelectElement) return;
    const shape = button.dataset.shape;
    if (shape) apply((step) => { if (!step.shapesOff.delete(shape)) step.shapesOff.add(shape); });
    else acts[button.dataset.do ?? ""]?.();
  });
  one<HTMLSelectElement>("[data-do=expand]", root)?.addEventListener("change", (event) => {
    const kind = (event.target as HTMLSelectElement).value;
    const at = memory.now.chosen;
    if (!kind || at === null) return;
    apply((step) => {
      for (const other of world.neighbours(at)) if (world.things[other]!.kind === kind) { step.hidden.delete(other); step.shapesOff.delete(world.things[other]!.shape); }
    });
  });
  startFind(root, world, (at) => { choose(at); scene.centreOn(at); stage.focus({ preventScroll: true }); });
  scene.sigma.on("clickNode", ({ node }) => choose(Number(node)));
  const letGo = (): void => apply((step) => { step.chosen = null; step.path = []; step.picked = new Set(); });
  scene.sigma.on("clickStage", () => { if (memory.now.chosen !== null || memory.now.path.length || memory.now.picked.size) letGo(); });
  scene.sigma.on("enterNode", () => stage.classList.add("over"));
  stage.addEventListener("keydown", (event) => {
    const step = 0.08 * camera.ratio;
    const moves: Record<string, object> = {
      ArrowLeft: { x: camera.x - step }, ArrowRight: { x: camera.x + step }, ArrowUp: { y: camera.y + step }, ArrowDown: { y: camera.y - step },
      "+": { ratio: camera.ratio / 1.4 }, "-": { ratio: camera.ratio * 1.4 }, "0": { x: 0.5, y: 0.5, ratio: 1 },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    camera.setState({ ...camera.getState(), ...move });
  });
  // Escape lets go of one thing after the other: the lasso, the path being asked for, what was found, what is chosen
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (lasso.active) lasso.active = false;
    else if (pathFrom !== null) pathFrom = null;
    else if (memory.now.chosen !== null || memory.now.path.length || memory.now.picked.size) { letGo(); return; }
    update();
  });
  document.addEventListener("accord:theme", () => scene.repaint());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => scene.repaint());
  const wanted = root.dataset.focus ? world.things.find((thing) => thing.key === root.dataset.focus) : undefined;
  if (wanted) { choose(wanted.at); scene.centreOn(wanted.at); } else update();
  root.dataset.ready = "true";
}

function startFind(root: HTMLElement, world: World, pick: (at: number) => void): void {
  const box = one<HTMLElement>(".map-find", root);
  const input = box && one<HTMLInputElement>("input", box);
  if (!box || !input) return;
  const list = one<HTMLUListElement>("ul", box)!;
  input.addEventListener("input", () => {
    list.replaceChildren(
      ...world.find(input.value).map((thing) => {
        const button = make("button", { type: "button" }, shown(thing, 40));
        button.addEventListener("click", () => { pick(thing.at); list.replaceChildren(); });
        return make("li", {}, button);
      }),
    );
  });
}

for (const root of all<HTMLElement>("[data-map]")) {
  start(root).catch((reason: unknown) => {
    console.warn(reason);
    root.dataset.ready = "false";
    const note = one<HTMLElement>(".map-failed", root);
    if (note) { note.hidden = false; note.prepend(icon("alert-triangle")); }
  });
}
