import { withUnit } from "../text/numbers";
import { visible } from "../text/visible";
import type { ChartProps, Place } from "./Chart";
import { Swatch } from "./Swatch";
import { valueAt } from "./valueAt";

/** The most runs that a tip names. */
const MOST = 12;

/** The values under the cursor, a line for each curve. */
export function ChartTip({ data, lines, unit, xUnit, xWord, place }: ChartProps & { place: Place; isDark: boolean }) {
  const x = data[0][place.index];
  const rows = lines.flatMap((line, column) => {
    if (line.isHidden) {
      return [];
    }

    const at = valueAt(data[column + 1] ?? [], place.index);
    if (at === null) {
      return [];
    }

    const [low, high] = line.interval ? line.interval.map(end => data[end]?.[at]) : [];
    const range =
      typeof low === "number" && typeof high === "number" ? ` (${withUnit(low, unit)} to ${withUnit(high, unit)})` : "";
    return [{ line, value: withUnit(data[column + 1]?.[at], unit) + range }];
  });
  const side = place.left > 260 ? { right: `calc(100% - ${place.left - 12}px)` } : { left: `${place.left + 12}px` };
  return (
    <div class="tip" style={side} aria-live="polite">
      <p class="tip-x">
        {withUnit(x, xUnit)} {xUnit === "seconds" ? "" : xWord}
      </p>
      {rows.slice(0, MOST).map(({ line, value }) => (
        <p key={line.label}>
          <Swatch ink={line.ink} /> <bdi class="tip-name">{visible(line.label)}</bdi> <b>{value}</b>
        </p>
      ))}
      {rows.length > MOST && <p>and {rows.length - MOST} more</p>}
    </div>
  );
}
