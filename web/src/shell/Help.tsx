import { useEffect, useRef } from "preact/hooks";

const KEYS: readonly (readonly [string, string])[] = [
  ["1 … 5", "curves, completions, timeline, configuration, sweeps"],
  ["/", "search in this view"],
  ["r", "the list of runs"],
  ["x", "curves: by the next of update, question, token, second"],
  ["← →", "in a chart: the values at the next point"],
  ["+ − 0", "in a chart: zoom in, out, show all"],
  ["j k", "completions: next and previous group of the list"],
  ["t", "light or dark"],
  ["?", "this list"],
  ["Esc", "close it"],
];

/** The keys of the page, over it. */
export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <dl>
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        The address names what is shown: copy it to share a view; back and forward work. In charts drag to zoom. Control
        characters, marks of direction and invisible characters of texts are shown by their names, as{" "}
        <span class="escape">⟨U+202E⟩</span>.
      </p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
