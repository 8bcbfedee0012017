import { useEffect, useState } from "preact/hooks";
import { RequestFault } from "../api/source";
import { returns } from "./returns";
import { useStore } from "./store";

/** After how long an answer is asked for again that was not the last word. */
export const ASK_AGAIN_MS = 500;

/** What came of a request: the newest answer, which stays while the next one is under way, or a sentence about what failed. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly fault: string | undefined;
  readonly isLoading: boolean;
}

/**
 * Asks whenever `key` changes, and not where it is `null`; again where the answer is not the last word, and when the server is back that
 * did not answer. An answer to an earlier key that comes late is dropped.
 *
 * @param key - All that the request depends on.
 * @param ask - The request.
 * @param subject - What the answer is about; with another subject the earlier answer is not shown any more.
 * @param isPartial - Whether there is more to come than an answer has.
 */
export function useAnswer<T>(
  key: string | null,
  ask: () => Promise<T>,
  subject = "",
  isPartial: (value: T) => boolean = () => false,
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T> & { readonly subject: string }>({
    value: undefined,
    fault: undefined,
    isLoading: true,
    subject,
  });
  const back = useStore(returns);
  useEffect(() => {
    if (key === null) {
      return;
    }

    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      let isLast = true;
      try {
        const value = await ask();
        isLast = !isPartial(value);
        if (!isOver) {
          setAnswer({ value, fault: undefined, isLoading: false, subject });
        }
      } catch (fault) {
        isLast = !isPassing(fault);
        if (!isOver) {
          setAnswer({ value: undefined, fault: sentence(fault), isLoading: false, subject });
        }
      }

      if (!isOver && !isLast) {
        timer = setTimeout(() => void read(), ASK_AGAIN_MS);
      }
    };
    setAnswer(before => ({
      value: before.subject === subject ? before.value : undefined,
      fault: undefined,
      isLoading: true,
      subject,
    }));
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, back]);
  return answer;
}

/** Whether a fault passes by itself: the files moved while they were read, or the server has only just begun. */
export function isPassing(fault: unknown): boolean {
  return fault instanceof RequestFault && (fault.status === 409 || fault.status === 503);
}

/** A fault in words. */
export function sentence(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
