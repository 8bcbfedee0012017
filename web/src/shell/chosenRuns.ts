import type { Catalogue, RunSummary } from "../api/types";

/** As many runs as are shown together where none is chosen; of more, the newest alone. */
const TOGETHER = 4;

/** The runs that are chosen, in the order of the catalogue; where none is, those that one most likely wants to see. */
export function chosenRuns(catalogue: Catalogue, asked: readonly string[]): readonly RunSummary[] {
  if (asked.length > 0) {
    return catalogue.runs.filter(run => asked.includes(run.id));
  }

  if (catalogue.offline || catalogue.runs.length <= TOGETHER) {
    return catalogue.runs;
  }

  const newest = [...catalogue.runs].sort((left, right) => (right.changed ?? "").localeCompare(left.changed ?? ""))[0];
  return newest ? [newest] : [];
}
