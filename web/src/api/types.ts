/** Answers of the server, or of the object that a report has in itself. Numbers that are not finite or not known are `null`. */
export type Optional = number | null;

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly directory: string;
  readonly state: "running" | "finished" | "interrupted";
  readonly began: string | null;
  readonly changed: string | null;
  readonly updates: number;
  readonly updatesOf: Optional;
  readonly evaluations: number;
  readonly groups: number;
  readonly model: string | null;
  readonly train: string | null;
  readonly test: string | null;
  readonly seed: Optional;
  readonly version: string | null;
  readonly accuracyBefore: Optional;
  readonly accuracyAfter: Optional;
  readonly fault: string | null;
}

export interface SweepSummary {
  readonly id: string;
  readonly title: string;
  readonly directory: string;
}

export interface Catalogue {
  readonly program: string;
  readonly now: string;
  readonly offline: { readonly created: string; readonly leftOut: readonly string[] } | null;
  readonly runs: readonly RunSummary[];
  readonly sweeps: readonly SweepSummary[];
}

export interface RunState {
  readonly id: string;
  readonly state: RunSummary["state"];
  readonly updates: number;
  readonly evaluations: number;
  readonly groups: number;
  readonly revision: string;
}

export interface SweepState {
  readonly id: string;
  readonly changed: string | null;
}

/** What the page asks again and again. */
export interface States {
  readonly runs: readonly RunState[];
  readonly sweeps: readonly SweepState[];
}

export interface ConfigKey {
  readonly key: string;
  readonly value: string;
  readonly determines?: boolean;
}

export interface RunDetails extends RunSummary {
  readonly config: readonly ConfigKey[];
  readonly series: readonly string[];
  readonly droppedQuestions: readonly { readonly reason: string; readonly count: number }[];
}

export interface Differences {
  readonly runs: readonly string[];
  readonly same: number;
  readonly keys: readonly {
    readonly key: string;
    readonly values: readonly (string | null)[];
    readonly determines: boolean;
  }[];
}

/** What the x axis of a curve counts. */
export type AxisName = "update" | "question" | "token" | "second";

export interface Metrics {
  readonly run: string;
  readonly revision: string;
  readonly from: number;
  readonly next: number;
  readonly axes: Readonly<Record<AxisName, readonly Optional[]>>;
  readonly series: Readonly<Record<string, readonly Optional[]>>;
}

export interface Evaluation {
  readonly step: number;
  readonly question: Optional;
  readonly token: Optional;
  readonly second: Optional;
  readonly accuracy: Optional;
  readonly accuracyLow: Optional;
  readonly accuracyHigh: Optional;
  readonly lenientAccuracy: Optional;
  readonly lenientLow: Optional;
  readonly lenientHigh: Optional;
  readonly formatRate: Optional;
  readonly questions: number;
  readonly unreadableGolds: Optional;
}

export interface TimedUpdate {
  readonly step: number;
  readonly seconds: number;
  readonly overlap: Optional;
  readonly rolloutsWaited: Optional;
  readonly updateWaited: Optional;
  readonly busy: readonly Optional[];
  readonly waited: readonly Optional[];
  readonly spans: readonly (readonly (readonly [number, number])[])[];
}

export interface Timeline {
  readonly run: string;
  readonly steps: number;
  readonly first: number;
  readonly stages: readonly string[];
  readonly updates: readonly TimedUpdate[];
}

export interface SweepTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rowsOf: number;
}

export interface Sweep extends SweepSummary {
  readonly tables: readonly SweepTable[];
  readonly figures: readonly { readonly name: string; readonly svg: string }[];
  readonly text: string | null;
  readonly faults?: readonly string[];
}
