import type { Fate, Kind } from "../api/groups";

export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  kept: "kept",
  pruned: "pruned",
  zero_advantage: "zero advantage",
  no_room: "no room",
  too_long: "too long",
};

/** What each fate means, for those who meet the words for the first time. */
export const FATE_MEANINGS: Readonly<Record<Fate, string>> = {
  kept: "the update trained on it",
  pruned: "removed by the pruning rule",
  zero_advantage: "dropped: all rewards of the group are equal",
  no_room: "dropped: the update's capacity was full",
  too_long: "dropped: prompt and completion exceed a micro-batch",
};

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  format_and_answer: "format and answer right",
  answer_only: "only the answer right",
  format_only: "only the format right",
  neither: "neither right",
};
