import type { Unit } from "../text/numbers";

/** One curve of metrics.jsonl: how it is called, and what its numbers count. */
export interface Metric {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
}

export interface Section {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

type Row = readonly [key: string, title: string, unit?: Unit];

const SECTIONS: readonly (readonly [string, readonly Row[]])[] = [
  [
    "Learning",
    [
      ["reward_mean", "Reward, mean"],
      ["accuracy", "Accuracy of completions", "share"],
      ["format_rate", "Format rate", "share"],
      ["reward_std", "Reward, spread within groups"],
      ["questions_without_spread", "Groups without spread", "count"],
      ["completion_tokens_mean", "Completion tokens, mean"],
      ["completion_tokens_max", "Completion tokens, longest", "count"],
      ["truncated_share", "Truncated", "share"],
    ],
  ],
  [
    "Objective",
    [
      ["loss", "Loss"],
      ["policy_loss", "Surrogate's part of the loss"],
      ["kl", "KL to the reference"],
      ["entropy", "Entropy per token"],
      ["clip_ratio", "Clipped tokens", "share"],
      ["gradient_norm", "Gradient norm"],
      ["learning_rate", "Learning rate"],
      ["steps_skipped", "Steps skipped", "count"],
      ["staleness", "Staleness", "count"],
      ["generation_gap_mean", "Generation gap, mean"],
      ["generation_gap_max", "Generation gap, largest"],
      ["generation_gap_large_share", "Generation gap above 0.01", "share"],
      ["importance_ratio_mean", "Importance ratio, mean"],
      ["importance_capped_share", "Importance capped", "share"],
      ["importance_masked_share", "Importance masked", "share"],
    ],
  ],
  [
    "Pruning and allocation",
    [
      ["completions_generated", "Completions generated", "count"],
      ["completions_kept", "Completions kept", "count"],
      ["completions_pruned", "Completions pruned", "count"],
      ["kept_advantage_share", "Share of |advantage| kept", "share"],
      ["dropped_zero_advantage", "Dropped: zero advantage", "count"],
      ["dropped_no_room", "Dropped: no room", "count"],
      ["dropped_too_long", "Dropped: too long", "count"],
      ["questions", "Questions asked", "count"],
      ["tokens_generated", "Tokens generated", "count"],
      ["tokens_forwarded", "Tokens forwarded", "count"],
      ["tokens_avoided", "Tokens avoided", "count"],
      ["capacity_fill", "Capacity fill", "share"],
      ["token_fill", "Token fill", "share"],
      ["micro_batches", "Micro-batches", "count"],
      ["device_balance", "Device balance", "share"],
      ["device_balance_threshold", "Device balance by a threshold", "share"],
    ],
  ],
  [
    "Time and memory",
    [
      ["step_seconds", "Seconds of an update with all between", "seconds"],
      ["rollout_seconds", "Rollouts", "seconds"],
      ["update_seconds", "Forward, backward and step", "seconds"],
      ["overlap_seconds", "Rollouts beside the update", "seconds"],
      ["overlap_share", "Overlap", "share"],
      ["rollouts_waited_for_update_seconds", "Rollouts waited for the update", "seconds"],
      ["update_waited_for_rollouts_seconds", "The update waited for rollouts", "seconds"],
      ["rollout_tokens_per_second", "Rollout tokens", "perSecond"],
      ["update_tokens_per_second", "Update tokens", "perSecond"],
      ["working_set_bytes", "Memory of the process", "bytes"],
      ["peak_bytes", "Memory, peak", "bytes"],
    ],
  ],
];

/** Members of objects, by the object's key. */
const FAMILIES: readonly (readonly [prefix: string, section: string, title: string, unit: Unit])[] = [
  ["rewards.", "Learning", "Reward", "number"],
  ["kinds_generated.", "Kinds of completions", "Generated", "count"],
  ["kinds_kept.", "Kinds of completions", "Kept", "count"],
  ["busy_seconds.", "Stages", "Worked", "seconds"],
  ["waited_seconds.", "Stages", "Waited", "seconds"],
  ["ranks_waited_seconds.", "Processes", "Waited for the others", "seconds"],
  ["exchange_seconds.", "Processes", "Exchange", "seconds"],
  ["exchange_bytes.", "Processes", "Sent to the others", "bytes"],
  ["questions_dropped_reasons.", "Questions dropped", "Dropped", "count"],
];

/** What never moves on its own or is an axis. */
const LEFT_OUT = new Set(["policy_version", "elapsed_seconds", "update_devices", "questions_dropped"]);

/**
 * The curves that some runs have, in sections; those that this page does not know come last, under their own keys.
 */
export function sectionsOf(keys: readonly string[]): Section[] {
  const left = new Set(keys.filter(key => !LEFT_OUT.has(key)));
  const sections = new Map<string, Metric[]>(SECTIONS.map(([title]) => [title, []]));
  const put = (section: string, metric: Metric): void => {
    sections.set(section, [...(sections.get(section) ?? []), metric]);
    left.delete(metric.key);
  };
  for (const [section, rows] of SECTIONS) {
    for (const [key, title, unit = "number"] of rows) {
      if (left.has(key)) {
        put(section, { key, title, unit });
      }
    }
  }

  for (const key of [...left]) {
    const family = FAMILIES.find(([prefix]) => key.startsWith(prefix));
    if (family) {
      const [prefix, section, title, unit] = family;
      put(section, { key, title: `${title}: ${key.slice(prefix.length).replaceAll("_", " ")}`, unit });
    }
  }

  for (const key of [...left]) {
    put("Further", { key, title: key, unit: key.endsWith("_seconds") ? "seconds" : "number" });
  }

  return [...sections].filter(([, metrics]) => metrics.length > 0).map(([title, metrics]) => ({ title, metrics }));
}
