import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** The rows of a long list that are in view, and the height of the whole. */
export interface VirtualRows {
  readonly items: readonly VirtualItem[];
  readonly height: number;
  readonly show: (index: number) => void;
}

/** Follows the scrolling of a list of rows of one height, of which only those in view are made. */
export function useVirtualRows(frame: RefObject<HTMLElement>, count: number, rowHeight: number): VirtualRows {
  const [, setRound] = useState(0);
  const options = {
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => setRound(round => round + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    show: index => virtualizer.scrollToIndex(index, { align: "auto" }),
  };
}
