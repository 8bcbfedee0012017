/**
 * Colours that people with any colour vision tell apart (after Okabe and Ito), a set for each ground; runs beyond the eighth repeat them
 * with another dash.
 */
export const LIGHT = ["#0067a5", "#c84e00", "#007f5c", "#b0518c", "#8a6d00", "#2e93d1", "#5b4fc0", "#50565e"] as const;
export const DARK = ["#5eb3f0", "#ff8f4d", "#35c79a", "#e79ac6", "#e3bd3a", "#9fd6ff", "#a99cff", "#b4bcc8"] as const;

/** Dashes of the first, second, ... eight runs. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** Which colour and which dash each run has. */
export interface Ink {
  readonly colour: number;
  readonly dash: number;
}

/**
 * Gives each chosen run its place in the catalogue as its colour, or the next free one where another chosen run has that: a run keeps
 * its colour while others come and go, as long as no two would share one.
 *
 * @param catalogue - Names of all runs.
 * @param chosen - Names of those that are shown.
 */
export function inks(catalogue: readonly string[], chosen: readonly string[]): Map<string, Ink> {
  const count = LIGHT.length;
  const taken = new Set<number>();
  const result = new Map<string, Ink>();
  for (const name of chosen) {
    if (result.has(name)) {
      continue;
    }

    let place = Math.max(0, catalogue.indexOf(name)) % count;
    const round = Math.floor(result.size / count);
    for (let tries = 0; tries < count && taken.has(place + round * count); tries++) {
      place = (place + 1) % count;
    }

    taken.add(place + round * count);
    result.set(name, { colour: place, dash: round % DASHES.length });
  }

  return result;
}
