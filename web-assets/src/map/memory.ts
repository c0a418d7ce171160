// What a person did to the map, so that each step can be undone.

export interface Step {
  hidden: Set<number>;
  shapesOff: Set<string>;
  chosen: number | null;
  path: number[];
}

export class Memory {
  private past: Step[] = [];
  now: Step = { hidden: new Set(), shapesOff: new Set(), chosen: null, path: [] };

  change(change: (step: Step) => void): void {
    const { hidden, shapesOff, chosen, path } = this.now;
    this.past.push(this.now);
    if (this.past.length > 100) this.past.shift();
    this.now = { hidden: new Set(hidden), shapesOff: new Set(shapesOff), chosen, path: [...path] };
    change(this.now);
  }

  undo(): boolean {
    const before = this.past.pop();
    if (before) this.now = before;
    return before !== undefined;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }
}
