import { useEffect, useState } from "preact/hooks";
import { changed, formatHash, parseHash, type Route, type SettingChanges, type ViewName } from "./hash";

let current = parseHash(location.hash);
const listeners = new Set<() => void>();

addEventListener("hashchange", () => {
  current = parseHash(location.hash);
  listeners.forEach(listener => listener());
});

/** The route of now, and again whenever the address changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const listener = (): void => setRoute(current);
    listener();
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return route;
}

/** Goes to a route: as a new entry of the history, or in place of this one where a control moves in small steps. */
export function go(route: Route, replace = false): void {
  const hash = formatHash(route);
  if (hash === location.hash) {
    return;
  }

  if (replace) {
    history.replaceState(null, "", hash);
    current = route;
    listeners.forEach(listener => listener());
  } else {
    location.hash = hash;
  }
}

/** Changes settings of the view that is shown. */
export function change(changes: SettingChanges, replace = false): void {
  go(changed(current, changes), replace);
}

/** What views have in common, and so is kept when one goes from view to view. */
const SHARED = ["runs"];

/** The route of another view with the same runs and nothing else. */
export function viewRoute(route: Route, view: ViewName): Route {
  const settings = Object.fromEntries(Object.entries(route.settings).filter(([name]) => SHARED.includes(name)));
  return { view, settings };
}

/** The route of now, for what is asked for by a key. */
export function currentRoute(): Route {
  return current;
}
