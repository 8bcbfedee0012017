import { changed, formatHash } from "../state/hash";
import { change, useRoute } from "../state/route";

/** A chart's title, which links to the chart alone, its newest value, and the switch to a logarithmic axis. */
export function ChartHead(props: {
  name: string;
  title: string;
  value: string;
  logs: readonly string[];
  isAlone: boolean;
}) {
  const route = useRoute();
  const { name, title, value, logs, isAlone } = props;
  const isLog = logs.includes(name);
  const others = logs.filter(other => other !== name);
  return (
    <figcaption class="chart-head">
      {isAlone ? (
        <span class="chart-title">{title}</span>
      ) : (
        <a class="chart-title" href={formatHash(changed(route, { chart: name }))} title={`${name}: show alone`}>
          {title}
        </a>
      )}
      <span class="chart-value">{value}</span>
      <button
        type="button"
        class="tiny"
        aria-pressed={isLog}
        aria-label={`Logarithmic axis: ${title}`}
        onClick={() => change({ log: isLog ? others : [...others, name] })}
      >
        log
      </button>
    </figcaption>
  );
}
