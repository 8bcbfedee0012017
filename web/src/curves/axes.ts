import type { AxisName } from "../api/types";
import type { Unit } from "../text/numbers";

/** What may be the x axis; the first is taken where none is chosen. */
export const AXES: readonly [AxisName, ...AxisName[]] = ["update", "question", "token", "second"];

export const AXIS_WORDS: Readonly<Record<AxisName, { readonly plural: string; readonly unit: Unit }>> = {
  update: { plural: "updates", unit: "count" },
  question: { plural: "questions", unit: "count" },
  token: { plural: "tokens", unit: "count" },
  second: { plural: "seconds", unit: "seconds" },
};
