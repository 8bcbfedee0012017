import { useState } from "preact/hooks";
import type { RunSummary } from "../api/types";
import { Notice, Select } from "../shell/controls";
import { known } from "../state/catalogue";
import { setting } from "../state/hash";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { grouped } from "../text/numbers";
import { visible } from "../text/visible";
import { Filters } from "./Filters";
import { GroupDetail } from "./GroupDetail";
import { GroupList } from "./GroupList";
import { useGroupPages } from "./groupPages";
import type { GroupPages } from "./groupReader";
import { queryOf } from "./query";

/** The groups of one run: a list to search, filter and sort, and beside it the one that is chosen. */
export function CompletionsView({ runs }: { runs: readonly RunSummary[] }) {
  const route = useRoute();
  const run = runs.find(candidate => candidate.id === setting(route, "of")) ?? runs[0];
  if (!run) {
    return <Notice>Choose a run.</Notice>;
  }

  return (
    <section aria-label="Completions" class={setting(route, "group") ? "completions has-group" : "completions"}>
      {runs.length > 1 && (
        <div class="controls">
          <Select
            label="Completions of"
            value={run.id}
            options={runs.map(candidate => [candidate.id, visible(candidate.title)])}
            onChange={of => change({ of, group: null, beside: null })}
          />
        </div>
      )}
      <Groups key={run.id} run={run} />
    </section>
  );
}

function Groups({ run }: { run: RunSummary }) {
  const route = useRoute();
  const { states } = useStore(known);
  const revision = states.get(run.id)?.revision ?? "";
  const [version, setVersion] = useState(0);
  const groupsNow = states.get(run.id)?.groups ?? 0;
  const pages = useGroupPages(run.id, queryOf(route), `${version} ${revision}`);
  const group = setting(route, "group");
  return (
    <>
      <Filters />
      <div class="panes">
        <div class="pane-list">
          <p class="list-state" role="status">
            {stateOf(pages)}
            {pages.page && groupsNow > pages.groupsThen && (
              <button type="button" class="quiet" onClick={() => setVersion(version + 1)}>
                Show {grouped(groupsNow - pages.groupsThen)} new groups
              </button>
            )}
          </p>
          {pages.fault && <Notice kind="fault">{visible(pages.fault)}</Notice>}
          {pages.page?.indexed.faults.map(fault => (
            <Notice key={fault}>{visible(fault)}</Notice>
          ))}
          <GroupList run={run.id} pages={pages} chosen={group} />
        </div>
        <div class="pane-detail">
          {group ? (
            <GroupDetail run={run} id={group} />
          ) : (
            <Notice>Choose a group to see its completions; j and k go down and up the list.</Notice>
          )}
        </div>
      </div>
    </>
  );
}

/** How many groups there are, and how far a search or the reading of files is. */
function stateOf({ page, entries, isLoading }: GroupPages): string {
  if (!page) {
    return isLoading ? "Reading the groups …" : "";
  }

  const parts: string[] = [];
  if (page.total !== null) {
    parts.push(page.total === 1 ? "1 group" : `${grouped(page.total)} groups`);
  } else {
    parts.push(`${grouped(entries.length)} groups so far`);
  }

  if (page.search && !page.search.done) {
    parts.push(`searched ${grouped(page.search.searched)} of ${grouped(page.search.of)}`);
  }

  if (!page.indexed.done) {
    parts.push(`reading file ${grouped(page.indexed.files)} of ${grouped(page.indexed.filesOf)}`);
  }

  return parts.join(", ");
}
