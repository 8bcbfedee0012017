import type { Differences, RunSummary } from "../api/types";
import { Notice } from "../shell/controls";
import { LongText } from "../text/LongText";
import { oneLine, visible } from "../text/visible";

const LONGEST_VALUE = 200;

/** The keys in which runs differ, those that change numbers first. */
export function DifferenceTable(props: { differences: Differences; runs: readonly RunSummary[]; find: string }) {
  const { differences, runs, find } = props;
  const titleOf = (id: string): string => oneLine(runs.find(run => run.id === id)?.title ?? id, 60);
  const keys = differences.keys
    .filter(({ key, values }) => `${key} ${values.join(" ")}`.toLowerCase().includes(find))
    .sort((left, right) => Number(right.determines) - Number(left.determines));
  return (
    <section>
      <h2>Differences</h2>
      <p class="hint">
        {differences.same} keys are the same in all {differences.runs.length} runs.
      </p>
      {keys.length === 0 ? (
        <Notice>{differences.keys.length === 0 ? "No key differs." : "No key that differs is as asked for."}</Notice>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Differences of configurations">
          <table class="config">
            <thead>
              <tr>
                <th scope="col">Key</th>
                {differences.runs.map(run => (
                  <th key={run} scope="col">
                    <bdi>{titleOf(run)}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {keys.map(({ key, values, determines }) => (
                <tr key={key} class={determines ? "" : "is-aside"}>
                  <th scope="row" class="mono">
                    {visible(key)}
                    {!determines && <span class="hint"> changes no number</span>}
                  </th>
                  {values.map((value, index) => (
                    <td key={index} class="mono">
                      {value === null ? (
                        <span class="muted">not there</span>
                      ) : (
                        <LongText text={value} most={LONGEST_VALUE} />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
