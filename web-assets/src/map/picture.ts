// The map as a file: SVG text, and from it a PNG. What is hidden stays out.
import { hue, shown, type Look } from "./look";
import type { World } from "./world";

export interface Frame {
  width: number;
  height: number;
  place: (at: number) => { x: number; y: number };
  radius: (at: number) => number;
  visible: (at: number) => boolean;
  labelled: Set<number>;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const n = (value: number): string => value.toFixed(1);

function shape(kind: string, x: number, y: number, r: number, fill: string): string {
  const poly = (points: [number, number][]): string =>
    `<polygon points="${points.map(([dx, dy]) => `${n(x + dx * r)},${n(y + dy * r)}`).join(" ")}" fill="${fill}"/>`;
  if (kind === "host") return `<rect x="${n(x - r * 0.8)}" y="${n(y - r * 0.8)}" width="${n(r * 1.6)}" height="${n(r * 1.6)}" fill="${fill}"/>`;
  if (kind === "wallet") return poly([[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]]);
  if (kind === "persona") return poly([[1, 0], [0.5, 0.87], [-0.5, 0.87], [-1, 0], [-0.5, -0.87], [0.5, -0.87]]);
  if (kind === "actor") return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="none" stroke="${fill}"/><circle cx="${n(x)}" cy="${n(y)}" r="${n(r * 0.7)}" fill="${fill}"/>`;
  if (kind === "report") return `<rect x="${n(x - r * 0.8)}" y="${n(y - r * 0.35)}" width="${n(r * 1.6)}" height="${n(r * 0.7)}" fill="${fill}"/>`;
  if (kind === "url") return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r * 0.7)}" fill="none" stroke="${fill}" stroke-width="${n(r * 0.45)}"/>`;
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r * 0.9)}" fill="${fill}"/>`;
}

export function svg(world: World, look: Look, frame: Frame, title: string): string {
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${frame.width}" height="${frame.height}" viewBox="0 0 ${frame.width} ${frame.height}" font-family="monospace" font-size="11">`,
    `<title>${escape(title)}</title><rect width="100%" height="100%" fill="${look.canvas}"/>`,
  ];
  for (const tie of world.ties) {
    if (!frame.visible(tie.source) || !frame.visible(tie.target)) continue;
    const a = frame.place(tie.source);
    const b = frame.place(tie.target);
    const dash = tie.confidence < 0.5 ? ' stroke-dasharray="3 3"' : "";
    parts.push(`<line x1="${n(a.x)}" y1="${n(a.y)}" x2="${n(b.x)}" y2="${n(b.y)}" stroke="${look.edge}"${dash}/>`);
  }
  for (const thing of world.things) {
    if (!frame.visible(thing.at)) continue;
    const { x, y } = frame.place(thing.at);
    const r = frame.radius(thing.at);
    parts.push(shape(thing.shape, x, y, r, hue(look, thing)));
    if (frame.labelled.has(thing.at)) parts.push(`<text x="${n(x + r + 4)}" y="${n(y + 4)}" fill="${look.ink2}">${escape(shown(thing))}</text>`);
  }
  parts.push("</svg>");
  return parts.join("");
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export async function png(text: string, width: number, height: number): Promise<Blob> {
  const picture = new Image();
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
