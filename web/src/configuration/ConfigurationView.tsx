import { requests } from "../api/requests";
import type { RunSummary } from "../api/types";
import { Field, Notice } from "../shell/controls";
import { useAnswer } from "../state/answer";
import { known } from "../state/catalogue";
import { setting } from "../state/hash";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { visible } from "../text/visible";
import { ConfigTable } from "./ConfigTable";
import { DifferenceTable } from "./DifferenceTable";

/** The most runs that are compared key by key. */
const MOST = 16;

/** The keys in which the chosen runs differ, and all keys of each. */
export function ConfigurationView({ runs }: { runs: readonly RunSummary[] }) {
  const route = useRoute();
  const ids = runs.map(run => run.id);
  const find = (setting(route, "find") ?? "").toLowerCase();
  const { states } = useStore(known);

  // A run that is continued may have other keys.
  const version = ids.map(id => `${states.get(id)?.state} ${states.get(id)?.revision}`).join("\n");
  const details = useAnswer(`${ids.join("\n")}\n${version}`, () => Promise.all(ids.map(requests.run)), ids.join("\n"));
  const compared = ids.slice(0, MOST);
  const differences = useAnswer(
    compared.length > 1 ? `${compared.join("\n")}\n${version}` : null,
    () => requests.differences(compared),
    compared.join("\n"),
  );
  const fault = details.fault ?? (compared.length > 1 ? differences.fault : undefined);
  return (
    <section aria-label="Configuration">
      <div class="controls">
        <Field
          label="Find keys"
          value={setting(route, "find") ?? ""}
          placeholder="update, learningRate, 0.2"
          isSearch
          onInput={value => change({ find: value }, true)}
        />
      </div>
      {fault && <Notice kind="fault">{visible(fault)}</Notice>}
      {compared.length > 1 && differences.value && (
        <DifferenceTable differences={differences.value} runs={runs} find={find} />
      )}
      {runs.length > MOST && <Notice>Only the first {MOST} chosen runs are compared.</Notice>}
      {details.value?.map(run => (
        <ConfigTable key={run.id} run={run} find={find} isOpen={ids.length === 1} />
      ))}
    </section>
  );
}
