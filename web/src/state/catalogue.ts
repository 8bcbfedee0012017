import { isOffline, requests } from "../api/requests";
import type { Catalogue, RunState, RunSummary } from "../api/types";
import { sentence } from "./answer";
import { store } from "./store";

const WHILE_RUNNING_MS = 2_000;
const ELSE_MS = 10_000;

/** What is known of all runs, kept up to date while the page is visible. */
export interface Known {
  readonly catalogue: Catalogue | undefined;
  /** How far each run is, by its id. */
  readonly states: ReadonlyMap<string, RunState>;
  readonly fault: string | undefined;
}

export const known = store<Known>({ catalogue: undefined, states: new Map(), fault: undefined });

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
  const isAnyRunning = [...known.get().states.values()].some(state => state.state === "running");
  timer = setTimeout(() => void poll(), isAnyRunning ? WHILE_RUNNING_MS : ELSE_MS);
}

async function poll(): Promise<void> {
  clearTimeout(timer);
  if (document.hidden) {
    return;
  }

  try {
    const { runs } = await requests.state();
    const { catalogue } = known.get();
    const isUnknown = runs.some(state => !catalogue?.runs.some(run => run.id === state.id));
    const hasEnded = runs.some(
      state => isOver(state) && catalogue?.runs.some(run => run.id === state.id && !isOver(run)),
    );
    if (!catalogue || isUnknown || hasEnded) {
      await readCatalogue();
    } else {
      known.set({ catalogue: updated(catalogue, runs), states: byId(runs), fault: undefined });
    }
  } catch (fault) {
    known.set({ ...known.get(), fault: sentence(fault) });
  }

  schedule();
}

async function readCatalogue(): Promise<void> {
  try {
    const catalogue = await requests.catalogue();
    const states = isOffline ? catalogue.runs.map(stateOf) : (await requests.state()).runs;
    known.set({ catalogue, states: byId(states), fault: undefined });
  } catch (fault) {
    known.set({ ...known.get(), fault: sentence(fault) });
  }
}

/** The catalogue with how far its runs are by now; the same object where nothing moved. */
function updated(catalogue: Catalogue, states: readonly RunState[]): Catalogue {
  const found = byId(states);
  const runs = catalogue.runs.map(run => {
    const state = found.get(run.id);
    const hasMoved =
      state && (state.updates !== run.updates || state.state !== run.state || state.groups !== run.groups);
    return hasMoved ? { ...run, state: state.state, updates: state.updates, groups: state.groups } : run;
  });
  return runs.some((run, index) => run !== catalogue.runs[index]) ? { ...catalogue, runs } : catalogue;
}

function stateOf(run: RunSummary): RunState {
  const { id, state, updates, evaluations, groups } = run;
  return { id, state, updates, evaluations, groups, revision: "" };
}

function byId(states: readonly RunState[]): ReadonlyMap<string, RunState> {
  return new Map(states.map(state => [state.id, state]));
}

function isOver(run: { readonly state: RunSummary["state"] }): boolean {
  return run.state !== "running";
}
