import type { ComponentChildren } from "preact";
import { requests } from "../api/requests";
import type { Group } from "../api/groups";
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
  const { catalogue, states } = useStore(known);
  const subject = `${group.run}\n${group.id}`;
  const versions = [...states.values()].map(state => `${state.groups} ${state.revision}`).join("\n");
  const others = useAnswer(
    `${subject}\n${versions}`,
    () => requests.others(group.run, group.id),
    subject,
    answer => answer.indexed?.done === false,
  );
  const isLooking = others.isLoading || others.value?.indexed?.done === false;
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
              : isLooking
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
  const revision = useStore(known).states.get(run)?.revision;
  const subject = `${run}\n${id}`;
  const answer = useAnswer(`${subject}\n${revision}`, () => requests.group(run, id), subject);
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
