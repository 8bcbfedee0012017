import { useEffect, useRef, useState } from "preact/hooks";

/** What came of a request: the newest answer, which stays while the next one is under way, or a sentence about what failed. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly fault: string | undefined;
  readonly isLoading: boolean;
}

/**
 * Asks whenever `key` changes, and not where it is `null`. An answer to an earlier key that comes late is dropped.
 *
 * @param key - All that the request depends on.
 * @param ask - The request.
 * @param subject - What the answer is about; with another subject the earlier answer is not shown any more.
 */
export function useAnswer<T>(key: string | null, ask: () => Promise<T>, subject = ""): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T> & { readonly subject: string }>({
    value: undefined,
    fault: undefined,
    isLoading: true,
    subject,
  });
  const newest = useRef<string | null>(null);
  useEffect(() => {
    newest.current = key;
    if (key === null) {
      return;
    }

    setAnswer(before => ({
      value: before.subject === subject ? before.value : undefined,
      fault: undefined,
      isLoading: true,
      subject,
    }));
    ask().then(
      value => {
        if (newest.current === key) {
          setAnswer({ value, fault: undefined, isLoading: false, subject });
        }
      },
      (fault: unknown) => {
        if (newest.current === key) {
          setAnswer({ value: undefined, fault: sentence(fault), isLoading: false, subject });
        }
      },
    );
  }, [key]);
  return answer;
}

/** A fault in words. */
export function sentence(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
