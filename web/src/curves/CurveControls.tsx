import { Choice } from "../shell/controls";
import { change } from "../state/route";
import { plain } from "../text/numbers";
import { AXES, AXIS_WORDS } from "./axes";
import type { CurveSettings } from "./MetricChart";

/** What holds for all curves: the x axis, smoothing, the stretch that is zoomed into. */
export function CurveControls({ settings, isAlone }: { settings: CurveSettings; isAlone: boolean }) {
  const { axis, weight, zoom, onZoom } = settings;
  return (
    <div class="controls">
      {isAlone && (
        <button type="button" class="quiet" onClick={() => change({ chart: null })}>
          ← All curves
        </button>
      )}
      <Choice
        label="By"
        values={AXES}
        value={axis}
        onChange={value => change({ x: value === AXES[0] ? null : value, zoom: null })}
      />
      <label class="field field-range">
        <span class="control-label">Smoothing</span>
        <input
          type="range"
          min="0"
          max="0.98"
          step="0.02"
          value={weight}
          aria-valuetext={weight === 0 ? "none" : String(weight)}
          onInput={event =>
            change({ smooth: event.currentTarget.value === "0" ? null : event.currentTarget.value }, true)
          }
        />
        <output>{weight === 0 ? "none" : weight.toFixed(2)}</output>
      </label>
      {zoom ? (
        <button type="button" class="quiet" onClick={() => onZoom(null)}>
          Show all (now {plain(zoom[0])} to {plain(zoom[1])} {AXIS_WORDS[axis].plural})
        </button>
      ) : (
        <span class="hint">Drag in a chart to zoom, double-click to show all.</span>
      )}
    </div>
  );
}
