import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Unit } from "../text/numbers";
import { useTheme } from "../state/theme";
import { ChartTip } from "./ChartTip";
import { optionsOf } from "./options";
import type { Ink } from "./palette";

/** One line of a chart. */
export interface Line {
  readonly label: string;
  readonly ink: Ink;
  /** A point at each value, for what is measured rarely. */
  readonly hasPoints?: boolean;
  /** Columns of the lower and upper ends of intervals, which are drawn as whiskers and have no lines of their own. */
  readonly interval?: readonly [number, number];
  /** The end of an interval, which only widens the axis. */
  readonly isHidden?: boolean;
}

export interface ChartProps {
  readonly title: string;
  readonly data: uPlot.AlignedData;
  readonly lines: readonly Line[];
  readonly unit: Unit;
  readonly xUnit: Unit;
  readonly xWord: string;
  readonly isLog: boolean;
  readonly height: number;
  readonly zoom: readonly [number, number] | null;
  readonly onZoom: (zoom: readonly [number, number] | null) => void;
}

/** Where the cursor is: an index of the x column, and pixels from the chart's left edge. */
export interface Place {
  readonly index: number;
  readonly left: number;
}

/** A chart of lines over one x axis: drag or `+` and `-` to zoom, hover or arrow keys to read values. */
export function Chart(props: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const newest = useRef(props);
  newest.current = props;
  const [place, setPlace] = useState<Place | null>(null);
  const { isDark } = useTheme();
  const shape = JSON.stringify([props.lines, props.unit, props.xUnit, props.isLog, props.height, isDark]);

  useEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }

    const made = new uPlot(optionsOf(newest, element, isDark, setPlace), newest.current.data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const width = Math.floor(element.clientWidth);
      if (width > 0 && width !== made.width) {
        made.setSize({ width, height: newest.current.height });
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = undefined;
      made.destroy();
    };
  }, [shape]);

  useEffect(() => {
    if (plot.current && plot.current.data !== props.data) {
      plot.current.setData(props.data);
    }
  }, [props.data]);

  useEffect(() => {
    plot.current?.setData(plot.current.data);
  }, [props.zoom?.[0], props.zoom?.[1]]);

  const hasData = props.data[0].length > 0;
  return (
    <div
      class="chart"
      role="group"
      aria-roledescription="chart"
      tabIndex={0}
      aria-label={`${props.title}, over ${props.xWord}. Arrow keys read values, plus and minus zoom, 0 shows all.`}
      onKeyDown={event => onKey(event, plot.current, newest.current)}
      onBlur={() => setPlace(null)}
    >
      <div class="chart-frame" ref={frame} onMouseLeave={() => setPlace(null)} />
      {!hasData && <p class="chart-empty">No values yet.</p>}
      {place && hasData && <ChartTip {...props} place={place} isDark={isDark} />}
    </div>
  );
}

function onKey(event: KeyboardEvent, plot: uPlot | undefined, props: ChartProps): void {
  if (!plot || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }

  const { min, max } = plot.scales["x"] ?? {};
  const xs = plot.data[0];
  if (min === undefined || max === undefined || xs.length === 0) {
    return;
  }

  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step !== undefined) {
    const from = plot.cursor.idx ?? (step > 0 ? -1 : xs.length);
    const index = Math.min(xs.length - 1, Math.max(0, from + step));
    plot.setCursor({ left: plot.valToPos(xs[index] ?? 0, "x"), top: plot.over.clientHeight / 2 });
  } else if (event.key === "+" || event.key === "-") {
    const middle =
      plot.cursor.idx === null || plot.cursor.idx === undefined ? (min + max) / 2 : (xs[plot.cursor.idx] ?? 0);
    const half = ((max - min) / 2) * (event.key === "+" ? 0.5 : 2);
    const isAll = middle - half <= (xs[0] ?? 0) && middle + half >= (xs[xs.length - 1] ?? 0);
    props.onZoom(isAll ? null : [middle - half, middle + half]);
  } else if (event.key === "0") {
    props.onZoom(null);
  } else {
    return;
  }

  event.preventDefault();
  event.stopPropagation();
}
