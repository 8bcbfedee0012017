import { momentText } from "../text/moments";

/** A moment in the reader's time zone. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {momentText(at)}
    </time>
  );
}
