import { useEffect, useRef, useState } from "preact/hooks";
import { requests } from "../api/requests";
import type { GroupEntry, GroupPage, GroupQuery } from "../api/groups";
import { sentence } from "../state/answer";

const PAGE = 100;
const ASK_AGAIN_MS = 500;

/** As much of a list of groups as was read. */
export interface GroupPages {
  readonly entries: readonly GroupEntry[];
  readonly page: GroupPage | undefined;
  readonly fault: string | undefined;
  readonly isLoading: boolean;
}

const NOTHING: GroupPages = { entries: [], page: undefined, fault: undefined, isLoading: true };

/**
 * Groups of a run, read a page at a time as they are scrolled to.
 *
 * @param run - The run's id.
 * @param query - Filters and order.
 * @param version - Another one reads the list anew.
 * @returns What was read, and how to read on.
 */
export function useGroupPages(
  run: string,
  query: GroupQuery,
  version: string,
): GroupPages & { readonly more: () => void } {
  const [pages, setPages] = useState(NOTHING);
  const reader = useRef<Reader>();
  const key = JSON.stringify([run, query, version]);
  useEffect(() => {
    setPages(before => ({ ...before, isLoading: true, fault: undefined }));
    const made = new Reader(run, query, setPages);
    reader.current = made;
    void made.start();
    return () => made.stop();
  }, [key]);
  return { ...pages, more: () => void reader.current?.more() };
}

/** Reads one list; what it finds after it was stopped is dropped. */
class Reader {
  private readonly abort = new AbortController();
  private entries: readonly GroupEntry[] = [];
  private page: GroupPage | undefined;
  private isReading = false;

  constructor(
    private readonly run: string,
    private readonly query: GroupQuery,
    private readonly onPages: (pages: GroupPages) => void,
  ) {}

  stop(): void {
    this.abort.abort();
  }

  /** Reads from the start, again and again while the run's files are still being read in. */
  async start(): Promise<void> {
    await this.read(undefined);
    if (this.page && !this.page.indexed.done) {
      setTimeout(() => {
        if (!this.abort.signal.aborted) {
          void this.start();
        }
      }, ASK_AGAIN_MS);
    }
  }

  /** Reads the next page, if there is one and none is under way. */
  async more(): Promise<void> {
    if (this.page?.next) {
      await this.read(this.page.next);
    }
  }

  /** Reads until a page's worth of groups was found; a search may answer with none and go on. */
  private async read(cursor: string | undefined): Promise<void> {
    if (this.isReading) {
      return;
    }

    this.isReading = true;
    const before = cursor === undefined ? [] : this.entries;
    let found: readonly GroupEntry[] = [];
    let next = cursor;
    try {
      do {
        const query = { ...this.query, limit: String(PAGE), ...(next === undefined ? {} : { cursor: next }) };
        const page = await requests.groups(this.run, query, this.abort.signal);
        if (this.abort.signal.aborted) {
          return;
        }

        found = [...found, ...page.groups];
        this.page = page;
        this.entries = [...before, ...found];
        next = page.next ?? undefined;
        this.tell(undefined, next !== undefined && found.length < PAGE / 2);
      } while (next !== undefined && found.length < PAGE / 2);
    } catch (fault) {
      if (!this.abort.signal.aborted) {
        this.tell(sentence(fault), false);
      }
    } finally {
      this.isReading = false;
    }
  }

  private tell(fault: string | undefined, isLoading: boolean): void {
    this.onPages({ entries: this.entries, page: this.page, fault, isLoading });
  }
}
