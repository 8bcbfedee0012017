import { FATES, type Completion } from "../api/groups";
import { LongText } from "../text/LongText";
import { plain } from "../text/numbers";
import { oneLine, visible } from "../text/visible";
import { Tokens, TokenSummary } from "./Tokens";
import { FATE_MEANINGS, FATE_WORDS, KIND_WORDS } from "./words";

/** One completion, or several that are the same: what became of it and why, what it earned and why, and its text. */
export function CompletionCard(props: {
  completion: Completion;
  same: readonly Completion[];
  largestAdvantage: number;
  hasTokens: boolean;
}) {
  const { completion, same, largestAdvantage, hasTokens } = props;
  const { tokens } = completion;
  return (
    <article class={same.some(({ fate }) => fate === "kept") ? "completion is-kept" : "completion"}>
      <header class="completion-head">
        <Fates same={same} />
        {same.length > 1 && <b class="times">×{same.length}</b>}
        <span class="muted">{same.map(({ index }) => `#${index + 1}`).join(" ")}</span>
        <span>
          reward <b>{plain(completion.reward ?? Number.NaN, 4)}</b>
        </span>
        <Advantage value={completion.advantage} largest={largestAdvantage} />
        <span class="muted">
          {completion.numTokens} tokens{completion.finishReason === "length" ? ", cut by the limit" : ""}
        </span>
      </header>
      {hasTokens && tokens?.pieces ? <Tokens tokens={tokens} /> : <LongText text={completion.text} />}
      <footer class="completion-foot">
        {completion.kind && <span>{KIND_WORDS[completion.kind]}</span>}
        {Object.entries(completion.rewards).map(([name, value]) => (
          <span key={name}>
            {visible(name)} <b>{plain(value ?? Number.NaN, 4)}</b>
          </span>
        ))}
        {completion.rewardReason && <span>reason: {visible(oneLine(completion.rewardReason, 300))}</span>}
        <span>
          {completion.extractedAnswer ? (
            <>
              answer found: <bdi class="mono">{oneLine(completion.extractedAnswer, 200)}</bdi>
            </>
          ) : (
            "no answer found"
          )}
        </span>
        {tokens && (
          <span>
            <TokenSummary tokens={tokens} />
          </span>
        )}
        <span class="muted">
          {visible(completion.device)}
          {completion.microBatch === null ? "" : `, micro-batch ${completion.microBatch + 1}`}
        </span>
      </footer>
    </article>
  );
}

/** What became of one completion or of several that are the same, with counts where these differ. */
function Fates({ same }: { same: readonly Completion[] }) {
  const found = FATES.map(fate => ({
    fate,
    count: same.filter(completion => completion.fate === fate).length,
  })).filter(({ count }) => count > 0);
  return (
    <>
      {found.map(({ fate, count }) => (
        <span key={fate} class={`badge badge-${fate}`} title={FATE_MEANINGS[fate]}>
          {found.length > 1 ? `${count} ` : ""}
          {FATE_WORDS[fate]}
        </span>
      ))}
    </>
  );
}

/** An advantage as a number and as a bar from the middle, left below 0 and right above, relative to the group's largest. */
function Advantage({ value, largest }: { value: number | null; largest: number }) {
  const share = value === null || largest === 0 ? 0 : (Math.abs(value) / largest) * 50;
  const isNegative = (value ?? 0) < 0;
  return (
    <span class="advantage">
      advantage <b>{value === null ? "–" : `${value > 0 ? "+" : ""}${plain(value, 3)}`}</b>
      <span class="advantage-bar" aria-hidden="true">
        <span
          class={isNegative ? "is-below" : "is-above"}
          style={{ width: `${share}%`, left: isNegative ? `${50 - share}%` : "50%" }}
        />
      </span>
    </span>
  );
}
