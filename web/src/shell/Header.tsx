import type { Catalogue } from "../api/types";
import { formatHash, VIEWS, type Route, type ViewName } from "../state/hash";
import { viewRoute } from "../state/route";
import { nextTheme, useTheme } from "../state/theme";
import { Moment } from "./Moment";

export const VIEW_WORDS: Readonly<Record<ViewName, string>> = {
  curves: "Curves",
  completions: "Completions",
  timeline: "Timeline",
  configuration: "Configuration",
  sweeps: "Sweeps",
};

/** The page's head: views, light and dark, help. */
export function Header(props: { route: Route; catalogue: Catalogue | undefined; onHelp: () => void }) {
  const { route, catalogue, onHelp } = props;
  const { isDark } = useTheme();
  const views = VIEWS.filter(
    view => view !== "sweeps" || route.view === "sweeps" || (catalogue?.sweeps.length ?? 0) > 0,
  );
  return (
    <header class="head">
      <p class="brand">
        <span class="brand-name">Cppo</span>
        {catalogue && <span class="muted">{catalogue.program}</span>}
        {catalogue?.offline && (
          <span class="muted brand-report">
            report of <Moment at={catalogue.offline.created} />
          </span>
        )}
      </p>
      <nav class="tabs" aria-label="Views">
        {views.map(view => (
          <a
            key={view}
            href={formatHash(viewRoute(route, view))}
            aria-current={view === route.view ? "page" : undefined}
          >
            {VIEW_WORDS[view]}
          </a>
        ))}
      </nav>
      <div class="head-tools">
        <button type="button" class="quiet" onClick={nextTheme} aria-label={isDark ? "Show light" : "Show dark"}>
          {isDark ? "Light" : "Dark"}
        </button>
        <button type="button" class="quiet" onClick={onHelp} aria-label="Keys and help">
          ?
        </button>
      </div>
    </header>
  );
}
