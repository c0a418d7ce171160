// What people call kinds and members: the page gives the words, the map's data has the short names.
import type { Thing } from "./world";

export class Names {
  private readonly kinds: Record<string, string>;
  private readonly members: Record<string, string>;

  constructor(root: HTMLElement) {
    this.kinds = JSON.parse(root.dataset.kinds ?? "{}") as Record<string, string>;
    this.members = JSON.parse(root.dataset.names ?? "{}") as Record<string, string>;
  }

  kind(thing: Thing): string {
    return this.kinds[thing.kind] ?? thing.kind;
  }

  holders(thing: Thing): string {
    return thing.members.map((slug) => this.members[slug] ?? slug).join(", ");
  }
}
