import type { Optional } from "../api/types";

/** Bounds of the shades: at least this likely; what is less likely than the last has the last shade. */
const BOUNDS = [0.9, 0.7, 0.5, 0.3, 0.1, 0.01] as const;

/** How many shades there are beside none. */
export const SHADES = BOUNDS.length;

/** The shade of a token, 0 for a likely one to `SHADES` for one of less than 1 %; none where the logprob is not known. */
export function shadeOf(logprob: Optional): number {
  if (logprob === null) {
    return 0;
  }

  const probability = Math.exp(logprob);
  const shade = BOUNDS.findIndex(bound => probability >= bound);
  return shade < 0 ? SHADES : shade;
}

/** The mean of the logprobs, and where the lowest one is; `null` where none is known. */
export function summaryOf(logprobs: readonly Optional[]): { readonly mean: number; readonly lowest: number } | null {
  let sum = 0;
  let count = 0;
  let lowest = -1;
  logprobs.forEach((logprob, index) => {
    if (logprob !== null) {
      sum += logprob;
      count++;
      if (lowest < 0 || logprob < (logprobs[lowest] ?? 0)) {
        lowest = index;
      }
    }
  });
  return count === 0 ? null : { mean: sum / count, lowest };
}
