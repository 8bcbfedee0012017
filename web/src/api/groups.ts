import type { Optional } from "./types";

export const FATES = ["kept", "pruned", "zero_advantage", "no_room", "too_long"] as const;
export type Fate = (typeof FATES)[number];

/** The four kinds of the paper's table 3. */
export const KINDS = ["format_and_answer", "answer_only", "format_only", "neither"] as const;
export type Kind = (typeof KINDS)[number];

export const SORTS = ["step", "reward", "spread", "tokens", "kept", "advantage", "distinct"] as const;

/** A group as the list has it. */
export interface GroupEntry {
  readonly run?: string;
  readonly id: string;
  readonly step: number;
  readonly update: number;
  readonly questionId: string;
  readonly question: string;
  readonly questionCut: boolean;
  readonly completions: number;
  readonly matching: number;
  readonly distinct: number;
  readonly kept: number;
  readonly fates: Readonly<Record<Fate, number>>;
  readonly kinds: Readonly<Record<Kind, number>>;
  readonly rewardMean: Optional;
  readonly rewardStd: Optional;
  readonly rewardMin: Optional;
  readonly rewardMax: Optional;
  readonly tokensMean: Optional;
  readonly tokensMax: Optional;
  readonly advantageMax: Optional;
}

export interface GroupPage {
  readonly run: string;
  readonly total: Optional;
  readonly next: string | null;
  readonly indexed: {
    readonly groups: number;
    readonly files: number;
    readonly filesOf: number;
    readonly done: boolean;
    readonly faults: readonly string[];
  };
  readonly search: { readonly searched: number; readonly of: number; readonly done: boolean } | null;
  readonly groups: readonly GroupEntry[];
}

export interface Completion {
  readonly index: number;
  readonly same: readonly number[];
  readonly fate: Fate;
  readonly kind: Kind | null;
  readonly reward: Optional;
  readonly rewards: Readonly<Record<string, Optional>>;
  readonly rewardReason: string | null;
  readonly correct: boolean | null;
  readonly extractedAnswer: string | null;
  readonly advantage: Optional;
  readonly finishReason: string;
  readonly numTokens: number;
  readonly device: string;
  readonly microBatch: Optional;
  readonly text: string;
  readonly tokens: {
    readonly ids: readonly number[];
    readonly pieces: readonly string[] | null;
    readonly logprobs: readonly Optional[];
  } | null;
}

export interface Group {
  readonly run: string;
  readonly id: string;
  readonly step: number;
  readonly update: number;
  readonly policyVersion: Optional;
  readonly questionId: string;
  readonly question: string;
  readonly answer: string;
  readonly prompt: string | null;
  readonly generatedAt: string | null;
  readonly groupMean: Optional;
  readonly groupStd: Optional;
  readonly previous: string | null;
  readonly next: string | null;
  /** Whether the neighbours are those that will be; a report has all of them. */
  readonly indexed?: { readonly done: boolean };
  readonly noTokens: string | null;
  readonly completions: readonly Completion[];
}

export interface OtherGroups {
  readonly run: string;
  readonly id: string;
  readonly total: number;
  readonly indexed?: { readonly done: boolean };
  readonly groups: readonly (GroupEntry & { readonly run: string })[];
}

/** Which groups of a run, and in which order; the names of the server's parameters. */
export interface GroupQuery {
  readonly fate?: readonly string[];
  readonly kind?: readonly string[];
  readonly rewardMin?: string;
  readonly rewardMax?: string;
  readonly tokensMin?: string;
  readonly tokensMax?: string;
  readonly question?: string;
  readonly stepMin?: string;
  readonly stepMax?: string;
  readonly text?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly cursor?: string;
}
