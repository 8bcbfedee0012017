import { describe, expect, it } from "vitest";
import { joined } from "../src/charts/join";
import { DASHES, inks, LIGHT } from "../src/charts/palette";
import { formatZoom, paddedRange, parseZoom, powerRange } from "../src/charts/ranges";
import { smoothed } from "../src/charts/smoothing";
import { logTickLabels, tickLabels } from "../src/charts/ticks";
import { valueAt } from "../src/charts/valueAt";

describe("ticks", () => {
  it("have one scale and the same number of decimals", () => {
    expect(tickLabels([0, 5000, 10_000, 15_000, 20_000], "count")).toEqual(["0", "5 k", "10 k", "15 k", "20 k"]);
    expect(tickLabels([0, 0.05, 0.1, 0.15], "number")).toEqual(["0.00", "0.05", "0.10", "0.15"]);
    expect(tickLabels([0, 10, 20], "count")).toEqual(["0", "10", "20"]);
    expect(tickLabels([-1, 0, 1], "number")).toEqual(["−1", "0", "1"]);
    expect(tickLabels([2_000_000, 2_500_000], "count")).toEqual(["2.0 M", "2.5 M"]);
  });

  it("have the sign of their unit", () => {
    expect(tickLabels([0, 0.25, 0.5], "share")).toEqual(["0 %", "25 %", "50 %"]);
    expect(tickLabels([0, 250e6, 500e6], "bytes")).toEqual(["0 B", "250 MB", "500 MB"]);
    expect(tickLabels([0, 1, 2], "seconds")).toEqual(["0 s", "1 s", "2 s"]);
  });

  it("of very small numbers are multiples of one power of ten", () => {
    expect(tickLabels([0, 2e-5, 4e-5], "number")).toEqual(["0", "2×10⁻⁵", "4×10⁻⁵"]);
  });

  it("never have an exponent, and tell neighbours apart", () => {
    for (let exponent = -8; exponent <= 12; exponent++) {
      for (const step of [1, 2, 2.5, 5]) {
        const values = [0, 1, 2, 3, 4].map(index => (index + 7) * step * 10 ** exponent);
        for (const unit of ["number", "count", "share", "seconds", "bytes", "perSecond"] as const) {
          const labels = tickLabels(values, unit);
          expect(labels.join(" ")).not.toMatch(/\de[+-]?\d/i);
          expect(new Set(labels).size).toBe(values.length);
          expect(Math.max(...labels.map(label => label.length))).toBeLessThan(14);
        }
      }
    }
  });

  it("on a logarithmic axis label the powers of ten alone", () => {
    expect(logTickLabels([0.001, 0.002, 0.01, 1, 10_000, 1e6], "number")).toEqual([
      "0.001",
      null,
      "0.01",
      "1",
      "10 k",
      "1 M",
    ]);
    expect(logTickLabels([1e-6], "number")).toEqual(["10⁻⁶"]);
    expect(logTickLabels([0.01, 0.1], "share")).toEqual(["1 %", "10 %"]);
  });
});

describe("smoothing", () => {
  it("begins at the first value and keeps a constant", () => {
    expect(smoothed([3, 3, 3], 0.9)).toEqual([3, 3, 3].map(value => expect.closeTo(value, 12)));
  });

  it("is the corrected exponential average", () => {
    const [first, second, third] = smoothed([1, 0, 2], 0.5);
    expect(first).toBeCloseTo(1, 12);
    expect(second).toBeCloseTo((0.25 * 1 + 0.5 * 0) / 0.75, 12);
    expect(third).toBeCloseTo((0.125 * 1 + 0.25 * 0 + 0.5 * 2) / 0.875, 12);
  });

  it("leaves what is missing out, and everything as it is at 0", () => {
    expect(smoothed([1, null, 1], 0.5)).toEqual([1, null, 1]);
    expect(smoothed([1, null, 5], 0)).toEqual([1, null, 5]);
  });
});

describe("curves over each other", () => {
  it("share one x column, with no value where a curve has no point", () => {
    expect(
      joined([
        { x: [1, 2, 4], y: [10, null, 40] },
        { x: [2, 3], y: [7, 8] },
      ]),
    ).toEqual([
      [1, 2, 3, 4],
      [10, null, undefined, 40],
      [undefined, 7, 8, undefined],
    ]);
    expect(joined([])).toEqual([[]]);
  });

  it("are read at the nearest point before, and not beyond their ends", () => {
    const column = [undefined, 5, undefined, 6, undefined];
    expect([0, 1, 2, 3, 4].map(index => valueAt(column, index))).toEqual([null, 1, 1, 3, null]);
    expect(valueAt([null, 2], 0)).toBeNull();
  });
});

describe("ranges", () => {
  it("have air, and stay at or above 0 where all values do", () => {
    expect(paddedRange(0, 10)).toEqual([0, 10.8]);
    expect(paddedRange(0, 0)).toEqual([0, 1]);
    expect(paddedRange(null, null)).toEqual([0, 1]);
    const [low, high] = paddedRange(5, 5);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
  });

  it("of logarithmic axes are powers of ten", () => {
    expect(powerRange(0.02, 3)).toEqual([0.01, 10]);
    expect(powerRange(10, 10)).toEqual([10, 100]);
    expect(powerRange(null, null)).toEqual([0.1, 1]);
  });

  it("go through the address", () => {
    expect(parseZoom(formatZoom([3.14159, 17.9]))).toEqual([3.14, 17.9]);
    expect(parseZoom("5~2")).toBeNull();
    expect(parseZoom("a~b")).toBeNull();
    expect(parseZoom("~4")).toBeNull();
    expect(parseZoom(undefined)).toBeNull();
  });
});

describe("colours", () => {
  const catalogue = Array.from({ length: 20 }, (_, index) => `run-${index}`);

  it("stay with a run while others come and go", () => {
    const alone = inks(catalogue, ["run-3"]).get("run-3");
    expect(inks(catalogue, ["run-0", "run-3", "run-5"]).get("run-3")).toEqual(alone);
  });

  it("are never the same for two runs, dash included", () => {
    const chosen = catalogue.slice(0, LIGHT.length * 2 + 3);
    const found = [...inks(catalogue, chosen).values()].map(ink => `${ink.colour} ${ink.dash}`);
    expect(new Set(found).size).toBe(chosen.length);
    expect(DASHES.length).toBeGreaterThan(2);
  });
});
