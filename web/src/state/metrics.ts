import { requests } from "../api/requests";
import type { Metrics, Optional, RunState } from "../api/types";
import { sentence } from "./answer";
import { known } from "./catalogue";
import { store } from "./store";

/** The lines of a run so far, as columns. */
export interface RunMetrics {
  readonly revision: string;
  readonly lines: number;
  readonly axes: Readonly<Record<string, readonly Optional[]>>;
  readonly series: Readonly<Record<string, readonly Optional[]>>;
  readonly fault: string | undefined;
}

const EMPTY: RunMetrics = { revision: "", lines: 0, axes: {}, series: {}, fault: undefined };

/** What was read of the runs that were asked for, by their ids; lines that a run adds are read and appended. */
export const allMetrics = store<ReadonlyMap<string, RunMetrics>>(new Map());

const wanted = new Set<string>();
const reading = new Set<string>();

known.subscribe(() => wanted.forEach(run => void read(run)));

/** Reads these runs from now on, and no others. */
export function want(runs: readonly string[]): void {
  wanted.clear();
  runs.forEach(run => wanted.add(run));
  runs.forEach(run => void read(run));
}

async function read(run: string): Promise<void> {
  const state = known.get().states.get(run);
  const before = allMetrics.get().get(run);
  if (!state || reading.has(run) || (before && !isBehind(before, state))) {
    return;
  }

  reading.add(run);
  try {
    const isAnew = !before || before.revision !== state.revision;
    const answer = await requests.metrics(run, isAnew ? 0 : before.lines);
    const isReplaced = answer.from > 0 && (answer.revision !== before?.revision || answer.from !== before.lines);
    const whole = isReplaced ? await requests.metrics(run, 0) : answer;
    put(run, appended(whole.from === 0 ? EMPTY : (before ?? EMPTY), whole));
  } catch (fault) {
    put(run, { ...(before ?? EMPTY), fault: sentence(fault) });
  } finally {
    reading.delete(run);
  }
}

function isBehind(metrics: RunMetrics, state: RunState): boolean {
  return metrics.lines < state.updates || (state.revision !== "" && metrics.revision !== state.revision);
}

function put(run: string, metrics: RunMetrics): void {
  allMetrics.set(new Map(allMetrics.get()).set(run, metrics));
}

/** Columns with further lines behind them; what a part lacks is missing in its lines. */
export function appended(before: RunMetrics, part: Metrics): RunMetrics {
  const count = part.next - part.from;
  return {
    revision: part.revision,
    lines: part.next,
    axes: longer(before.axes, part.axes, before.lines, count),
    series: longer(before.series, part.series, before.lines, count),
    fault: undefined,
  };
}

function longer(
  before: Readonly<Record<string, readonly Optional[]>>,
  part: Readonly<Record<string, readonly Optional[]>>,
  lines: number,
  count: number,
): Record<string, readonly Optional[]> {
  const names = new Set([...Object.keys(before), ...Object.keys(part)]);
  const none = (length: number): null[] => new Array<null>(length).fill(null);
  return Object.fromEntries(
    [...names].map(name => [name, [...(before[name] ?? none(lines)), ...(part[name] ?? none(count))]]),
  );
}
