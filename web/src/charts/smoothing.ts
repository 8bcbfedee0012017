/**
 * The exponential moving average of a curve, corrected for its start: m_i = w m_{i-1} + (1 - w) v_i, shown as m_i / (1 - w^n) after
 * n values, so that the first point is the first value. What is missing stays missing and does not age the average.
 *
 * @param values - In the order of the updates; `null` where a line states none.
 * @param weight - 0 (as it is) to below 1.
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (!(weight > 0) || weight >= 1) {
    return [...values];
  }

  let average = 0;
  let remaining = 1;
  return values.map(value => {
    if (value === null || !Number.isFinite(value)) {
      return value;
    }

    average = weight * average + (1 - weight) * value;
    remaining *= weight;
    return average / (1 - remaining);
  });
}
