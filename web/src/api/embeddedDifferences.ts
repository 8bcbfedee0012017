import type { Differences, RunDetails } from "./types";

/** The keys whose values differ between runs, in the order in which the runs have them. */
export function differencesOf(runs: readonly RunDetails[]): Differences {
  const columns = runs.map(run => new Map(run.config.map(entry => [entry.key, entry.value])));
  const determines = new Map(runs.flatMap(run => run.config.map(entry => [entry.key, entry.determines ?? true])));
  const all = [...determines.keys()].map(key => ({
    key,
    values: columns.map(column => column.get(key) ?? null),
    determines: determines.get(key) ?? true,
  }));
  const keys = all.filter(entry => new Set(entry.values).size > 1);
  return { runs: runs.map(run => run.id), same: all.length - keys.length, keys };
}
