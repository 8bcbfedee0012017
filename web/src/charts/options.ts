import uPlot from "uplot";
import type { ChartProps, Place } from "./Chart";
import { DARK, DASHES, LIGHT } from "./palette";
import { paddedRange, powerRange } from "./ranges";
import { logTickLabels, tickLabels } from "./ticks";

const FONT = "11.5px system-ui, sans-serif";
const WHISKER = 4;

/** The newest properties of a chart, which hooks of uPlot read when they run. */
interface Newest {
  readonly current: ChartProps;
}

/** A chart's options for uPlot; it states no legend, because the page's own names the runs once for all charts. */
export function optionsOf(
  newest: Newest,
  element: HTMLElement,
  isDark: boolean,
  onPlace: (place: Place | null) => void,
): uPlot.Options {
  const { lines, unit, xUnit, isLog, height } = newest.current;
  const style = getComputedStyle(element);
  const text = style.color;
  const grid = style.borderTopColor;
  const axis = { stroke: text, font: FONT, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(200, Math.floor(element.clientWidth)),
    height,
    padding: [10, 14, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: "curves", filters: { pub: type => type !== "mousedown" && type !== "mouseup" } },
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: { dblclick: () => () => (newest.current.onZoom(null), null) },
    },
    scales: {
      x: { time: false, range: (_, low, high) => xRange(newest.current, low, high) },
      y: {
        distr: isLog ? 3 : 1,
        range: (_, low, high) => (isLog ? powerRange(low, high) : paddedRange(low, high)),
      },
    },
    axes: [
      { ...axis, size: 30, space: 52, values: (_, splits) => tickLabels(splits, xUnit) },
      {
        ...axis,
        size: widthOfLabels,
        space: 34,
        values: (_, splits) => (isLog ? logTickLabels(splits, unit) : tickLabels(splits, unit)),
      },
    ],
    series: [
      {},
      ...lines.map(line => {
        const stroke = (isDark ? DARK : LIGHT)[line.ink.colour] ?? text;
        return line.isHidden
          ? { label: line.label, stroke: "transparent", width: 0, points: { show: false } }
          : {
              label: line.label,
              stroke,
              width: 1.75,
              dash: [...(DASHES[line.ink.dash] ?? [])],
              points: line.hasPoints
                ? { show: true, size: 7, fill: stroke, stroke }
                : { size: 5, fill: stroke, stroke },
            };
      }),
    ],
    hooks: {
      setSelect: [plot => select(plot, newest.current)],
      setCursor: [plot => onPlace(placeOf(plot, element))],
      draw: [plot => drawWhiskers(plot, newest.current, isDark)],
    },
  };
}

/** The stretch that is zoomed into, or all data; with some air where points and whiskers would lie on an edge. */
function xRange({ zoom, lines }: ChartProps, low: number | null, high: number | null): [number, number] {
  if (zoom) {
    return [zoom[0], zoom[1]];
  }

  if (low === null || high === null) {
    return [0, 1];
  }

  const air = low === high ? 1 : lines.some(line => line.hasPoints) ? (high - low) * 0.02 : 0;
  return [low - air, high + air];
}

/** Room for the longest label of the y axis. */
function widthOfLabels(plot: uPlot, values: string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map(value => (value ?? "").length));
  plot.ctx.font = FONT;
  return 18 + Math.ceil(longest * 6.4);
}

function select(plot: uPlot, props: ChartProps): void {
  const { left, width } = plot.select;
  if (width < 4) {
    return;
  }

  const zoom: [number, number] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  props.onZoom(zoom);
}

/** Where the cursor is, if it is in this chart and not in one that moves with it. */
function placeOf(plot: uPlot, element: HTMLElement): Place | null {
  const { idx, left } = plot.cursor;
  const isHere = element.matches(":hover") || element.parentElement === document.activeElement;
  return isHere && idx !== null && idx !== undefined && left !== undefined && left >= 0
    ? { index: idx, left: left + plot.over.offsetLeft }
    : null;
}

/** The intervals of values, as whiskers with a short bar at each end. */
function drawWhiskers(plot: uPlot, { lines }: ChartProps, isDark: boolean): void {
  const context = plot.ctx;
  const ratio = devicePixelRatio;
  context.save();
  context.beginPath();
  context.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  context.clip();
  for (const { interval, ink } of lines) {
    const [lows, highs] = interval ? [plot.data[interval[0]], plot.data[interval[1]]] : [];
    context.strokeStyle = (isDark ? DARK : LIGHT)[ink.colour] ?? "";
    context.lineWidth = 1.5 * ratio;
    context.beginPath();
    lows?.forEach((low, index) => {
      const high = highs?.[index];
      const x = plot.data[0][index];
      if (low === null || low === undefined || high === null || high === undefined || x === undefined) {
        return;
      }

      const [left, top, bottom] = [
        plot.valToPos(x, "x", true),
        plot.valToPos(high, "y", true),
        plot.valToPos(low, "y", true),
      ];
      context.moveTo(left, top);
      context.lineTo(left, bottom);
      for (const end of [top, bottom]) {
        context.moveTo(left - WHISKER * ratio, end);
        context.lineTo(left + WHISKER * ratio, end);
      }
    });
    context.stroke();
  }

  context.restore();
}
