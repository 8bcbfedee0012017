import { isOffline, requests } from "../api/requests";
import type { Catalogue, RunState, RunSummary, States, SweepState } from "../api/types";
import { sentence } from "./answer";
import { returns } from "./returns";
import { store } from "./store";

const SOON_MS = 2_000;
const ELSE_MS = 10_000;

/** What is known of all runs, kept up to date while the page is visible. */
export interface Known {
  readonly catalogue: Catalogue | undefined;
  /** How far each run is, by its id. */
  readonly states: ReadonlyMap<string, RunState>;
  /** When each sweep's results were written, by its id. */
  readonly sweeps: ReadonlyMap<string, SweepState>;
  readonly fault: string | undefined;
}

export const known = store<Known>({ catalogue: undefined, states: new Map(), sweeps: new Map(), fault: undefined });

let timer: ReturnType<typeof setTimeout> | undefined;

/** Reads the catalogue, and follows it where a server answers. */
export async function follow(): Promise<void> {
  await readCatalogue();
  if (isOffline) {
    return;
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      void poll();
    }
  });
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  const { states, fault } = known.get();
  const isSoon = fault !== undefined || [...states.values()].some(state => state.state === "running");
  timer = setTimeout(() => void poll(), isSoon ? SOON_MS : ELSE_MS);
}

async function poll(): Promise<void> {
  clearTimeout(timer);
  if (document.hidden) {
    return;
  }

  try {
    const found = await requests.state();
    const { catalogue, states, fault } = known.get();
    if (!catalogue || fault !== undefined || isOutdated(catalogue, states, found)) {
      await readCatalogue();
    } else {
      tell(updated(catalogue, found.runs), found, undefined);
    }
  } catch (fault) {
    known.set({ ...known.get(), fault: sentence(fault) });
  }

  schedule();
}

async function readCatalogue(): Promise<void> {
  try {
    const catalogue = await requests.catalogue();
    tell(catalogue, isOffline ? { runs: catalogue.runs.map(stateOf), sweeps: [] } : await requests.state(), undefined);
  } catch (fault) {
    known.set({ ...known.get(), fault: sentence(fault) });
  }
}

function tell(catalogue: Catalogue, found: States, fault: string | undefined): void {
  const isBack = known.get().fault !== undefined;
  known.set({ catalogue, states: byId(found.runs), sweeps: byId(found.sweeps), fault });
  if (isBack) {
    returns.set(returns.get() + 1);
  }
}

/** Whether the catalogue says what is no longer so, other than how many updates and groups a run has. */
export function isOutdated(catalogue: Catalogue, states: ReadonlyMap<string, RunState>, found: States): boolean {
  return (
    !hasSame(catalogue.runs, found.runs) ||
    !hasSame(catalogue.sweeps, found.sweeps) ||
    found.runs.some(state => {
      const run = catalogue.runs.find(candidate => candidate.id === state.id);
      return (
        run?.state !== state.state ||
        run.evaluations !== state.evaluations ||
        states.get(state.id)?.revision !== state.revision
      );
    })
  );
}

function hasSame(ones: readonly { readonly id: string }[], others: readonly { readonly id: string }[]): boolean {
  return ones.length === others.length && ones.every(one => others.some(other => other.id === one.id));
}

/** The catalogue with how far its runs are by now; the same object where nothing moved. */
function updated(catalogue: Catalogue, states: readonly RunState[]): Catalogue {
  const found = byId(states);
  const runs = catalogue.runs.map(run => {
    const state = found.get(run.id);
    const hasMoved = state && (state.updates !== run.updates || state.groups !== run.groups);
    return hasMoved ? { ...run, updates: state.updates, groups: state.groups } : run;
  });
  return runs.some((run, index) => run !== catalogue.runs[index]) ? { ...catalogue, runs } : catalogue;
}

function stateOf(run: RunSummary): RunState {
  const { id, state, updates, evaluations, groups } = run;
  return { id, state, updates, evaluations, groups, revision: "" };
}

function byId<T extends { readonly id: string }>(states: readonly T[]): ReadonlyMap<string, T> {
  return new Map(states.map(state => [state.id, state]));
}
