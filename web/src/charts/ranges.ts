/** The range of a linear y axis: the values with some air, not below 0 where no value is. */
export function paddedRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) {
    return [0, 1];
  }

  const air = high > low ? (high - low) * 0.08 : Math.abs(high) * 0.1 || 1;
  const bottom = low - air;
  return [low >= 0 && bottom < 0 ? 0 : bottom, low === 0 && high === 0 ? 1 : high + air];
}

/** The range of a logarithmic y axis: the powers of ten around the values. */
export function powerRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !(low > 0) || !(high > 0)) {
    return [0.1, 1];
  }

  const bottom = Math.floor(Math.log10(low) + 1e-9);
  const top = Math.ceil(Math.log10(high) - 1e-9);
  return [10 ** bottom, 10 ** Math.max(top, bottom + 1)];
}

/** A stretch of the x axis as the address states it, `10~40`; `null` where it is none. */
export function parseZoom(text: string | undefined): readonly [number, number] | null {
  const [low, high, ...rest] = (text ?? "").split("~").map(part => (part.trim() === "" ? Number.NaN : Number(part)));
  return low !== undefined && high !== undefined && rest.length === 0 && low < high ? [low, high] : null;
}

/** A stretch as the address states it, to as many digits as its width needs. */
export function formatZoom([low, high]: readonly [number, number]): string {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(high - low)));
  const round = (value: number): number => Number(value.toFixed(Math.min(decimals, 12)));
  return `${round(low)}~${round(high)}`;
}
