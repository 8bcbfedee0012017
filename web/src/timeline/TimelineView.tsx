import { requests } from "../api/requests";
import type { RunSummary, Timeline } from "../api/types";
import { Choice, Notice, Select } from "../shell/controls";
import { useAnswer } from "../state/answer";
import { known } from "../state/catalogue";
import { setting, settingNumber, settingOf } from "../state/hash";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { visible } from "../text/visible";
import { Lanes } from "./Lanes";
import { TimelineTable } from "./TimelineTable";

const COUNTS = ["20", "5", "10", "50", "100"] as const;

/** When each stage worked and waited in some updates of one run: the last ones, or those from a chosen one on. */
export function TimelineView({ runs }: { runs: readonly RunSummary[] }) {
  const route = useRoute();
  const { states } = useStore(known);
  const run = runs.find(candidate => candidate.id === setting(route, "of")) ?? runs[0];
  const count = Number(settingOf(route, "count", COUNTS));
  const from = settingNumber(route, "from", 0, 1, Number.MAX_SAFE_INTEGER);
  const state = run ? states.get(run.id) : undefined;
  const version = from === 0 ? state?.updates : state && Math.min(state.updates, from + count);
  const answer = useAnswer(
    run ? `${run.id}\n${from}\n${count}\n${version}\n${state?.revision}` : null,
    () => requests.timeline(run?.id ?? "", from === 0 ? null : from - 1, count),
    run?.id ?? "",
  );
  return (
    <section aria-label="Timeline">
      <div class="controls">
        {runs.length > 1 && run && (
          <Select
            label="Timeline of"
            value={run.id}
            options={runs.map(candidate => [candidate.id, visible(candidate.title)])}
            onChange={of => change({ of, from: null })}
          />
        )}
        <Choice
          label="Updates at once"
          values={["5", "10", "20", "50", "100"] as const}
          value={String(count) as (typeof COUNTS)[number]}
          onChange={value => change({ count: value === COUNTS[0] ? null : value })}
        />
        {answer.value && <Steps timeline={answer.value} count={count} isLast={from === 0} />}
      </div>
      {answer.fault && <Notice kind="fault">{visible(answer.fault)}</Notice>}
      {answer.value && <Shown timeline={answer.value} />}
      {!answer.value && answer.isLoading && <Notice kind="busy">Reading the timeline …</Notice>}
    </section>
  );
}

function Shown({ timeline }: { timeline: Timeline }) {
  if (timeline.updates.length === 0) {
    return <Notice>No update is done yet.</Notice>;
  }

  return (
    <>
      <Lanes timeline={timeline} />
      <TimelineTable timeline={timeline} />
    </>
  );
}

/** To earlier and later updates. */
function Steps({ timeline, count, isLast }: { timeline: Timeline; count: number; isLast: boolean }) {
  const { first, updates, steps } = timeline;
  const end = (updates[updates.length - 1]?.step ?? -1) + 1;
  const goTo = (step: number): void => change({ from: Math.max(1, step + 1) });
  return (
    <div class="steps" role="group" aria-label="Which updates">
      <button type="button" class="quiet" disabled={first <= 0} onClick={() => goTo(first - count)}>
        ← Earlier
      </button>
      <span>
        {first + 1} to {end} of {steps}
      </span>
      <button type="button" class="quiet" disabled={end >= steps} onClick={() => goTo(end)}>
        Later →
      </button>
      <button type="button" class="quiet" disabled={isLast} onClick={() => change({ from: null })}>
        Last
      </button>
    </div>
  );
}
