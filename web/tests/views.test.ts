import { describe, expect, it } from "vitest";
import type { Completion } from "../src/api/groups";
import type { TimedUpdate } from "../src/api/types";
import { distinct } from "../src/completions/CompletionList";
import { shadeOf, SHADES, summaryOf } from "../src/completions/probability";
import { curveOf } from "../src/curves/curvesOf";
import { sectionsOf } from "../src/curves/metrics";
import { appended } from "../src/state/metrics";
import { svgAddress } from "../src/sweeps/svgAddress";
import { blocksOf, boundsOf, waitsOf } from "../src/timeline/lanes";

const NOTHING = { revision: "", lines: 0, axes: {}, series: {}, fault: undefined };

describe("metrics that grow", () => {
  const first = appended(NOTHING, {
    run: "a",
    revision: "0",
    from: 0,
    next: 2,
    axes: { update: [1, 2], question: [8, 16], token: [1, null], second: [0.5, 1] },
    series: { loss: [3, 2] },
  });

  it("have further lines behind those that were read, and none for what a part lacks", () => {
    const whole = appended(first, {
      run: "a",
      revision: "0",
      from: 2,
      next: 3,
      axes: { update: [3], question: [24], token: [9], second: [1.5] },
      series: { kl: [0.1] },
    });
    expect(whole.lines).toBe(3);
    expect(whole.series).toEqual({ loss: [3, 2, null], kl: [null, null, 0.1] });
    expect(whole.axes["token"]).toEqual([1, null, 9]);
  });

  it("are curves over any axis, without lines that have no place on it", () => {
    expect(curveOf(first, "loss", "update", 0, false)).toEqual({ x: [1, 2], y: [3, 2] });
    expect(curveOf(first, "loss", "token", 0, false)).toEqual({ x: [1], y: [3] });
    expect(curveOf({ ...first, series: { loss: [0, -1] } }, "loss", "update", 0, true).y).toEqual([null, null]);
  });
});

describe("sections of curves", () => {
  it("have known metrics first, members of objects by name, and the unknown under their own keys", () => {
    const sections = sectionsOf([
      "new_thing",
      "kl",
      "rewards.tag_count",
      "reward_mean",
      "busy_seconds.generate",
      "policy_version",
    ]);
    expect(sections.map(section => [section.title, section.metrics.map(metric => metric.title)])).toEqual([
      ["Learning", ["Reward, mean", "Reward: tag count"]],
      ["Objective", ["KL to the reference"]],
      ["Stages", ["Worked: generate"]],
      ["Further", ["new_thing"]],
    ]);
  });
});

describe("tokens", () => {
  it("have no shade where they were likely, and the last one below 1 %", () => {
    expect([0, -0.05, -0.2, -1, -3, -10, null].map(shadeOf)).toEqual([0, 0, 1, 3, 5, SHADES, 0]);
  });

  it("have a mean and a least likely one", () => {
    expect(summaryOf([-1, null, -3])).toEqual({ mean: -2, lowest: 2 });
    expect(summaryOf([null])).toBeNull();
  });
});

describe("completions that are the same", () => {
  const completion = (index: number, same: readonly number[], reward: number): Completion =>
    ({ index, same, reward, advantage: reward - 1, numTokens: index }) as unknown as Completion;
  const all = [completion(0, [0, 2], 1), completion(1, [1], 3), completion(2, [0, 2], 1)];

  it("stand once, with all that they stand for", () => {
    expect(
      distinct(all, "index").map(({ completion: { index }, same }) => [index, same.map(other => other.index)]),
    ).toEqual([
      [0, [0, 2]],
      [1, [1]],
    ]);
  });

  it("are ordered by reward from the highest", () => {
    expect(distinct(all, "reward").map(({ completion: { index } }) => index)).toEqual([1, 0]);
  });
});

describe("the timeline", () => {
  const update = (step: number, seconds: number, spans: TimedUpdate["spans"]): TimedUpdate => ({
    step,
    seconds,
    overlap: 0.5,
    rolloutsWaited: 0.25,
    updateWaited: null,
    busy: [1],
    waited: [2],
    spans,
  });
  const updates = [
    update(3, 2, [
      [
        [0, 0.5],
        [1, 9],
      ],
    ]),
    update(4, 1, [
      [
        [0.25, 0.5],
        [0.5, 0.5],
      ],
    ]),
  ];

  it("lays updates one after the other and cuts spans to them", () => {
    expect(boundsOf(updates)).toEqual([
      [0, 2],
      [2, 3],
    ]);
    expect(blocksOf(updates, 0).map(block => block.path)).toEqual(["M0 0H0.5V1H0ZM1 0H2V1H1Z", "M2.25 0H2.5V1H2.25Z"]);
    expect(blocksOf(updates, 5).map(block => block.path)).toEqual(["", ""]);
  });

  it("sums who waited for whom", () => {
    expect(waitsOf(updates)).toEqual({ seconds: 3, overlap: 1, rolloutsWaited: 0.5, updateWaited: 0 });
  });
});

describe("figures", () => {
  it("are addresses that carry the picture, whatever its characters", () => {
    const svg = "<svg><text>±é文</text></svg>";
    const [head, body = ""] = svgAddress(svg).split(",");
    expect(head).toBe("data:image/svg+xml;base64");
    expect(new TextDecoder().decode(Uint8Array.from(atob(body), code => code.charCodeAt(0)))).toBe(svg);
  });
});
