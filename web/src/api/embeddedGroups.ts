import type { Completion, Group, GroupEntry, GroupPage, OtherGroups } from "./groups";
import type { Query } from "./source";

/** The groups of one run in a report: list entries, and the whole of each. */
export interface EmbeddedGroups {
  readonly total: number;
  readonly included: number;
  readonly leftOut: string | null;
  readonly items: readonly GroupEntry[];
  readonly details: Readonly<Record<string, Group>>;
}

/** Filters, sorts and pages the groups of a report as the server does those of a run. */
export function groupsOf(run: string, groups: EmbeddedGroups, query: Query): GroupPage {
  const test = completionTest(query);
  const text = one(query, "text")?.toLowerCase();
  const question = one(query, "question");
  const [stepMin, stepMax] = bounds(query, "step");
  const matching = groups.items.flatMap((item, place) => {
    const details = groups.details[item.id];
    const count = test && details ? details.completions.filter(test).length : item.completions;
    const isIn =
      count > 0 &&
      item.step >= stepMin &&
      item.step <= stepMax &&
      (question === undefined || item.questionId === question) &&
      (text === undefined || (details !== undefined && hasText(details, text)));
    return isIn ? [{ item: { ...item, matching: count }, place }] : [];
  });
  const sort = one(query, "sort") ?? "step";
  const key = sortKey(sort.replace(/^-/, ""));
  const sign = sort.startsWith("-") ? -1 : 1;
  matching.sort((left, right) => sign * (key(left.item) - key(right.item)) || left.place - right.place);
  const start = Number(one(query, "cursor") ?? 0);
  const end = start + Number(one(query, "limit") ?? 50);
  return {
    run,
    total: matching.length,
    next: end < matching.length ? String(end) : null,
    indexed: {
      groups: groups.items.length,
      files: 1,
      filesOf: 1,
      done: true,
      faults: groups.leftOut ? [groups.leftOut] : [],
    },
    search: text === undefined ? null : { searched: groups.items.length, of: groups.items.length, done: true },
    groups: matching.slice(start, end).map(match => match.item),
  };
}

/** The same question's groups in all runs of a report, those of the nearest updates first. */
export function othersOf(all: Readonly<Record<string, EmbeddedGroups>>, run: string, group: Group): OtherGroups {
  const groups = Object.entries(all)
    .flatMap(([name, { items, details }]) => items.map(item => ({ ...item, run: name, details: details[item.id] })))
    .filter(item => item.details?.question === group.question && item.details.answer === group.answer)
    .filter(item => item.run !== run || item.id !== group.id)
    .sort((left, right) => Math.abs(left.step - group.step) - Math.abs(right.step - group.step))
    .map(({ details: _, ...item }) => item);
  return { run, id: group.id, total: groups.length, groups };
}

/** Whether one completion meets the filters about completions; none where there are no such filters. */
function completionTest(query: Query): ((completion: Completion) => boolean) | undefined {
  const fates = list(query, "fate");
  const kinds = list(query, "kind");
  const [rewardMin, rewardMax] = bounds(query, "reward");
  const [tokensMin, tokensMax] = bounds(query, "tokens");
  const isLimited = [rewardMin, rewardMax, tokensMin, tokensMax].some(Number.isFinite);
  if (fates.length === 0 && kinds.length === 0 && !isLimited) {
    return undefined;
  }

  return completion =>
    (fates.length === 0 || fates.includes(completion.fate)) &&
    (kinds.length === 0 || (completion.kind !== null && kinds.includes(completion.kind))) &&
    within(completion.reward, rewardMin, rewardMax) &&
    within(completion.numTokens, tokensMin, tokensMax);
}

function within(value: number | null, low: number, high: number): boolean {
  return value === null ? !Number.isFinite(low) && !Number.isFinite(high) : value >= low && value <= high;
}

function hasText(group: Group, text: string): boolean {
  const has = (part: string): boolean => part.toLowerCase().includes(text);
  return has(group.question) || has(group.answer) || group.completions.some(completion => has(completion.text));
}

function sortKey(sort: string): (item: GroupEntry) => number {
  switch (sort) {
    case "reward":
      return item => item.rewardMean ?? 0;
    case "spread":
      return item => item.rewardStd ?? 0;
    case "tokens":
      return item => item.tokensMean ?? 0;
    case "kept":
      return item => item.kept;
    case "advantage":
      return item => item.advantageMax ?? 0;
    case "distinct":
      return item => item.distinct;
    default:
      return item => item.step;
  }
}

function bounds(query: Query, name: string): [number, number] {
  const low = one(query, `${name}Min`);
  const high = one(query, `${name}Max`);
  return [low === undefined ? -Infinity : Number(low), high === undefined ? Infinity : Number(high)];
}

function one(query: Query, name: string): string | undefined {
  return list(query, name)[0];
}

function list(query: Query, name: string): readonly string[] {
  const value = query[name];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
