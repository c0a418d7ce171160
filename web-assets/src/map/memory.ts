// What a person did to the map, so that each step can be undone.

export interface Step {
  hidden: Set<number>;
  shapesOff: Set<string>;
  chosen: number | null;
  path: number[];
  /** Chosen together, by lasso or as what is in view. */
  picked: Set<number>;
  /** Days since 1970; null: all time. */
  time: { from: number; to: number } | null;
}

export class Memory {
  private past: Step[] = [];
  /** What stood before a hand began to move. */
  private held: Step | null = null;
  now: Step = { hidden: new Set(), shapesOff: new Set(), chosen: null, path: [], picked: new Set(), time: null };

  change(change: (step: Step) => void): void {
    const { hidden, shapesOff, chosen, path, picked, time } = this.now;
    this.past.push(this.held ?? this.now);
    this.held = null;
    if (this.past.length > 100) this.past.shift();
    this.now = { hidden: new Set(hidden), shapesOff: new Set(shapesOff), chosen, path: [...path], picked: new Set(picked), time };
    change(this.now);
  }

  /** As `change`, while a hand still moves: nothing to undo comes of it. */
  preview(change: (step: Step) => void): void {
    this.held ??= this.now;
    this.now = { ...this.now };
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
