import type { RunDetails } from "../api/types";
import { Notice } from "../shell/controls";
import { LongText } from "../text/LongText";
import { oneLine, visible } from "../text/visible";

const LONGEST_VALUE = 400;

/** All keys of one run's config.json. */
export function ConfigTable({ run, find, isOpen }: { run: RunDetails; find: string; isOpen: boolean }) {
  const keys = run.config.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(find));
  return (
    <details class="fold" open={isOpen}>
      <summary>
        All keys of <bdi>{oneLine(run.title, 80)}</bdi>
      </summary>
      {run.droppedQuestions.length > 0 && (
        <Notice>
          Training questions that are not asked:{" "}
          {run.droppedQuestions.map(({ reason, count }) => `${count} (${visible(reason)})`).join(", ")}
        </Notice>
      )}
      {keys.length === 0 ? (
        <Notice>
          {run.config.length === 0 ? "This run has no configuration that can be read." : "No key is as asked for."}
        </Notice>
      ) : (
        <div class="table-frame" tabIndex={0} role="region" aria-label="Configuration">
          <table class="config">
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              {keys.map(({ key, value }) => (
                <tr key={key}>
                  <th scope="row" class="mono">
                    {visible(key)}
                  </th>
                  <td class="mono">
                    <LongText text={value} most={LONGEST_VALUE} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
