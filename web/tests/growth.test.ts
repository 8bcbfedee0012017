import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GroupPage } from "../src/api/groups";
import { requests } from "../src/api/requests";
import { RequestFault } from "../src/api/source";
import type { Catalogue, RunState, RunSummary, States } from "../src/api/types";
import { GroupReader, type GroupPages } from "../src/completions/groupReader";
import { isOutdated, known } from "../src/state/catalogue";
import { allMetrics, want } from "../src/state/metrics";

const ids = (pages: GroupPages | undefined): readonly string[] => pages?.entries.map(entry => entry.id) ?? [];

function page(done: boolean, next: string | null, ...groups: string[]): GroupPage {
  return {
    run: "a",
    total: groups.length,
    next,
    indexed: { groups: groups.length, files: 1, filesOf: 1, done, faults: [] },
    search: null,
    groups: groups.map(id => ({ id })) as unknown as GroupPage["groups"],
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a list of groups", () => {
  const many = Array.from({ length: 60 }, (_, index) => `0.${index}`);

  it("is read from its start until that is done, whatever its later pages say meanwhile", async () => {
    const ask = vi.spyOn(requests, "groups");
    let told: GroupPages | undefined;
    const reader = new GroupReader(
      "a",
      { sort: "-reward" },
      () => 7,
      pages => (told = pages),
    );
    ask.mockResolvedValueOnce(page(false, "x", ...many));
    await reader.start();
    ask.mockResolvedValueOnce(page(true, null, "1.0"));
    await reader.more();
    expect(ids(told)).toHaveLength(61);
    ask.mockResolvedValueOnce(page(true, null, "9.9", ...many, "1.0"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ids(told)).toHaveLength(62);
    expect(ids(told)[0]).toBe("9.9");
    expect(told?.groupsThen).toBe(7);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("counts the groups that the run had before it was asked for, not those that came meanwhile", async () => {
    const ask = vi.spyOn(requests, "groups");
    let groups = 32;
    let told: GroupPages | undefined;
    ask.mockImplementationOnce(async () => {
      groups = 64;
      return page(true, null, ...many);
    });
    await new GroupReader(
      "a",
      {},
      () => groups,
      pages => (told = pages),
    ).start();
    expect(told?.groupsThen).toBe(32);
  });

  it("is read again where files moved while they were read, and not where the request was refused", async () => {
    const ask = vi.spyOn(requests, "groups");
    let told: GroupPages | undefined;
    ask.mockRejectedValueOnce(new RequestFault("It moved.", 409));
    ask.mockResolvedValueOnce(page(true, null, "0.0"));
    await new GroupReader(
      "a",
      {},
      () => 0,
      pages => (told = pages),
    ).start();
    expect(told?.fault).toBe("It moved.");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([ids(told), told?.fault]).toEqual([["0.0"], undefined]);
    ask.mockRejectedValueOnce(new RequestFault("It is wrong.", 400));
    await new GroupReader(
      "a",
      {},
      () => 0,
      pages => (told = pages),
    ).start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("tells nothing after it was stopped", async () => {
    vi.spyOn(requests, "groups").mockResolvedValue(page(false, null, "0.0"));
    const tell = vi.fn();
    const reader = new GroupReader("a", {}, () => 0, tell);
    const reading = reader.start();
    reader.stop();
    await reading;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(tell).not.toHaveBeenCalled();
  });
});

describe("the catalogue", () => {
  const state: RunState = { id: "a", state: "running", updates: 1, evaluations: 1, groups: 32, revision: "x.0.0" };
  const catalogue = {
    runs: [{ ...state } as unknown as RunSummary],
    sweeps: [{ id: "s" }],
  } as unknown as Catalogue;
  const states = new Map([["a", state]]);
  const found = (changes: Partial<RunState>, sweeps = ["s"]): States => ({
    runs: [{ ...state, ...changes }],
    sweeps: sweeps.map(id => ({ id, changed: null })),
  });

  it("is not read again where a run is only further than it was", () => {
    expect(isOutdated(catalogue, states, found({}))).toBe(false);
    expect(isOutdated(catalogue, states, found({ updates: 2, groups: 64 }))).toBe(false);
  });

  it.each([
    ["a run ended", found({ state: "finished" })],
    ["an evaluation came", found({ evaluations: 2 })],
    ["lines were replaced, or another server answers", found({ revision: "y.0.0" })],
    ["another run is there", found({ id: "b" })],
    ["a run came", { ...found({}), runs: [state, { ...state, id: "b" }] }],
    ["a run went", { ...found({}), runs: [] }],
    ["a sweep came", found({}, ["s", "t"])],
    ["a sweep went", found({}, [])],
  ])("is read again where %s", (_, now) => {
    expect(isOutdated(catalogue, states, now)).toBe(true);
  });
});

describe("the curves of a run", () => {
  const state = (updates: number, revision: string): void =>
    known.set({
      ...known.get(),
      states: new Map([["a", { id: "a", state: "running", updates, evaluations: 0, groups: 0, revision }]]),
    });
  const lines = (revision: string, from: number, ...loss: number[]) => ({
    run: "a",
    revision,
    from,
    next: from + loss.length,
    axes: { update: loss, question: loss, token: loss, second: loss },
    series: { loss },
  });

  it("are read on, and anew where another server has other lines", async () => {
    const ask = vi.spyOn(requests, "metrics");
    ask.mockResolvedValueOnce(lines("x", 0, 1, 2, 3));
    state(3, "x");
    want(["a"]);
    await vi.advanceTimersByTimeAsync(0);
    ask.mockResolvedValueOnce(lines("x", 3, 4));
    state(4, "x");
    await vi.advanceTimersByTimeAsync(0);
    expect(allMetrics.get().get("a")?.series["loss"]).toEqual([1, 2, 3, 4]);
    ask.mockResolvedValueOnce(lines("y", 0, 8, 9));
    state(2, "y");
    await vi.advanceTimersByTimeAsync(0);
    expect(allMetrics.get().get("a")?.series["loss"]).toEqual([8, 9]);
    expect(ask.mock.calls.map(call => call[1])).toEqual([0, 3, 0]);
    want([]);
  });

  it("are read anew where fewer lines are there than were read on from", async () => {
    const ask = vi.spyOn(requests, "metrics");
    ask.mockResolvedValueOnce(lines("z", 0, 1, 2, 3));
    state(3, "z");
    want(["a"]);
    await vi.advanceTimersByTimeAsync(0);
    ask.mockResolvedValueOnce(lines("z", 2, 7));
    ask.mockResolvedValueOnce(lines("z", 0, 5, 6, 7));
    state(4, "z");
    await vi.advanceTimersByTimeAsync(0);
    expect(allMetrics.get().get("a")?.series["loss"]).toEqual([5, 6, 7]);
    want([]);
  });
});
