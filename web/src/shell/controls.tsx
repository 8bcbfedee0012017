import type { ComponentChildren } from "preact";

/** A choice of a few words, all of them visible. */
export function Choice<T extends string>(props: {
  label: string;
  values: readonly T[];
  value: T;
  words?: Readonly<Partial<Record<T, string>>>;
  onChange: (value: T) => void;
}) {
  const { label, values, value, words, onChange } = props;
  return (
    <div class="choice" role="group" aria-label={label}>
      <span class="control-label">{label}</span>
      {values.map(word => (
        <button key={word} type="button" aria-pressed={word === value} onClick={() => onChange(word)}>
          {words?.[word] ?? word}
        </button>
      ))}
    </div>
  );
}

/** A choice out of many, as a list that opens. */
export function Select(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span class="control-label">{props.label}</span>
      <select value={props.value} onChange={event => props.onChange(event.currentTarget.value)}>
        {props.options.map(([value, text]) => (
          <option key={value} value={value} selected={value === props.value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A mark to set or take away. */
export function Check(props: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={props.isOn} onChange={event => props.onChange(event.currentTarget.checked)} />
      {props.label}
    </label>
  );
}

/** A field of text or of a number; what is typed is told as it is typed. */
export function Field(props: {
  label: string;
  value: string;
  type?: "search" | "number";
  placeholder?: string;
  isSearch?: boolean;
  step?: string;
  onInput: (value: string) => void;
}) {
  return (
    <label class="field">
      <span class="control-label">{props.label}</span>
      <input
        type={props.type ?? "search"}
        value={props.value}
        placeholder={props.placeholder}
        maxLength={200}
        {...(props.step ? { step: props.step } : {})}
        {...(props.isSearch ? { "data-search": "" } : {})}
        autocomplete="off"
        spellcheck={false}
        onInput={event => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** A sentence in place of content: nothing is there, something failed, something is under way. */
export function Notice({ kind = "note", children }: { kind?: "note" | "fault" | "busy"; children: ComponentChildren }) {
  return (
    <p class={`notice notice-${kind}`} role={kind === "fault" ? "alert" : "status"}>
      {children}
    </p>
  );
}
