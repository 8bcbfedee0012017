import type { ComponentChildren } from "preact";
import { requests } from "../api/requests";
import type { Group, OtherGroups } from "../api/groups";
import { Notice, Select } from "../shell/controls";
import { useAnswer } from "../state/answer";
import { known } from "../state/catalogue";
import { setting } from "../state/hash";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { plain } from "../text/numbers";
import { visible } from "../text/visible";
import { CompletionList, type CompletionOrder } from "./CompletionList";

/** A group's completions, with those of another update or run beside them that were asked the same question. */
export function Beside(props: {
  group: Group;
  order: CompletionOrder;
  hasTokens: boolean;
  children: ComponentChildren;
}) {
  const { group, children } = props;
  const route = useRoute();
  const { catalogue } = useStore(known);
  const key = `${group.run}\n${group.id}`;
  const others = useAnswer(key, () => othersOf(group), key);
  const chosen = setting(route, "beside");
  const nameOf = (run: string): string =>
    visible(catalogue?.runs.find(candidate => candidate.id === run)?.title ?? run);
  const options = (others.value?.groups ?? []).map(
    other =>
      [
        `${other.id}@${other.run}`,
        `${nameOf(other.run)}, update ${other.update}, mean reward ${plain(other.rewardMean ?? Number.NaN, 3)}`,
      ] as const,
  );
  const at = chosen?.indexOf("@") ?? -1;
  const beside = chosen !== undefined && at > 0 ? { id: chosen.slice(0, at), run: chosen.slice(at + 1) } : undefined;
  return (
    <>
      <div class="controls">
        {options.length > 0 ? (
          <Select
            label="Beside it, the same question in"
            value={chosen ?? ""}
            options={[["", "no other group"], ...options]}
            onChange={value => change({ beside: value })}
          />
        ) : (
          <span class="hint">
            {others.fault
              ? visible(others.fault)
              : others.isLoading
                ? "Looking for the same question elsewhere …"
                : "No other group was asked this question."}
          </span>
        )}
      </div>
      <div class={beside ? "two-columns" : ""}>
        {beside ? (
          <section aria-label="This group">
            <h4>
              {nameOf(group.run)}, update {group.update}
            </h4>
            {children}
          </section>
        ) : (
          children
        )}
        {beside && <Other {...props} run={beside.run} id={beside.id} name={nameOf(beside.run)} />}
      </div>
    </>
  );
}

function Other(props: { run: string; id: string; name: string; order: CompletionOrder; hasTokens: boolean }) {
  const { run, id, name, order, hasTokens } = props;
  const answer = useAnswer(`${run}\n${id}`, () => requests.group(run, id), `${run}\n${id}`);
  return (
    <section aria-label="The other group">
      <h4>
        {name}
        {answer.value ? `, update ${answer.value.update}` : ""}
      </h4>
      {answer.fault && <Notice kind="fault">{visible(answer.fault)}</Notice>}
      {answer.value && <CompletionList group={answer.value} order={order} hasTokens={hasTokens} />}
    </section>
  );
}

const ASK_AGAIN_MS = 500;
const MOST_TRIES = 60;

/** The same question's groups, asked for until the other runs' files have been read. */
async function othersOf(group: Group): Promise<OtherGroups> {
  for (let tries = 1; ; tries++) {
    const answer = await requests.others(group.run, group.id);
    if ((answer.indexed?.done ?? true) || tries === MOST_TRIES) {
      return answer;
    }

    await new Promise(done => setTimeout(done, ASK_AGAIN_MS));
  }
}
