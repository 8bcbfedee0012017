import { useEffect, useState } from "preact/hooks";

export type Theme = "system" | "light" | "dark";

const KEY = "cppo-theme";
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let chosen: Theme = stored();

darkSystem.addEventListener("change", () => listeners.forEach(listener => listener()));
apply();

/** What was chosen, and whether the page is dark for it. */
export function useTheme(): { readonly theme: Theme; readonly isDark: boolean } {
  const [, count] = useState(0);
  useEffect(() => {
    const listener = (): void => count(value => value + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return { theme: chosen, isDark: chosen === "system" ? darkSystem.matches : chosen === "dark" };
}

/** From what is shown to the other one: light to dark, dark to light. */
export function nextTheme(): void {
  chosen = chosen === "system" ? (darkSystem.matches ? "light" : "dark") : chosen === "light" ? "dark" : "light";
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A page from a file may have no storage: the choice then lasts as long as the page.
  }

  apply();
  listeners.forEach(listener => listener());
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

function apply(): void {
  if (chosen === "system") {
    delete document.documentElement.dataset["theme"];
  } else {
    document.documentElement.dataset["theme"] = chosen;
  }
}
