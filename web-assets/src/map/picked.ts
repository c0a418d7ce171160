// What was chosen together: counted, listed, copied, proposed to the plan.
import { digits, make, one, say } from "../dom";
import { shown } from "./look";
import type { Names } from "./names";
import type { Thing, World } from "./world";

const LISTED = 200;

/** A short name of a key for an address: FNV-1a, 64 bits, as web/plan_question.py makes it. */
export function mark(key: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(key)) value = ((value ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return value.toString(16).padStart(16, "0");
}

export function startPicked(root: HTMLElement, world: World, names: Names, pick: (at: number) => void): (picked: Set<number>) => void {
  const panel = one<HTMLElement>("[data-picked]", root);
  if (!panel) return () => undefined;
  let things: Thing[] = [];
  one<HTMLButtonElement>("[data-do=copy-picked]", panel)?.addEventListener("click", (event) => {
    event.stopPropagation();
    const words = (event.currentTarget as HTMLElement).dataset.said ?? "Copied";
    navigator.clipboard.writeText(things.map((thing) => shown(thing, 4000)).join("\n")).then(() => say(words)).catch(() => say("The browser did not allow copying"));
  });
  return (picked) => {
    things = [...picked].map((at) => world.things[at]!).sort((a, b) => b.members.length - a.members.length || b.harm - a.harm);
    panel.hidden = things.length === 0;
    one(".count", panel)!.textContent = String(things.length);
    const kinds = new Map<string, number>();
    for (const thing of things) kinds.set(names.kind(thing), (kinds.get(names.kind(thing)) ?? 0) + 1);
    one(".kinds", panel)!.textContent = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${digits(count)} ${kind}`).join(" · ");
    const most = Number(panel.dataset.most ?? 300);
    const link = one<HTMLAnchorElement>("[data-do=propose]", panel)!;
    link.href = `/plan?want=${things.slice(0, most).map((thing) => mark(thing.key)).join(",")}`;
    link.title = things.length > most ? (panel.dataset.tooMany ?? "") : "";
    one("ul", panel)!.replaceChildren(
      ...things.slice(0, LISTED).map((thing) => {
        const button = make("button", { type: "button", class: "mono" }, shown(thing, 44));
        button.addEventListener("click", (event) => { event.stopPropagation(); pick(thing.at); });
        const value = thing.key.split("|").slice(1).join("|") || thing.label;
        return make("li", {}, button, make("a", { href: `/leads?q=${encodeURIComponent(value)}`, class: "small" }, panel.dataset.leads ?? "leads"));
      }),
      ...(things.length > LISTED ? [make("li", { class: "faint" }, `+ ${things.length - LISTED}`)] : []),
    );
  };
}
