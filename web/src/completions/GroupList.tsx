import { useEffect, useRef } from "preact/hooks";
import type { GroupEntry } from "../api/groups";
import { useVirtualRows } from "../shell/useVirtualRows";
import { isTyping } from "../shell/keys";
import { change } from "../state/route";
import type { GroupPages } from "./groupReader";
import { GroupRow } from "./GroupRow";

const ROW_HEIGHT = 86;

/** How near the end of what was read one may scroll before more is read. */
const AHEAD = 30;

/** The groups that were read, of which only those in view are laid out. */
export function GroupList(props: {
  run: string;
  pages: GroupPages & { readonly more: () => void };
  chosen: string | undefined;
}) {
  const { pages, chosen } = props;
  const { entries } = pages;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows(frame, entries.length, ROW_HEIGHT);
  const last = rows.items[rows.items.length - 1]?.index ?? -1;
  useEffect(() => {
    if (last >= entries.length - AHEAD) {
      pages.more();
    }
  }, [last, entries.length]);
  useKeys(entries, chosen, rows.show);
  return (
    <div class="group-list" ref={frame} tabIndex={0} role="region" aria-label="Groups">
      <ol style={{ height: `${rows.height}px` }}>
        {rows.items.map(({ index, start }) => {
          const entry = entries[index];
          return (
            entry && (
              <li
                key={entry.id}
                style={{ transform: `translateY(${start}px)`, height: `${ROW_HEIGHT}px` }}
                aria-setsize={pages.page?.total ?? -1}
                aria-posinset={index + 1}
              >
                <GroupRow entry={entry} isChosen={entry.id === chosen} />
              </li>
            )
          );
        })}
      </ol>
      {!pages.isLoading && entries.length === 0 && !pages.fault && <p class="list-empty">No group is as asked for.</p>}
    </div>
  );
}

/** `j` and `k` go to the next and the previous group of the list. */
function useKeys(entries: readonly GroupEntry[], chosen: string | undefined, show: (index: number) => void): void {
  const newest = useRef({ entries, chosen, show });
  newest.current = { entries, chosen, show };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = { j: 1, k: -1 }[event.key];
      if (step === undefined || isTyping(event)) {
        return;
      }

      const now = newest.current;
      const at = now.entries.findIndex(entry => entry.id === now.chosen);
      const index = at < 0 ? 0 : Math.min(now.entries.length - 1, Math.max(0, at + step));
      const entry = now.entries[index];
      if (entry) {
        change({ group: entry.id, beside: null }, at >= 0);
        now.show(index);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
