// Colours and sizes of the map, read from the design tokens, so that light and dark are both designed.
import type { Thing } from "./world";

export interface Look {
  canvas: string;
  ink: string;
  ink2: string;
  accent: string;
  edge: string;
  faint: string;
  clusters: string[];
  halo: string;
  surface: string;
}

export function look(): Look {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    canvas: token("--canvas"),
    ink: token("--ink"),
    ink2: token("--ink-2"),
    accent: token("--accent"),
    edge: token("--edge"),
    faint: token("--line"),
    halo: token("--label-halo"),
    surface: token("--surface"),
    clusters: ["--c0", "--c1", "--c2", "--c3", "--c4", "--c5"].map(token),
  };
}

/** Five hues are all that stay apart for every eye: further clusters are grey and keep their names. */
export function hue(look: Look, thing: Thing): string {
  return look.clusters[thing.cluster >= 1 && thing.cluster <= 5 ? thing.cluster : 0] ?? look.edge;
}

export function size(thing: Thing, crowd: number): number {
  const base = (crowd > 2500 ? 2.6 : crowd > 800 ? 3.4 : 4.6) * Math.min(1, Math.max(0.5, window.innerWidth / 1100));
  const big = thing.shape === "host" || thing.shape === "actor" ? 1.35 : 1;
  return base * big * (1 + Math.min(1.6, Math.log1p(thing.harm) / 3));
}

/** Defanged, and shortened in the middle: nothing on the map can be clicked by mistake in another program. */
export function shown(thing: Thing, longest = 26): string {
  let text = thing.label;
  if (["host", "domain", "url"].includes(thing.shape)) {
    text = text.replace(/^http/i, "hxxp").replace(/\.(?!\])/g, "[.]").replaceAll("[[.]]", "[.]");
    text = text.replace(/\[\[\.\]/g, "[.]");
  }
  if (text.length <= longest) return text;
  return `${text.slice(0, Math.ceil(longest * 0.6))}…${text.slice(-Math.floor(longest * 0.3))}`;
}

/** `share` of a colour over a ground, as an opaque colour: sigma's blending wants no half-transparent ones. */
export function blend(colour: string, ground: string, share: number): string {
  if (share >= 1) return colour;
  const part = (text: string, at: number): number => parseInt(text.slice(1 + at * 2, 3 + at * 2), 16);
  const mixed = [0, 1, 2].map((at) => Math.round(part(colour, at) * share + part(ground, at) * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
