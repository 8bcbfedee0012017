import { FATES, type GroupEntry } from "../api/groups";
import { changed, formatHash } from "../state/hash";
import { useRoute } from "../state/route";
import { plain } from "../text/numbers";
import { oneLine, visible } from "../text/visible";
import { FATE_WORDS } from "./words";

/** One group of the list: its question, what it earned, and what became of its completions. */
export function GroupRow({ entry, isChosen }: { entry: GroupEntry; isChosen: boolean }) {
  const route = useRoute();
  const fates = FATES.filter(fate => entry.fates[fate] > 0);
  const words = fates.map(fate => `${entry.fates[fate]} ${FATE_WORDS[fate]}`).join(", ");
  return (
    <a
      class="group-row"
      href={formatHash(changed(route, { group: entry.id, beside: null }))}
      aria-current={isChosen ? "true" : undefined}
    >
      <span class="group-row-head">
        <b>Update {entry.update}</b>
        <bdi class="mono muted">{visible(oneLine(entry.questionId, 40))}</bdi>
        <span class="group-row-reward">
          reward {plain(entry.rewardMean ?? Number.NaN, 3)}{" "}
          <span class="muted">± {plain(entry.rewardStd ?? Number.NaN, 2)}</span>
        </span>
      </span>
      <span class="group-row-question" dir="auto">
        {oneLine(entry.question, 160)}
        {entry.questionCut ? "…" : ""}
      </span>
      <span class="group-row-foot">
        <span class="fate-bar" aria-hidden="true">
          {fates.map(fate => (
            <span key={fate} class={`fate-${fate}`} style={{ flexGrow: entry.fates[fate] }} />
          ))}
        </span>
        <span class="muted">
          {words}
          {entry.matching < entry.completions && `; ${entry.matching} as asked for`}
          {entry.distinct < entry.completions && `; ${entry.distinct} different`}
        </span>
      </span>
    </a>
  );
}
