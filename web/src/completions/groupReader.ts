import { requests } from "../api/requests";
import type { GroupEntry, GroupPage, GroupQuery } from "../api/groups";
import { ASK_AGAIN_MS, isPassing, sentence } from "../state/answer";

const PAGE = 100;

/** As much of a list of groups as was read. */
export interface GroupPages {
  readonly entries: readonly GroupEntry[];
  readonly page: GroupPage | undefined;
  /** How many groups the run had, as far as was known, when the list was asked for from its start. */
  readonly groupsThen: number;
  readonly fault: string | undefined;
  readonly isLoading: boolean;
}

/** Reads one list; what it finds after it was stopped is dropped. */
export class GroupReader {
  private readonly abort = new AbortController();
  private entries: readonly GroupEntry[] = [];
  private page: GroupPage | undefined;
  private groupsThen = 0;
  private isReading = false;

  /**
   * @param run - The run's id.
   * @param query - Filters and order.
   * @param groupsNow - How many groups the run has, as far as is known.
   * @param onPages - Takes what was read.
   */
  constructor(
    private readonly run: string,
    private readonly query: GroupQuery,
    private readonly groupsNow: () => number,
    private readonly onPages: (pages: GroupPages) => void,
  ) {}

  stop(): void {
    this.abort.abort();
  }

  /** Reads from the start, again and again while the run's files are still being read in. */
  async start(): Promise<void> {
    const isFinal = await this.read(undefined);
    if (!isFinal && !this.abort.signal.aborted) {
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

  /**
   * Reads until a page's worth of groups was found; a search may answer with none and go on.
   *
   * @returns Whether there is no more to come from where it was read than was found.
   */
  private async read(cursor: string | undefined): Promise<boolean> {
    if (this.isReading) {
      return false;
    }

    this.isReading = true;
    const before = cursor === undefined ? [] : this.entries;
    const groupsThen = cursor === undefined ? this.groupsNow() : this.groupsThen;
    let found: readonly GroupEntry[] = [];
    let next = cursor;
    let isFinal = true;
    try {
      do {
        const query = { ...this.query, limit: String(PAGE), ...(next === undefined ? {} : { cursor: next }) };
        const page = await requests.groups(this.run, query, this.abort.signal);
        if (this.abort.signal.aborted) {
          return true;
        }

        found = [...found, ...page.groups];
        isFinal &&= page.indexed.done;
        [this.page, this.entries, this.groupsThen] = [page, [...before, ...found], groupsThen];
        next = page.next ?? undefined;
        this.tell(undefined, next !== undefined && found.length < PAGE / 2);
      } while (next !== undefined && found.length < PAGE / 2);
      return isFinal;
    } catch (fault) {
      if (!this.abort.signal.aborted) {
        this.tell(sentence(fault), false);
      }

      return !isPassing(fault);
    } finally {
      this.isReading = false;
    }
  }

  private tell(fault: string | undefined, isLoading: boolean): void {
    const { entries, page, groupsThen } = this;
    this.onPages({ entries, page, groupsThen, fault, isLoading });
  }
}
