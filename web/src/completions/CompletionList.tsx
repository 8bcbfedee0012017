import type { Completion, Group } from "../api/groups";
import { CompletionCard } from "./CompletionCard";

/** The order of a group's completions; the first is that of their generation. */
export const COMPLETION_ORDERS = ["index", "reward", "advantage", "tokens"] as const;
export type CompletionOrder = (typeof COMPLETION_ORDERS)[number];

/** The completions of a group, identical ones once. */
export function CompletionList(props: { group: Group; order: CompletionOrder; hasTokens: boolean }) {
  const { group, order, hasTokens } = props;
  const largest = Math.max(0, ...group.completions.map(completion => Math.abs(completion.advantage ?? 0)));
  return (
    <ol class="completion-list">
      {distinct(group.completions, order).map(({ completion, same }) => (
        <li key={completion.index}>
          <CompletionCard completion={completion} same={same} largestAdvantage={largest} hasTokens={hasTokens} />
        </li>
      ))}
    </ol>
  );
}

/** Each text once, with all completions that have it. */
export function distinct(
  completions: readonly Completion[],
  order: CompletionOrder,
): readonly { readonly completion: Completion; readonly same: readonly Completion[] }[] {
  const byIndex = new Map(completions.map(completion => [completion.index, completion]));
  const found = completions
    .filter(completion => completion.same.every(index => index >= completion.index))
    .map(completion => ({
      completion,
      same: completion.same.flatMap(index => byIndex.get(index) ?? []).sort((left, right) => left.index - right.index),
    }));
  const key = keyOf(order);
  return found.sort(
    (left, right) => key(left.completion) - key(right.completion) || left.completion.index - right.completion.index,
  );
}

function keyOf(order: CompletionOrder): (completion: Completion) => number {
  switch (order) {
    case "reward":
      return completion => -(completion.reward ?? 0);
    case "advantage":
      return completion => -Math.abs(completion.advantage ?? 0);
    case "tokens":
      return completion => -completion.numTokens;
    default:
      return completion => completion.index;
  }
}
