// Which labels have room. Names of clusters and badges come first, then what was asked for, then the largest things.
import type { Look } from "./look";

interface Box { left: number; top: number; right: number; bottom: number }

/** A label that sigma would draw: viewport pixels, `x` and `y` the centre of its thing, `r` its radius. */
export interface Candidate { at: number; text: string; x: number; y: number; r: number; asked: boolean }

/** What is taken of the picture. Rectangles in viewport pixels. */
export class Room {
  private readonly taken: Box[] = [];

  /** Takes it whether or not it is free. */
  take(left: number, top: number, width: number, height: number): void {
    this.taken.push({ left, top, right: left + width, bottom: top + height });
  }

  free(left: number, top: number, width: number, height: number): boolean {
    return !this.taken.some((box) => left < box.right && left + width > box.left && top < box.bottom && top + height > box.top);
  }
}

/** Draws those that have room, to the right of their thing or else to its left; what was asked for always. Gives what it drew. */
export function label(context: CanvasRenderingContext2D, candidates: Candidate[], room: Room, look: Look, size: number, font: string): Set<number> {
  const drawn = new Set<number>();
  context.font = `${size}px ${font}`;
  for (const { at, text, x, y, r, asked } of [...candidates].sort((a, b) => Number(b.asked) - Number(a.asked) || b.r - a.r || a.at - b.at)) {
    const width = context.measureText(text).width;
    const left = [x + r + 3, x - r - 3 - width].find((edge) => room.free(edge, y - size / 2, width, size));
    if (left === undefined && !asked) continue;
    const edge = left ?? x + r + 3;
    room.take(edge, y - size / 2, width, size);
    written(context, text, edge, y + size / 3, look);
    drawn.add(at);
  }
  return drawn;
}

/** Text on a halo of the ground, so that it can be read over what it crosses. */
export function written(context: CanvasRenderingContext2D, text: string, x: number, y: number, look: Look, colour = look.ink2): void {
  context.textAlign = "left";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = look.halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
