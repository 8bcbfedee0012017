import type { RunSummary } from "../api/types";
import type { Ink } from "../charts/palette";
import { Swatch } from "../charts/Swatch";
import { withUnit } from "../text/numbers";
import { oneLine, visible } from "../text/visible";
import { Notice } from "./controls";
import { Moment } from "./Moment";

/** Model, data, seed, date and version of the chosen runs, and how far they came. */
export function RunFacts({ runs, inks }: { runs: readonly RunSummary[]; inks: ReadonlyMap<string, Ink> }) {
  if (runs.length === 0) {
    return null;
  }

  return (
    <>
      <div class="table-frame run-facts" tabIndex={0} role="region" aria-label="The chosen runs">
        <table>
          <thead>
            <tr>
              {["Run", "Updates", "Accuracy", "Model", "Training data", "Test data", "Seed", "Began", "Version"].map(
                name => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {runs.map(run => (
              <tr key={run.id}>
                <th scope="row">
                  <Swatch ink={inks.get(run.id) ?? { colour: 0, dash: 0 }} /> <bdi>{oneLine(run.title, 60)}</bdi>
                </th>
                <td data-name="Updates">
                  {run.updates}
                  {run.updatesOf === null ? "" : ` of ${run.updatesOf}`} <span class="muted">{run.state}</span>
                </td>
                <td data-name="Accuracy">{accuracyOf(run)}</td>
                <td data-name="Model">
                  <Cut text={run.model} />
                </td>
                <td data-name="Training data">
                  <Cut text={run.train} />
                </td>
                <td data-name="Test data">
                  <Cut text={run.test} />
                </td>
                <td data-name="Seed">{run.seed ?? "–"}</td>
                <td data-name="Began">{run.began === null ? "–" : <Moment at={run.began} />}</td>
                <td data-name="Version">{run.version === null ? "–" : oneLine(run.version, 30)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {runs.map(
        run =>
          run.fault && (
            <Notice key={run.id} kind="fault">
              {visible(run.title)}: {visible(run.fault)}
            </Notice>
          ),
      )}
    </>
  );
}

function Cut({ text }: { text: string | null }) {
  return text === null || text === "" ? <>–</> : <bdi title={visible(oneLine(text, 400))}>{oneLine(text, 48)}</bdi>;
}

function accuracyOf({ accuracyBefore, accuracyAfter }: RunSummary): string {
  if (accuracyBefore === null && accuracyAfter === null) {
    return "–";
  }

  const after = withUnit(accuracyAfter, "share");
  return accuracyBefore === null ? after : `${withUnit(accuracyBefore, "share")} → ${after}`;
}
