import { useEffect, useMemo } from "preact/hooks";
import type { RunSummary } from "../api/types";
import type { Ink } from "../charts/palette";
import { formatZoom, parseZoom } from "../charts/ranges";
import { Field, Notice } from "../shell/controls";
import { setting, settingList, settingNumber, settingOf } from "../state/hash";
import { allMetrics, want } from "../state/metrics";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { visible } from "../text/visible";
import { AXES } from "./axes";
import { CurveControls } from "./CurveControls";
import { EvaluationCharts } from "./EvaluationCharts";
import { MetricChart, type CurveSettings } from "./MetricChart";
import { sectionsOf } from "./metrics";

/** All curves of the chosen runs, evaluations first. */
export function CurvesView({ runs, inks }: { runs: readonly RunSummary[]; inks: ReadonlyMap<string, Ink> }) {
  const route = useRoute();
  const metrics = useStore(allMetrics);
  const ids = runs.map(run => run.id);
  useEffect(() => {
    want(ids);
    return () => want([]);
  }, [ids.join("\n")]);

  const settings: CurveSettings = {
    axis: settingOf(route, "x", AXES),
    weight: settingNumber(route, "smooth", 0, 0, 0.99),
    logs: settingList(route, "log"),
    zoom: parseZoom(setting(route, "zoom")),
    onZoom: zoom => change({ zoom: zoom && formatZoom(zoom) }),
  };
  const found = setting(route, "find")?.toLowerCase() ?? "";
  const alone = setting(route, "chart");
  const keys = useMemo(
    () => [...new Set(ids.flatMap(id => Object.keys(metrics.get(id)?.series ?? {})))],
    [metrics, ids.join("\n")],
  );
  const sections = sectionsOf(keys)
    .map(section => ({
      ...section,
      metrics: section.metrics.filter(metric =>
        alone ? metric.key === alone : `${metric.title} ${metric.key}`.toLowerCase().includes(found),
      ),
    }))
    .filter(section => section.metrics.length > 0);
  const faults = ids.flatMap(id => metrics.get(id)?.fault ?? []);

  return (
    <section aria-label="Curves">
      <CurveControls settings={settings} isAlone={alone !== undefined} />
      {faults.map(fault => (
        <Notice key={fault} kind="fault">
          {visible(fault)}
        </Notice>
      ))}
      {!alone && found === "" && <EvaluationCharts runs={runs} inks={inks} settings={settings} />}
      {!alone && (
        <div class="find-curves">
          <Field
            label="Find curves"
            value={setting(route, "find") ?? ""}
            placeholder="reward, kl, seconds, …"
            isSearch
            onInput={find => change({ find }, true)}
          />
        </div>
      )}
      {sections.map(section => (
        <section key={section.title} class="chart-section">
          <h2>{visible(section.title)}</h2>
          <div class={alone ? "chart-alone" : "chart-grid"}>
            {section.metrics.map(metric => (
              <MetricChart
                key={metric.key}
                metric={metric}
                runs={runs}
                inks={inks}
                metrics={metrics}
                settings={settings}
                isAlone={alone !== undefined}
              />
            ))}
          </div>
        </section>
      ))}
      {sections.length === 0 && keys.length > 0 && <Notice>No curve is called so.</Notice>}
      {keys.length === 0 && faults.length === 0 && <Notice>No update is done yet.</Notice>}
    </section>
  );
}
