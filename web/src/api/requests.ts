import { embeddedSource, hasEmbedded } from "./embedded";
import type { Group, GroupPage, GroupQuery, OtherGroups } from "./groups";
import { serverSource, type Source } from "./source";
import type { Catalogue, Differences, Evaluation, Metrics, RunDetails, States, Sweep, Timeline } from "./types";

/** Whether the page is a report, whose answers never change. */
export const isOffline = hasEmbedded();

const ask: Source = isOffline ? embeddedSource() : serverSource;

const runPath = (run: string, rest = ""): string => `/api/runs/${encodeURIComponent(run)}${rest}`;
const groupPath = (run: string, id: string): string => runPath(run, `/groups/${encodeURIComponent(id)}`);

export const requests = {
  catalogue: () => ask("/api/runs", {}) as Promise<Catalogue>,
  state: () => ask("/api/state", {}) as Promise<States>,
  run: (run: string) => ask(runPath(run), {}) as Promise<RunDetails>,
  differences: (runs: readonly string[]) => ask("/api/differences", { run: runs }) as Promise<Differences>,
  metrics: (run: string, from: number) => ask(runPath(run, "/metrics"), { from: String(from) }) as Promise<Metrics>,
  evaluations: (run: string) =>
    ask(runPath(run, "/evaluations"), {}) as Promise<{ readonly evaluations: readonly Evaluation[] }>,
  timeline: (run: string, from: number | null, count: number) =>
    ask(runPath(run, "/timeline"), {
      ...(from === null ? {} : { from: String(from) }),
      count: String(count),
    }) as Promise<Timeline>,
  groups: (run: string, query: GroupQuery, signal?: AbortSignal) =>
    ask(runPath(run, "/groups"), { ...query }, signal) as Promise<GroupPage>,
  group: (run: string, id: string) => ask(groupPath(run, id), {}) as Promise<Group>,
  others: (run: string, id: string) => ask(`${groupPath(run, id)}/others`, { limit: "100" }) as Promise<OtherGroups>,
  sweep: (sweep: string) => ask(`/api/sweeps/${encodeURIComponent(sweep)}`, {}) as Promise<Sweep>,
};
