import { useEffect, useMemo, useState } from "preact/hooks";
import type { Catalogue, RunSummary } from "../api/types";
import { inks } from "../charts/palette";
import { CompletionsView } from "../completions/CompletionsView";
import { ConfigurationView } from "../configuration/ConfigurationView";
import { CurvesView } from "../curves/CurvesView";
import { known } from "../state/catalogue";
import { settingList, type Route } from "../state/hash";
import { useRoute } from "../state/route";
import { useStore } from "../state/store";
import { SweepsView } from "../sweeps/SweepsView";
import { oneLine, visible } from "../text/visible";
import { TimelineView } from "../timeline/TimelineView";
import { chosenRuns } from "./chosenRuns";
import { Notice } from "./controls";
import { Header } from "./Header";
import { Help } from "./Help";
import { RunChooser } from "./RunChooser";
import { RunFacts } from "./RunFacts";
import { useShortcuts } from "./shortcuts";

/** The whole page: its head, the runs to choose from, and the view that the address names. */
export function App() {
  const route = useRoute();
  const { catalogue, fault } = useStore(known);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts(() => setHelpOpen(true));
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        To the content
      </a>
      <Header route={route} catalogue={catalogue} onHelp={() => setHelpOpen(true)} />
      {fault && <Notice kind="fault">{visible(fault)}</Notice>}
      {catalogue ? (
        <Body route={route} catalogue={catalogue} />
      ) : (
        !fault && <Notice kind="busy">Reading the runs …</Notice>
      )}
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </>
  );
}

function Body({ route, catalogue }: { route: Route; catalogue: Catalogue }) {
  const ids = catalogue.runs.map(run => run.id).join("\n");
  const asked = settingList(route, "runs");
  const chosen = chosenRuns(catalogue, asked);
  const names = chosen.map(run => run.id);
  const ink = useMemo(() => inks(ids.split("\n"), names), [ids, names.join("\n")]);
  useEffect(() => {
    document.title = `${chosen.map(run => oneLine(run.title, 40)).join(", ") || "Runs"}: ${route.view}`;
  });
  const missing = asked.filter(id => !catalogue.runs.some(run => run.id === id));
  return (
    <div class="body">
      <RunChooser catalogue={catalogue} chosen={names} inks={ink} />
      <main id="main" tabIndex={-1}>
        {catalogue.offline?.leftOut.map(sentence => (
          <Notice key={sentence}>{visible(sentence)}</Notice>
        ))}
        {missing.length > 0 && (
          <Notice kind="fault">There is no run {missing.map(id => oneLine(id, 60)).join(", ")} here.</Notice>
        )}
        {route.view !== "sweeps" && <RunFacts runs={chosen} inks={ink} />}
        {route.view === "sweeps" || chosen.length > 0 ? (
          <View route={route} catalogue={catalogue} runs={chosen} ink={ink} />
        ) : (
          <Notice>{catalogue.runs.length === 0 ? "No run has begun here yet." : "Choose one run or several."}</Notice>
        )}
      </main>
    </div>
  );
}

function View(props: {
  route: Route;
  catalogue: Catalogue;
  runs: readonly RunSummary[];
  ink: ReturnType<typeof inks>;
}) {
  const { route, catalogue, runs, ink } = props;
  switch (route.view) {
    case "completions":
      return <CompletionsView runs={runs} />;
    case "timeline":
      return <TimelineView runs={runs} />;
    case "configuration":
      return <ConfigurationView runs={runs} />;
    case "sweeps":
      return <SweepsView sweeps={catalogue.sweeps} />;
    default:
      return <CurvesView runs={runs} inks={ink} />;
  }
}

/** The address is the state of the page, so that a link within it moves the focus and leaves the address alone. */
function toMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
