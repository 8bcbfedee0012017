import type { Ink } from "../charts/palette";
import { Swatch } from "../charts/Swatch";
import { withUnit } from "../text/numbers";
import { visible } from "../text/visible";
import type { Evaluated } from "./EvaluationCharts";

/** All evaluations in numbers. */
export function EvaluationTable({
  evaluated,
  inks,
}: {
  evaluated: readonly Evaluated[];
  inks: ReadonlyMap<string, Ink>;
}) {
  const share = (value: number | null): string => withUnit(value, "share");
  return (
    <details class="fold">
      <summary>Evaluations as a table</summary>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Evaluations">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">After updates</th>
              <th scope="col">Accuracy</th>
              <th scope="col">95 % interval</th>
              <th scope="col">Lenient</th>
              <th scope="col">95 % interval</th>
              <th scope="col">Format</th>
              <th scope="col">Questions</th>
              <th scope="col">Gold answers not readable</th>
            </tr>
          </thead>
          <tbody>
            {evaluated.flatMap(({ run, evaluations }) =>
              evaluations.map(line => (
                <tr key={`${run.id} ${line.step}`}>
                  <th scope="row">
                    <Swatch ink={inks.get(run.id) ?? { colour: 0, dash: 0 }} /> <bdi>{visible(run.title)}</bdi>
                  </th>
                  <td class="number">{line.step}</td>
                  <td class="number">{share(line.accuracy)}</td>
                  <td class="number">
                    {share(line.accuracyLow)} to {share(line.accuracyHigh)}
                  </td>
                  <td class="number">{share(line.lenientAccuracy)}</td>
                  <td class="number">
                    {share(line.lenientLow)} to {share(line.lenientHigh)}
                  </td>
                  <td class="number">{share(line.formatRate)}</td>
                  <td class="number">{line.questions}</td>
                  <td class="number">{line.unreadableGolds ?? "–"}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}
