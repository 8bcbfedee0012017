/** The views of the page, in the order of its navigation. */
export const VIEWS = ["curves", "completions", "timeline", "configuration", "sweeps"] as const;
export type ViewName = (typeof VIEWS)[number];

/** What is shown, as the address states it: a view, and its settings by name, each with one or several values. */
export interface Route {
  readonly view: ViewName;
  readonly settings: Readonly<Record<string, readonly string[]>>;
}

/** Settings to change; `null` takes one away, so that its default holds. */
export type SettingChanges = Readonly<Record<string, string | number | readonly string[] | null>>;

/** Reads `#/view?name=value&name=value`; an unknown view is the first one. */
export function parseHash(hash: string): Route {
  const [path = "", query = ""] = split(hash.replace(/^#\/?/, ""), "?");
  const view = VIEWS.find(name => name === path) ?? VIEWS[0];
  const settings: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(query)) {
    (settings[name] ??= []).push(value);
  }

  return { view, settings };
}

/** The address of a route; the same route has the same address. */
export function formatHash(route: Route): string {
  const query = new URLSearchParams();
  for (const name of Object.keys(route.settings).sort()) {
    for (const value of route.settings[name] ?? []) {
      query.append(name, value);
    }
  }

  const text = query.toString();
  return `#/${route.view}${text === "" ? "" : `?${text}`}`;
}

/** The first value of a setting. */
export function setting(route: Route, name: string): string | undefined {
  return route.settings[name]?.[0];
}

/** All values of a setting, none twice. */
export function settingList(route: Route, name: string): readonly string[] {
  return [...new Set(route.settings[name] ?? [])];
}

/** A setting that is one of a few words, else the first of these. */
export function settingOf<T extends string>(route: Route, name: string, choices: readonly [T, ...T[]]): T {
  const value = setting(route, name);
  return choices.find(choice => choice === value) ?? choices[0];
}

/** A setting that is a number within bounds; otherwise `fallback`. */
export function settingNumber(route: Route, name: string, fallback: number, low: number, high: number): number {
  const text = setting(route, name);
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return value >= low && value <= high ? value : fallback;
}

/** The route with some settings changed. */
export function changed(route: Route, changes: SettingChanges): Route {
  const settings: Record<string, readonly string[]> = Object.assign(Object.create(null), route.settings);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
      delete settings[name];
    } else {
      settings[name] = Array.isArray(value) ? value : [String(value)];
    }
  }

  return { ...route, settings };
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
