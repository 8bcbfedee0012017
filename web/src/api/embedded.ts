import { differencesOf } from "./embeddedDifferences";
import { groupsOf, othersOf, type EmbeddedGroups } from "./embeddedGroups";
import { RequestFault, type Query, type Source } from "./source";
import type { RunDetails, Timeline } from "./types";

/** What a report has in itself: whole answers by their paths, and groups to filter and sort here. */
export interface Embedded {
  readonly format: number;
  readonly answers: Readonly<Record<string, unknown>>;
  readonly groups: Readonly<Record<string, EmbeddedGroups>>;
}

const ELEMENT = "cppo-data";

/** Whether this page is a report. */
export function hasEmbedded(): boolean {
  return typeof document !== "undefined" && document.getElementById(ELEMENT) !== null;
}

/** Answers from the page's own object, which is unpacked once. */
export function embeddedSource(): Source {
  let object: Promise<Embedded> | undefined;
  return async (path, query) => answerOf(await (object ??= unpacked()), path, query);
}

/** Answers a request as the server would. */
export function answerOf(object: Embedded, path: string, query: Query): unknown {
  if (path === "/api/differences") {
    const runs = listOf(query["run"]);
    return differencesOf(runs.map(run => found<RunDetails>(object, `/api/runs/${encodeURIComponent(run)}`)));
  }

  const [, run, rest] = /^\/api\/runs\/([^/]+)\/(groups.*|timeline)$/.exec(path) ?? [];
  if (run === undefined || rest === undefined) {
    return found(object, path);
  }

  if (rest === "timeline") {
    return timelineOf(found<Timeline>(object, path), query);
  }

  const id = decodeURIComponent(run);
  const groups = object.groups[id];
  if (!groups) {
    throw new RequestFault(`The report has no groups of ${id}.`, 404);
  }

  const [, group, others] = /^groups\/([^/]+)(\/others)?$/.exec(rest) ?? [];
  if (group === undefined) {
    return groupsOf(id, groups, query);
  }

  const name = decodeURIComponent(group);
  const details = groups.details[name];
  if (!details) {
    throw new RequestFault("This group was left out of the report.", 404);
  }

  return others ? othersOf(object.groups, id, details) : details;
}

/** The updates of a report's timeline from `from` on, or its last ones. */
function timelineOf(all: Timeline, query: Query): Timeline {
  const count = Number(listOf(query["count"])[0] ?? 20);
  const from = listOf(query["from"])[0];
  const updates =
    from === undefined
      ? all.updates.slice(-count)
      : all.updates.filter(update => update.step >= Number(from)).slice(0, count);
  return { ...all, updates, first: updates[0]?.step ?? 0 };
}

function found<T>(object: Embedded, path: string): T {
  const answer = Object.hasOwn(object.answers, path) ? object.answers[path] : undefined;
  if (answer === undefined) {
    throw new RequestFault("The report does not have this.", 404);
  }

  return answer as T;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

async function unpacked(): Promise<Embedded> {
  const element = document.getElementById(ELEMENT);
  const text = element?.textContent ?? "";
  if (element?.dataset["encoding"] !== "gzip-base64") {
    return JSON.parse(text) as Embedded;
  }

  const packed = Uint8Array.from(atob(text.trim()), character => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as Embedded;
}
