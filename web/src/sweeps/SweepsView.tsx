import { requests } from "../api/requests";
import type { Sweep, SweepSummary } from "../api/types";
import { Notice, Select } from "../shell/controls";
import { useAnswer } from "../state/answer";
import { known } from "../state/catalogue";
import { setting } from "../state/hash";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { LongText } from "../text/LongText";
import { oneLine, visible } from "../text/visible";
import { svgAddress } from "./svgAddress";
import { SweepTableView } from "./SweepTableView";

/** The results of one sweep: figures, tables and the lines of its results.md. */
export function SweepsView({ sweeps }: { sweeps: readonly SweepSummary[] }) {
  const route = useRoute();
  const chosen = sweeps.find(sweep => sweep.id === setting(route, "sweep")) ?? sweeps[0];
  const changed = useStore(known).sweeps.get(chosen?.id ?? "")?.changed ?? "";
  const answer = useAnswer(
    chosen ? `${chosen.id}\n${changed}` : null,
    () => requests.sweep(chosen?.id ?? ""),
    chosen?.id ?? "",
  );
  if (!chosen) {
    return <Notice>There are no results of sweeps here.</Notice>;
  }

  return (
    <section aria-label="Sweeps">
      <div class="controls">
        <Select
          label="Sweep"
          value={chosen.id}
          options={sweeps.map(sweep => [sweep.id, oneLine(sweep.title, 100)])}
          onChange={sweep => change({ sweep })}
        />
        <span class="hint mono">{visible(chosen.directory)}</span>
      </div>
      {answer.fault && <Notice kind="fault">{visible(answer.fault)}</Notice>}
      {answer.value ? (
        <Results sweep={answer.value} />
      ) : (
        answer.isLoading && <Notice kind="busy">Reading the results …</Notice>
      )}
    </section>
  );
}

function Results({ sweep }: { sweep: Sweep }) {
  return (
    <>
      {sweep.faults?.map(fault => (
        <Notice key={fault} kind="fault">
          {visible(fault)}
        </Notice>
      ))}
      {sweep.figures.length > 0 && (
        <div class="figures">
          {sweep.figures.map(figure => (
            <figure key={figure.name} class="paper">
              <img src={svgAddress(figure.svg)} alt={visible(figure.name)} />
              <figcaption class="hint">{visible(figure.name)}</figcaption>
            </figure>
          ))}
        </div>
      )}
      {sweep.tables.map(table => (
        <SweepTableView key={table.name} table={table} />
      ))}
      {sweep.text && (
        <details class="fold">
          <summary>results.md</summary>
          <LongText text={sweep.text} class="mono" most={20_000} />
        </details>
      )}
    </>
  );
}
