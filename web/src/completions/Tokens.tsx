import { useState } from "preact/hooks";
import type { Completion } from "../api/groups";
import { grouped, plain } from "../text/numbers";
import { Pieces } from "../text/Pieces";
import { cutAt, oneLine, visible } from "../text/visible";
import { shadeOf, SHADES, summaryOf } from "./probability";

/** How many tokens are laid out at once, how many more each time, and how much of one token's text. */
const FIRST = 1_200;
const FURTHER = 5_000;
const LONGEST = 2_000;

/** A completion's tokens, each shaded by how unlikely it was when it was drawn. */
export function Tokens({ tokens }: { tokens: NonNullable<Completion["tokens"]> }) {
  const [shown, setShown] = useState(FIRST);
  const all = tokens.pieces ?? [];
  const left = all.length - shown;
  return (
    <div class="text tokens" dir="auto">
      {all.slice(0, shown).map((piece, index) => {
        const logprob = tokens.logprobs[index] ?? null;
        return (
          <span
            key={index}
            class={`token shade-${shadeOf(logprob)}`}
            title={titleOf(tokens.ids[index], piece, logprob)}
          >
            <Pieces text={cutAt(piece, LONGEST)} />
          </span>
        );
      })}
      {left > 0 && (
        <button type="button" class="more" onClick={() => setShown(shown + FURTHER)}>
          Show {grouped(Math.min(left, FURTHER))} more of {grouped(all.length)} tokens
        </button>
      )}
    </div>
  );
}

/** The mean logprob and the least likely token, in words. */
export function TokenSummary({ tokens }: { tokens: NonNullable<Completion["tokens"]> }) {
  const summary = summaryOf(tokens.logprobs);
  if (!summary) {
    return null;
  }

  const lowest = tokens.logprobs[summary.lowest] ?? 0;
  const piece = oneLine(tokens.pieces?.[summary.lowest] ?? "", 24);
  return (
    <>
      mean logprob {plain(summary.mean, 3)}, least likely <bdi class="mono">“{piece}”</bdi> {percent(lowest)}
    </>
  );
}

/** What the shades mean. */
export function ShadeLegend() {
  const words = ["above 90 %", "70 %", "50 %", "30 %", "10 %", "1 %", "less"];
  return (
    <p class="shades" aria-label="Shades of tokens by their probability">
      <span class="control-label">Probability</span>
      {Array.from({ length: SHADES + 1 }, (_, shade) => (
        <span key={shade} class={`shade-${shade}`}>
          {words[shade]}
        </span>
      ))}
    </p>
  );
}

function titleOf(id: number | undefined, piece: string, logprob: number | null): string {
  const text = piece === "" ? "part of a character" : visible(oneLine(piece, 40));
  return `${text}\ntoken ${id ?? "?"}, logprob ${logprob === null ? "unknown" : `${plain(logprob, 4)}, ${percent(logprob)}`}`;
}

function percent(logprob: number): string {
  return `${plain(Math.exp(logprob) * 100, 3)} %`;
}
