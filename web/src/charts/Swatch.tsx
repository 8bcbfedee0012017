import { useTheme } from "../state/theme";
import { DARK, DASHES, LIGHT, type Ink } from "./palette";

/** A short piece of a run's line: its colour and its dash. */
export function Swatch({ ink }: { ink: Ink }) {
  const { isDark } = useTheme();
  return (
    <svg class="swatch" width="22" height="10" viewBox="0 0 22 10" aria-hidden="true">
      <line
        x1="1"
        x2="21"
        y1="5"
        y2="5"
        stroke={(isDark ? DARK : LIGHT)[ink.colour] ?? "currentColor"}
        stroke-width="3"
        stroke-linecap="round"
        stroke-dasharray={(DASHES[ink.dash] ?? []).join(" ")}
      />
    </svg>
  );
}
