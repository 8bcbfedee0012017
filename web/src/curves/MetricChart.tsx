import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { AxisName, RunSummary } from "../api/types";
import { Chart } from "../charts/Chart";
import { joined } from "../charts/join";
import type { Ink } from "../charts/palette";
import { WhenVisible } from "../shell/WhenVisible";
import type { RunMetrics } from "../state/metrics";
import { withUnit } from "../text/numbers";
import { visible } from "../text/visible";
import { AXIS_WORDS } from "./axes";
import { ChartHead } from "./ChartHead";
import { curveOf } from "./curvesOf";
import type { Metric } from "./metrics";

export interface CurveSettings {
  readonly axis: AxisName;
  readonly weight: number;
  readonly logs: readonly string[];
  readonly zoom: readonly [number, number] | null;
  readonly onZoom: (zoom: readonly [number, number] | null) => void;
}

const HEIGHT = 190;
const HEIGHT_ALONE = 460;

/** One metric of the chosen runs over each other. */
export function MetricChart(props: {
  metric: Metric;
  runs: readonly RunSummary[];
  inks: ReadonlyMap<string, Ink>;
  metrics: ReadonlyMap<string, RunMetrics>;
  settings: CurveSettings;
  isAlone: boolean;
}) {
  const { metric, inks, metrics, settings, isAlone } = props;
  const height = isAlone ? HEIGHT_ALONE : HEIGHT;
  const isLog = settings.logs.includes(metric.key);
  const runs = props.runs.filter(run => metrics.get(run.id)?.series[metric.key] !== undefined);
  const columns = runs.map(run => metrics.get(run.id));
  const data = useMemo(
    () =>
      joined(
        columns.flatMap(column => (column ? [curveOf(column, metric.key, settings.axis, settings.weight, isLog)] : [])),
      ) as uPlot.AlignedData,
    [versionOf(runs, metrics), metric.key, settings.axis, settings.weight, isLog],
  );
  const only = runs.length === 1 ? columns[0]?.series[metric.key] : undefined;
  return (
    <figure class="chart-card">
      <ChartHead
        name={metric.key}
        title={visible(metric.title)}
        value={only ? withUnit(only[only.length - 1], metric.unit) : ""}
        logs={settings.logs}
        isAlone={isAlone}
      />
      <WhenVisible height={height}>
        {() => (
          <Chart
            title={visible(metric.title)}
            data={data}
            lines={runs.map(run => ({ label: run.title, ink: inks.get(run.id) ?? { colour: 0, dash: 0 } }))}
            unit={metric.unit}
            xUnit={AXIS_WORDS[settings.axis].unit}
            xWord={AXIS_WORDS[settings.axis].plural}
            isLog={isLog}
            height={height}
            zoom={settings.zoom}
            onZoom={settings.onZoom}
          />
        )}
      </WhenVisible>
    </figure>
  );
}

/** Another text whenever a curve would be another one. */
function versionOf(runs: readonly RunSummary[], metrics: ReadonlyMap<string, RunMetrics>): string {
  return runs.map(run => `${run.id} ${metrics.get(run.id)?.lines} ${metrics.get(run.id)?.revision}`).join("\n");
}
