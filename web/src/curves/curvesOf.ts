import type { AxisName, Optional } from "../api/types";
import type { Curve } from "../charts/join";
import { smoothed } from "../charts/smoothing";
import type { RunMetrics } from "../state/metrics";

/**
 * The curve of a metric: its values, smoothed where asked for, over an axis; lines that lack their place on the axis are left out. On a
 * logarithmic axis what is not above 0 is missing.
 */
export function curveOf(metrics: RunMetrics, key: string, axis: AxisName, weight: number, isLog: boolean): Curve {
  const column = smoothed(metrics.series[key] ?? [], weight);
  const places = metrics.axes[axis] ?? [];
  const x: number[] = [];
  const y: Optional[] = [];
  places.forEach((place, index) => {
    const value = column[index] ?? null;
    if (place !== null && (x.length === 0 || place > (x[x.length - 1] ?? 0))) {
      x.push(place);
      y.push(isLog && value !== null && value <= 0 ? null : value);
    }
  });
  return { x, y };
}
