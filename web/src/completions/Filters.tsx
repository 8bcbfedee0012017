import { useEffect, useRef, useState } from "preact/hooks";
import { FATES, KINDS } from "../api/groups";
import { Field, Select } from "../shell/controls";
import { setting, settingList } from "../state/hash";
import { change, useRoute } from "../state/route";
import { visible } from "../text/visible";
import { FATE_WORDS, KIND_WORDS } from "./words";
import { FILTERS, ORDERS } from "./query";

const TYPING_MS = 250;

/** Search, filters and order of the list of groups. */
export function Filters() {
  const route = useRoute();
  const count = FILTERS.filter(name => name !== "text" && setting(route, name) !== undefined).length;
  const question = setting(route, "question");
  const [isOpen, setOpen] = useState(count > 0);
  return (
    <div class="filters">
      <div class="controls">
        <Typed name="text" label="Search" placeholder="in questions, answers, completions" isSearch />
        <Select
          label="Order"
          value={setting(route, "sort") ?? "step"}
          options={ORDERS}
          onChange={sort => change({ sort: sort === "step" ? null : sort })}
        />
        <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Filters{count > 0 ? ` (${count})` : ""}
        </button>
        {(count > 0 || setting(route, "text")) && (
          <button
            type="button"
            class="quiet"
            onClick={() => change(Object.fromEntries(FILTERS.map(name => [name, null])))}
          >
            Clear
          </button>
        )}
        {question !== undefined && (
          <span class="hint">
            only question <bdi class="mono">{visible(question)}</bdi>
          </span>
        )}
      </div>
      {isOpen && (
        <div class="controls filter-more">
          <Several name="fate" label="Fate" words={FATES.map(fate => [fate, FATE_WORDS[fate]])} />
          <Several name="kind" label="Kind" words={KINDS.map(kind => [kind, KIND_WORDS[kind]])} />
          <Range low="rewardMin" high="rewardMax" label="Reward" step="any" />
          <Range low="tokensMin" high="tokensMax" label="Tokens" step="1" />
          <Range low="updateMin" high="updateMax" label="Update" step="1" />
          <Typed name="question" label="Question's id" placeholder="train.csv:7" />
        </div>
      )}
    </div>
  );
}

/** Several words of which any may hold; none means all. */
function Several(props: { name: string; label: string; words: readonly (readonly [string, string])[] }) {
  const route = useRoute();
  const chosen = settingList(route, props.name);
  const toggle = (word: string): void =>
    change({ [props.name]: chosen.includes(word) ? chosen.filter(other => other !== word) : [...chosen, word] });
  return (
    <div class="choice choice-many" role="group" aria-label={props.label}>
      <span class="control-label">{props.label}</span>
      {props.words.map(([word, text]) => (
        <button key={word} type="button" aria-pressed={chosen.includes(word)} onClick={() => toggle(word)}>
          {text}
        </button>
      ))}
    </div>
  );
}

function Range({ low, high, label, step }: { low: string; high: string; label: string; step: string }) {
  return (
    <div class="range" role="group" aria-label={label}>
      <Typed name={low} label={`${label} from`} type="number" step={step} />
      <Typed name={high} label="to" type="number" step={step} />
    </div>
  );
}

/** A field whose value goes to the address shortly after the last key. */
function Typed(props: {
  name: string;
  label: string;
  placeholder?: string;
  type?: "search" | "number";
  step?: string;
  isSearch?: boolean;
}) {
  const route = useRoute();
  const stated = setting(route, props.name) ?? "";
  const [typed, setTyped] = useState(stated);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => setTyped(stated), [stated]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { name, ...field } = props;
  return (
    <Field
      {...field}
      value={typed}
      onInput={value => {
        setTyped(value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => change({ [name]: value }, true), TYPING_MS);
      }}
    />
  );
}
