/** One curve: ascending x, and a value or none at each. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * Curves over one x axis, as uPlot takes them: the union of all x, then a column for each curve. `undefined` where a curve has no
 * point there, so that its line goes on, and `null` where its point has no value.
 */
export function joined(curves: readonly Curve[]): [number[], ...(number | null | undefined)[][]] {
  const union = [...new Set(curves.flatMap(curve => curve.x))].sort((left, right) => left - right);
  const places = new Map(union.map((x, index) => [x, index]));
  const columns = curves.map(curve => {
    const column = new Array<number | null | undefined>(union.length).fill(undefined);
    curve.x.forEach((x, index) => {
      const place = places.get(x);
      if (place !== undefined) {
        column[place] = curve.y[index] ?? null;
      }
    });
    return column;
  });
  return [union, ...columns];
}
