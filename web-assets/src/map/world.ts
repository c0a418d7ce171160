// The map's data as the server stores it, and the questions the view asks of it. No drawing here.

export type NodeRow = [
  key: string, kind: string, shape: string, label: string, harm: number,
  members: string[], cluster: number, x: number, y: number,
];
export type EdgeRow = [source: number, target: number, kind: string, confidence: number];
/** First and last day on which it was seen, since 1970. */
export type Seen = [first: number, last: number] | null;
export type Document = [nodes: NodeRow[], edges: EdgeRow[], clusters: string[], seen?: Seen[]];

export interface Thing {
  at: number;
  key: string;
  kind: string;
  shape: string;
  label: string;
  harm: number;
  members: string[];
  cluster: number;
  x: number;
  y: number;
  seen: Seen;
}

export interface Tie {
  source: number;
  target: number;
  kind: string;
  confidence: number;
}

export class World {
  readonly things: Thing[];
  readonly ties: Tie[];
  readonly clusters: string[];
  private readonly near: number[][];

  constructor([nodes, edges, clusters, seen]: Document) {
    this.things = nodes.map(([key, kind, shape, label, harm, members, cluster, x, y], at) => ({
      at, key, kind, shape, label, harm, members, cluster, x, y, seen: seen?.[at] ?? null,
    }));
    this.ties = edges.map(([source, target, kind, confidence]) => ({ source, target, kind, confidence }));
    this.clusters = clusters;
    this.near = this.things.map(() => []);
    for (const { source, target } of this.ties) {
      this.near[source]?.push(target);
      this.near[target]?.push(source);
    }
  }

  neighbours(at: number): number[] {
    return this.near[at] ?? [];
  }

  find(text: string, limit = 12): Thing[] {
    const wanted = text.trim().toLowerCase().replaceAll("[.]", ".").replaceAll("hxxp", "http");
    if (!wanted) return [];
    return this.things.filter((thing) => thing.key.toLowerCase().includes(wanted) || thing.label.toLowerCase().includes(wanted)).slice(0, limit);
  }

  /** Shortest path over things that `open` lets through; null when there is none. Breadth first. */
  path(from: number, to: number, open: (at: number) => boolean): number[] | null {
    const before = new Map<number, number>([[from, -1]]);
    let ring = [from];
    while (ring.length && !before.has(to)) {
      const next: number[] = [];
      for (const at of ring)
        for (const other of this.neighbours(at))
          if (!before.has(other) && open(other)) {
            before.set(other, at);
            next.push(other);
          }
      ring = next;
    }
    if (!before.has(to)) return null;
    const path = [];
    for (let at = to; at >= 0; at = before.get(at) ?? -1) path.unshift(at);
    return path;
  }
}
