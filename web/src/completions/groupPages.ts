import { useEffect, useRef, useState } from "preact/hooks";
import type { GroupQuery } from "../api/groups";
import { known } from "../state/catalogue";
import { returns } from "../state/returns";
import { useStore } from "../state/store";
import { GroupReader, type GroupPages } from "./groupReader";

const NOTHING: GroupPages = { entries: [], page: undefined, groupsThen: 0, fault: undefined, isLoading: true };

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
  const reader = useRef<GroupReader>();
  const back = useStore(returns);
  const key = JSON.stringify([run, query, version, back]);
  useEffect(() => {
    setPages(before => ({ ...before, isLoading: true, fault: undefined }));
    const made = new GroupReader(run, query, () => known.get().states.get(run)?.groups ?? 0, setPages);
    reader.current = made;
    void made.start();
    return () => made.stop();
  }, [key]);
  return { ...pages, more: () => void reader.current?.more() };
}
