/** Values of a request by their names; lists are repeated. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Where answers come from: the server that served the page, or the object inside a report. */
export type Source = (path: string, query: Query, signal?: AbortSignal) => Promise<unknown>;

/** A request that was answered with a fault; its message is for people. */
export class RequestFault extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Asks the server that served the page. */
export const serverSource: Source = async (path, query, signal) => {
  const text = queryText(query);
  let response: Response;
  try {
    response = await fetch(`.${path}${text === "" ? "" : `?${text}`}`, {
      signal: signal ?? null,
      cache: "no-store",
    });
  } catch (fault) {
    if (signal?.aborted) {
      throw fault;
    }

    throw new RequestFault("The program that serves this page does not answer; is `view` still running?", 0);
  }

  const body = (await response.json().catch(() => null)) as { error?: unknown } | null;
  if (!response.ok) {
    const told = typeof body?.error === "string" ? body.error : `The server answered with ${response.status}.`;
    throw new RequestFault(told, response.status);
  }

  return body;
};

/** The query as an address has it, in the order given. */
export function queryText(query: Query): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const part of value === undefined ? [] : typeof value === "string" ? [value] : value) {
      text.append(name, part);
    }
  }

  return text.toString();
}
