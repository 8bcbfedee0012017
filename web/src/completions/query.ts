import { FATES, KINDS, SORTS, type GroupQuery } from "../api/groups";
import { setting, settingList, type Route } from "../state/hash";

/** Settings of the address that decide which groups are listed; a change of one is a list of its own. */
export const FILTERS = [
  "text",
  "fate",
  "kind",
  "rewardMin",
  "rewardMax",
  "tokensMin",
  "tokensMax",
  "question",
  "updateMin",
  "updateMax",
] as const;

/** The order of the list: by what, and which way. */
export const ORDERS: readonly (readonly [value: string, text: string])[] = [
  ["step", "first updates first"],
  ["-step", "last updates first"],
  ["-reward", "highest mean reward"],
  ["reward", "lowest mean reward"],
  ["-spread", "widest spread of rewards"],
  ["spread", "narrowest spread of rewards"],
  ["-advantage", "largest |advantage|"],
  ["-tokens", "longest completions"],
  ["tokens", "shortest completions"],
  ["-kept", "most kept"],
  ["kept", "fewest kept"],
  ["-distinct", "most different completions"],
  ["distinct", "fewest different completions"],
];

/** What the address asks for, as the server takes it: what is no number or no known word is left out. */
export function queryOf(route: Route): GroupQuery {
  const number = (name: string, isWhole = false, shift = 0): string | undefined => {
    const text = setting(route, name)?.trim() ?? "";
    const value = Number(text);
    return text === "" || !Number.isFinite(value) || (isWhole && (!Number.isInteger(value) || value < -shift))
      ? undefined
      : String(value + shift);
  };
  const sort = setting(route, "sort") ?? "step";
  const entries = Object.entries({
    fate: settingList(route, "fate").filter(fate => (FATES as readonly string[]).includes(fate)),
    kind: settingList(route, "kind").filter(kind => (KINDS as readonly string[]).includes(kind)),
    rewardMin: number("rewardMin"),
    rewardMax: number("rewardMax"),
    tokensMin: number("tokensMin", true),
    tokensMax: number("tokensMax", true),
    question: setting(route, "question"),
    stepMin: number("updateMin", true, -1),
    stepMax: number("updateMax", true, -1),
    text: setting(route, "text")?.slice(0, 200),
    sort: (SORTS as readonly string[]).includes(sort.replace(/^-/, "")) ? sort : "step",
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value.length > 0));
}
