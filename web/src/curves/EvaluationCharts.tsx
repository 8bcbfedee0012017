import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import { requests } from "../api/requests";
import type { AxisName, Evaluation, RunSummary } from "../api/types";
import { Chart, type Line } from "../charts/Chart";
import { joined, type Curve } from "../charts/join";
import type { Ink } from "../charts/palette";
import { Notice } from "../shell/controls";
import { useAnswer } from "../state/answer";
import { known } from "../state/catalogue";
import { useStore } from "../state/store";
import { visible } from "../text/visible";
import { AXIS_WORDS } from "./axes";
import { ChartHead } from "./ChartHead";
import { EvaluationTable } from "./EvaluationTable";
import type { CurveSettings } from "./MetricChart";

/** Evaluations of one run. */
export interface Evaluated {
  readonly run: RunSummary;
  readonly evaluations: readonly Evaluation[];
}

type Judgement = readonly [
  "accuracy" | "lenientAccuracy",
  "accuracyLow" | "lenientLow",
  "accuracyHigh" | "lenientHigh",
];

const STRICT: Judgement = ["accuracy", "accuracyLow", "accuracyHigh"];
const LENIENT: Judgement = ["lenientAccuracy", "lenientLow", "lenientHigh"];
const HEIGHT = 210;

/** Accuracies on the test questions with their 95 % intervals, strict and lenient, and all numbers as a table. */
export function EvaluationCharts(props: {
  runs: readonly RunSummary[];
  inks: ReadonlyMap<string, Ink>;
  settings: CurveSettings;
}) {
  const { runs, inks, settings } = props;
  const { states } = useStore(known);
  const key = runs
    .map(run => `${run.id} ${states.get(run.id)?.evaluations} ${states.get(run.id)?.revision}`)
    .join("\n");
  const answer = useAnswer(
    key,
    () => Promise.all(runs.map(async run => ({ run, evaluations: (await requests.evaluations(run.id)).evaluations }))),
    runs.map(run => run.id).join("\n"),
  );
  const evaluated = useMemo(
    () => (answer.value ?? []).filter(({ evaluations }) => evaluations.length > 0),
    [answer.value],
  );
  if (answer.fault) {
    return <Notice kind="fault">{visible(answer.fault)}</Notice>;
  }

  if (evaluated.length === 0) {
    return answer.isLoading ? null : <Notice>No evaluation is done yet.</Notice>;
  }

  return (
    <section class="chart-section">
      <h2>Evaluations</h2>
      <div class="chart-grid chart-grid-wide">
        <JudgementChart
          name="evaluation"
          title="Accuracy on test questions, 95 % intervals"
          judgement={STRICT}
          {...{ evaluated, inks, settings }}
        />
        <JudgementChart
          name="evaluation_lenient"
          title="Accuracy by the lenient judgement"
          judgement={LENIENT}
          {...{ evaluated, inks, settings }}
        />
      </div>
      <EvaluationTable evaluated={evaluated} inks={inks} />
    </section>
  );
}

function JudgementChart(props: {
  name: string;
  title: string;
  judgement: Judgement;
  evaluated: readonly Evaluated[];
  inks: ReadonlyMap<string, Ink>;
  settings: CurveSettings;
}) {
  const { name, title, judgement, evaluated, inks, settings } = props;
  const isLog = settings.logs.includes(name);
  const { data, lines } = useMemo(
    () => chartOf(evaluated, judgement, settings.axis, inks, isLog),
    [evaluated, settings.axis, inks, isLog],
  );
  return (
    <figure class="chart-card">
      <ChartHead name={name} title={title} value="" logs={settings.logs} isAlone />
      <Chart
        title={title}
        data={data}
        lines={lines}
        unit="share"
        xUnit={AXIS_WORDS[settings.axis].unit}
        xWord={AXIS_WORDS[settings.axis].plural}
        isLog={isLog}
        height={HEIGHT}
        zoom={settings.zoom}
        onZoom={settings.onZoom}
      />
    </figure>
  );
}

/** Three columns a run: accuracy, and the ends of its interval; on a logarithmic axis without those that are 0. */
function chartOf(
  evaluated: readonly Evaluated[],
  judgement: Judgement,
  axis: AxisName,
  inks: ReadonlyMap<string, Ink>,
  isLog: boolean,
): { data: uPlot.AlignedData; lines: Line[] } {
  const curves: Curve[] = [];
  const lines: Line[] = [];
  for (const { run, evaluations } of evaluated) {
    const ink = inks.get(run.id) ?? { colour: 0, dash: 0 };
    const placed = evaluations.flatMap(evaluation => {
      const x = axis === "update" ? evaluation.step : evaluation[axis];
      return x === null ? [] : [{ x, evaluation }];
    });
    const first = curves.length + 1;
    for (const [index, key] of judgement.entries()) {
      curves.push({
        x: placed.map(({ x }) => x),
        y: placed.map(({ evaluation }) => (isLog && !evaluation[key] ? null : evaluation[key])),
      });
      lines.push(
        index === 0
          ? { label: run.title, ink, hasPoints: true, interval: [first + 1, first + 2] }
          : { label: run.title, ink, isHidden: true },
      );
    }
  }

  return { data: joined(curves) as uPlot.AlignedData, lines };
}
