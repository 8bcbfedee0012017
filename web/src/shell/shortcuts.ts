import { useEffect } from "preact/hooks";
import { AXES } from "../curves/axes";
import { settingOf, VIEWS } from "../state/hash";
import { change, currentRoute, go, viewRoute } from "../state/route";
import { nextTheme } from "../state/theme";
import { isTyping } from "./keys";

/** Keys that work everywhere but in fields. */
export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isTyping(event) && act(event.key, onHelp)) {
        event.preventDefault();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** Does what a key stands for; false where it stands for nothing. */
function act(key: string, onHelp: () => void): boolean {
  const view = VIEWS[Number(key) - 1];
  if (view) {
    go(viewRoute(currentRoute(), view));
    return true;
  }

  switch (key) {
    case "?":
      onHelp();
      return true;
    case "/":
      return focus("[data-search]");
    case "r":
      return focus(".runs input, .runs summary");
    case "t":
      nextTheme();
      return true;
    case "x": {
      const route = currentRoute();
      if (route.view !== "curves") {
        return false;
      }

      const next = AXES[(AXES.indexOf(settingOf(route, "x", AXES)) + 1) % AXES.length] ?? AXES[0];
      change({ x: next === AXES[0] ? null : next, zoom: null });
      return true;
    }
    default:
      return false;
  }
}

function focus(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.focus();
  return element !== null;
}
