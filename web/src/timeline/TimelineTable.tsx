import type { Timeline } from "../api/types";
import { duration } from "../text/numbers";
import { visible } from "../text/visible";

/** Seconds of each update and what its stages worked in it. */
export function TimelineTable({ timeline }: { timeline: Timeline }) {
  const seconds = (value: number | null | undefined): string =>
    value === null || value === undefined ? "–" : duration(value);
  return (
    <details class="fold">
      <summary>As a table</summary>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Seconds of updates">
        <table>
          <thead>
            <tr>
              <th scope="col">Update</th>
              <th scope="col">Took</th>
              <th scope="col">Side by side</th>
              <th scope="col">Rollouts waited</th>
              <th scope="col">Update waited</th>
              {timeline.stages.map(stage => (
                <th key={stage} scope="col">
                  {visible(stage)} worked
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {timeline.updates.map(update => (
              <tr key={update.step}>
                <th scope="row">{update.step + 1}</th>
                <td class="number">{seconds(update.seconds)}</td>
                <td class="number">{seconds(update.overlap)}</td>
                <td class="number">{seconds(update.rolloutsWaited)}</td>
                <td class="number">{seconds(update.updateWaited)}</td>
                {timeline.stages.map((stage, index) => (
                  <td key={stage} class="number">
                    {seconds(update.busy[index])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
