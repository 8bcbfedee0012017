import { describe, expect, it } from "vitest";
import { answerOf, type Embedded } from "../src/api/embedded";
import type { Completion, Fate, Group, GroupEntry, GroupPage, Kind, OtherGroups } from "../src/api/groups";
import type { Differences, Timeline } from "../src/api/types";

function completion(index: number, fate: Fate, kind: Kind, reward: number, text: string): Completion {
  return {
    index,
    same: [index],
    fate,
    kind,
    reward,
    rewards: {},
    rewardReason: "equal",
    correct: true,
    extractedAnswer: null,
    advantage: 0,
    finishReason: "stop",
    numTokens: text.length,
    device: "cpu",
    microBatch: null,
    text,
    tokens: null,
  };
}

function group(run: string, step: number, question: string, completions: readonly Completion[]): [GroupEntry, Group] {
  const id = `${step}.0`;
  const rewards = completions.map(({ reward }) => reward ?? 0);
  const entry = {
    id,
    step,
    update: step + 1,
    questionId: question,
    question,
    questionCut: false,
    completions: completions.length,
    matching: completions.length,
    distinct: completions.length,
    kept: completions.filter(({ fate }) => fate === "kept").length,
    rewardMean: rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length,
  } as unknown as GroupEntry;
  return [entry, { run, id, step, question, answer: "7", completions } as unknown as Group];
}

const groups = [
  group("a", 0, "q1", [
    completion(0, "kept", "neither", 0, "short"),
    completion(1, "pruned", "format_only", 1, "longer text"),
  ]),
  group("a", 1, "q2", [completion(0, "pruned", "neither", 2, "Übung")]),
  group("a", 2, "q1", [completion(0, "kept", "format_only", 1, "x")]),
];
const object: Embedded = {
  format: 1,
  answers: {
    "/api/runs": { runs: [] },
    "/api/runs/a": {
      id: "a",
      config: [
        { key: "x", value: "1", determines: true },
        { key: "y", value: "2", determines: false },
      ],
    },
    "/api/runs/b%2Fc": {
      id: "b/c",
      config: [
        { key: "x", value: "1", determines: true },
        { key: "z", value: "3", determines: true },
      ],
    },
    "/api/runs/a/timeline": {
      run: "a",
      steps: 9,
      first: 0,
      stages: [],
      updates: [0, 1, 2, 7, 8].map(step => ({ step })),
    },
  },
  groups: {
    a: {
      total: 5,
      included: 3,
      leftOut: "2 of 5 groups were left out.",
      items: groups.map(([entry]) => entry),
      details: Object.fromEntries(groups.map(([entry, details]) => [entry.id, details])),
    },
  },
};

const list = (query: Record<string, string | readonly string[]>): GroupPage =>
  answerOf(object, "/api/runs/a/groups", query) as GroupPage;
const ids = (query: Record<string, string | readonly string[]>): string[] => list(query).groups.map(entry => entry.id);

describe("a report's answers", () => {
  it("are those of the server, by path", () => {
    expect(answerOf(object, "/api/runs", {})).toEqual({ runs: [] });
    expect(() => answerOf(object, "/api/sweeps/none", {})).toThrow("does not have this");
    expect(() => answerOf(object, "toString", {})).toThrow("does not have this");
  });

  it("filter groups by what ONE of their completions is", () => {
    expect(ids({ fate: "kept", kind: "format_only" })).toEqual(["2.0"]);
    expect(ids({ fate: ["kept", "pruned"] })).toEqual(["0.0", "1.0", "2.0"]);
    expect(ids({ rewardMin: "1", rewardMax: "1" })).toEqual(["0.0", "2.0"]);
    expect(ids({ tokensMax: "1" })).toEqual(["2.0"]);
    expect(list({ fate: "kept" }).groups[0]?.matching).toBe(1);
  });

  it("filter by question, update and text, whatever the case", () => {
    expect(ids({ question: "q1" })).toEqual(["0.0", "2.0"]);
    expect(ids({ stepMin: "1", stepMax: "1" })).toEqual(["1.0"]);
    expect(ids({ text: "üBUNG" })).toEqual(["1.0"]);
    expect(ids({ text: "nowhere" })).toEqual([]);
  });

  it("sort, either way, ties by place, and page", () => {
    expect(ids({ sort: "-reward" })).toEqual(["1.0", "2.0", "0.0"]);
    expect(ids({ sort: "kept" })).toEqual(["1.0", "0.0", "2.0"]);
    const first = list({ limit: "2" });
    expect([first.total, first.next]).toEqual([3, "2"]);
    expect(list({ limit: "2", cursor: "2" }).groups.map(entry => entry.id)).toEqual(["2.0"]);
    expect(first.indexed.faults).toEqual(["2 of 5 groups were left out."]);
  });

  it("find the same question elsewhere", () => {
    const others = answerOf(object, "/api/runs/a/groups/0.0/others", {}) as OtherGroups;
    expect(others.groups.map(entry => `${entry.run} ${entry.id}`)).toEqual(["a 2.0"]);
    expect((answerOf(object, "/api/runs/a/groups/1.0", {}) as Group).question).toBe("q2");
    expect(() => answerOf(object, "/api/runs/a/groups/9.9", {})).toThrow("left out");
  });

  it("compare configurations", () => {
    const answer = answerOf(object, "/api/differences", { run: ["a", "b/c"] }) as Differences;
    expect(answer).toEqual({
      runs: ["a", "b/c"],
      same: 1,
      keys: [
        { key: "y", values: ["2", null], determines: false },
        { key: "z", values: [null, "3"], determines: true },
      ],
    });
  });

  it("give the updates of a timeline that are there", () => {
    const steps = (query: Record<string, string>): number[] =>
      (answerOf(object, "/api/runs/a/timeline", query) as Timeline).updates.map(update => update.step);
    expect(steps({ count: "2" })).toEqual([7, 8]);
    expect(steps({ from: "2", count: "2" })).toEqual([2, 7]);
  });
});
