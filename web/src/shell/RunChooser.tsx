import { useState } from "preact/hooks";
import type { Catalogue, RunSummary } from "../api/types";
import type { Ink } from "../charts/palette";
import { Swatch } from "../charts/Swatch";
import { change } from "../state/route";
import { oneLine, visible } from "../text/visible";
import { Field } from "./controls";

/** From as many runs on there is a field to find them by name. */
const MANY = 8;

const STATES: Readonly<Record<RunSummary["state"], string>> = {
  running: "running",
  finished: "finished",
  interrupted: "interrupted",
};

/** All runs, each to show or not to show. On narrow screens it is folded. */
export function RunChooser(props: { catalogue: Catalogue; chosen: readonly string[]; inks: ReadonlyMap<string, Ink> }) {
  const { catalogue, chosen, inks } = props;
  const [find, setFind] = useState("");
  const [isOpen, setOpen] = useState(() => matchMedia("(min-width: 1000px)").matches);
  const runs = catalogue.runs.filter(run => `${run.title} ${run.directory}`.toLowerCase().includes(find.toLowerCase()));
  const set = (ids: readonly string[]): void => change({ runs: ids, of: null, group: null, beside: null });
  return (
    <aside class="runs" aria-label="Runs">
      <details open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          Runs{" "}
          <span class="muted">
            {chosen.length} of {catalogue.runs.length}
          </span>
        </summary>
        {catalogue.runs.length >= MANY && <Field label="Find runs" value={find} onInput={setFind} />}
        <ul>
          {runs.map(run => {
            const isChosen = chosen.includes(run.id);
            const others = chosen.filter(id => id !== run.id);
            const ink = inks.get(run.id);
            return (
              <li key={run.id}>
                <label>
                  <input
                    type="checkbox"
                    checked={isChosen}
                    disabled={isChosen && others.length === 0}
                    onChange={() => set(isChosen ? others : [...chosen, run.id])}
                  />
                  <span class="run-name">
                    {ink ? <Swatch ink={ink} /> : <span class="swatch-none" />}
                    <bdi title={visible(run.directory)}>{oneLine(run.title, 80)}</bdi>
                  </span>
                  <span class={`run-state run-${run.state}`}>
                    {STATES[run.state]}, {run.updates}
                    {run.updatesOf === null ? "" : ` of ${run.updatesOf}`}
                  </span>
                </label>
                {catalogue.runs.length > 1 && (
                  <button
                    type="button"
                    class="tiny"
                    onClick={() => set([run.id])}
                    aria-label={`Only ${visible(run.title)}`}
                  >
                    only
                  </button>
                )}
              </li>
            );
          })}
        </ul>
        {runs.length === 0 && <p class="hint">No run is called so.</p>}
      </details>
    </aside>
  );
}
