import { useState } from "preact/hooks";
import { grouped } from "./numbers";
import { Pieces } from "./Pieces";
import { cutAt } from "./visible";

/** How much of a text is laid out at once, and how much more each time that it is asked for. */
const FIRST = 3_000;
const FURTHER = 50_000;

/** A text as text: what acts is named, and what is long is cut until more is asked for. */
export function LongText({ text, most = FIRST, class: name = "" }: { text: string; most?: number; class?: string }) {
  const [shown, setShown] = useState(most);
  const start = cutAt(text, shown);
  const left = text.length - start.length;
  return (
    <div class={`text ${name}`} dir="auto">
      <Pieces text={start} />
      {left > 0 && (
        <button type="button" class="more" onClick={() => setShown(shown + FURTHER)}>
          Show {grouped(Math.min(left, FURTHER))} more of {grouped(text.length)} characters
        </button>
      )}
    </div>
  );
}
