import type { TimedUpdate } from "../api/types";

/** A stage's work in one update: a path of blocks one unit high, and what a reader is told of it. */
export interface Block {
  readonly step: number;
  readonly path: string;
  readonly busy: number;
  readonly waited: number;
}

/** Updates one after the other: where each begins and ends, in seconds since the first one's begin. */
export function boundsOf(updates: readonly TimedUpdate[]): readonly (readonly [begin: number, end: number])[] {
  let begin = 0;
  return updates.map(update => {
    const end = begin + Math.max(0, update.seconds);
    const bounds = [begin, end] as const;
    begin = end;
    return bounds;
  });
}

/** The blocks of one stage, a path for each update; spans are cut to their update's interval. */
export function blocksOf(updates: readonly TimedUpdate[], stage: number): readonly Block[] {
  const bounds = boundsOf(updates);
  return updates.map((update, index) => {
    const [begin, end] = bounds[index] ?? [0, 0];
    const path = (update.spans[stage] ?? [])
      .map(([from, to]) => [Math.min(begin + from, end), Math.min(begin + to, end)] as const)
      .filter(([from, to]) => to > from)
      .map(([from, to]) => `M${digits(from)} 0H${digits(to)}V1H${digits(from)}Z`)
      .join("");
    return { step: update.step, path, busy: update.busy[stage] ?? 0, waited: update.waited[stage] ?? 0 };
  });
}

/** Sums of seconds over some updates. */
export interface Waits {
  readonly seconds: number;
  readonly overlap: number;
  readonly rolloutsWaited: number;
  readonly updateWaited: number;
}

/** Who waited for whom, over all of some updates. */
export function waitsOf(updates: readonly TimedUpdate[]): Waits {
  const sum = (value: (update: TimedUpdate) => number | null): number =>
    updates.reduce((total, update) => total + (value(update) ?? 0), 0);
  return {
    seconds: sum(update => update.seconds),
    overlap: sum(update => update.overlap),
    rolloutsWaited: sum(update => update.rolloutsWaited),
    updateWaited: sum(update => update.updateWaited),
  };
}

function digits(seconds: number): string {
  return String(Math.round(seconds * 10_000) / 10_000);
}
