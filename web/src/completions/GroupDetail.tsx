import { useRef } from "preact/hooks";
import { requests } from "../api/requests";
import type { Group } from "../api/groups";
import type { RunSummary } from "../api/types";
import { Check, Choice, Notice } from "../shell/controls";
import { Moment } from "../shell/Moment";
import { useAnswer } from "../state/answer";
import { known } from "../state/catalogue";
import { changed, formatHash, setting, settingOf } from "../state/hash";
import { change, useRoute } from "../state/route";
import { useStore } from "../state/store";
import { LongText } from "../text/LongText";
import { plain } from "../text/numbers";
import { visible } from "../text/visible";
import { Beside } from "./Beside";
import { CompletionList, COMPLETION_ORDERS } from "./CompletionList";
import { ShadeLegend } from "./Tokens";

/** A group with all its completions, and another group's answers to the same question beside it. */
export function GroupDetail({ run, id }: { run: RunSummary; id: string }) {
  const state = useStore(known).states.get(run.id);
  const subject = `${run.id}\n${id}`;
  const newest = useRef<Group>();

  // The last group of a run that trains gets a next one.
  const isLast = newest.current?.id === id && newest.current.next === null;
  const answer = useAnswer(
    `${subject}\n${state?.revision}\n${isLast ? state?.groups : ""}`,
    () => requests.group(run.id, id),
    subject,
    group => group.indexed?.done === false,
  );
  newest.current = answer.value;
  if (answer.fault) {
    return <Notice kind="fault">{visible(answer.fault)}</Notice>;
  }

  return answer.value ? <Shown group={answer.value} /> : <Notice kind="busy">Reading the group …</Notice>;
}

function Shown({ group }: { group: Group }) {
  const route = useRoute();
  const order = settingOf(route, "order", COMPLETION_ORDERS);
  const hasTokens = setting(route, "tokens") !== "off";
  const hasPieces = group.completions.some(completion => completion.tokens?.pieces);
  const neighbour = (id: string | null, text: string) =>
    id === null ? (
      <span class="quiet is-off">{text}</span>
    ) : (
      <a class="quiet" href={formatHash(changed(route, { group: id, beside: null }))}>
        {text}
      </a>
    );
  return (
    <article class="group" aria-label={`Group of update ${group.update}`}>
      <nav class="group-nav" aria-label="Groups">
        <a class="quiet only-narrow" href={formatHash(changed(route, { group: null, beside: null }))}>
          ← List
        </a>
        {neighbour(group.previous, "← Previous")}
        {neighbour(group.next, "Next →")}
        <a class="quiet" href={formatHash(changed(route, { question: group.questionId, group: null, beside: null }))}>
          All groups of this question
        </a>
      </nav>
      <h2>
        Update {group.update} <bdi class="mono muted">{visible(group.questionId)}</bdi>
      </h2>
      <GroupFacts group={group} />
      <h3>Question</h3>
      <LongText text={group.question} class="question" />
      <h3>Gold answer</h3>
      <LongText text={group.answer} class="question mono" />
      {group.prompt !== null && (
        <details class="fold">
          <summary>Prompt, as the model saw it</summary>
          <LongText text={group.prompt} class="mono" />
        </details>
      )}
      <div class="controls">
        <h3>Completions</h3>
        <Choice
          label="Order"
          values={COMPLETION_ORDERS}
          value={order}
          onChange={value => change({ order: value === COMPLETION_ORDERS[0] ? null : value })}
        />
        {hasPieces && (
          <Check
            label="Shade tokens by logprob"
            isOn={hasTokens}
            onChange={isOn => change({ tokens: isOn ? null : "off" })}
          />
        )}
        {hasPieces && hasTokens && <ShadeLegend />}
      </div>
      {group.noTokens && <Notice>{visible(group.noTokens)}</Notice>}
      <Beside group={group} order={order} hasTokens={hasTokens}>
        <CompletionList group={group} order={order} hasTokens={hasTokens} />
      </Beside>
    </article>
  );
}

function GroupFacts({ group }: { group: Group }) {
  return (
    <p class="facts">
      <span>
        mean reward <b>{plain(group.groupMean ?? Number.NaN, 3)}</b>
      </span>
      <span>
        spread <b>{plain(group.groupStd ?? Number.NaN, 3)}</b>
      </span>
      <span>
        <b>{group.completions.length}</b> completions,{" "}
        <b>{group.completions.filter(({ fate }) => fate === "kept").length}</b> kept
      </span>
      <span>
        by policy version <b>{group.policyVersion ?? "–"}</b>
      </span>
      {group.generatedAt && (
        <span>
          generated <Moment at={group.generatedAt} />
        </span>
      )}
    </p>
  );
}
