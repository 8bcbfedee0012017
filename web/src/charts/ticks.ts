import { plain, scaleOf, superscript, type Unit } from "../text/numbers";

/**
 * Labels of an axis's ticks, all with the same scale and as many decimals as tell them apart: 0, 5 k, 10 k, 15 k; 0.1, 0.15, 0.2.
 *
 * @param values - Ascending, as the chart places them.
 * @param unit - What the numbers count.
 */
export function tickLabels(values: readonly number[], unit: Unit): string[] {
  const factor = unit === "share" ? 100 : 1;
  const numbers = values.map(value => value * factor);
  const largest = Math.max(0, ...numbers.map(Math.abs));
  if (largest === 0) {
    return numbers.map(() => `0${suffixOf(unit, "")}`);
  }

  if (largest < 1e-4) {
    return powers(numbers, largest, unit);
  }

  const scale = largest >= (unit === "bytes" ? 1000 : 10_000) ? scaleOf(largest) : undefined;
  const parts = numbers.map(number => number / (scale?.[0] ?? 1));
  const decimals = decimalsOf(parts);
  return parts.map(
    part => `${text(part, decimals)}${part === 0 ? suffixOf(unit, "") : suffixOf(unit, scale?.[1] ?? "")}`,
  );
}

/**
 * Labels of a logarithmic axis: 0.001, 0.01, 0.1, 1, 10 k; `null` between the powers of ten, where labels would run into each other.
 */
export function logTickLabels(values: readonly number[], unit: Unit): (string | null)[] {
  const factor = unit === "share" ? 100 : 1;
  return values.map(value => {
    const number = value * factor;
    const exponent = Math.log10(number);
    if (!(number > 0) || Math.abs(exponent - Math.round(exponent)) > 1e-6) {
      return null;
    }

    const power = Math.round(exponent);
    if (power < -3) {
      return `10${superscript(power)}${suffixOf(unit, "")}`;
    }

    const scale = power >= 4 ? scaleOf(10 ** power * 1.000001) : undefined;
    const shown = scale ? Math.round(10 ** power / scale[0]) : 10 ** power;
    return `${plain(shown)}${suffixOf(unit, scale?.[1] ?? "")}`;
  });
}

/** Decimals that tell neighbours apart, at most 6. */
function decimalsOf(values: readonly number[]): number {
  let step = Number.POSITIVE_INFINITY;
  for (let index = 1; index < values.length; index++) {
    step = Math.min(step, Math.abs((values[index] ?? 0) - (values[index - 1] ?? 0)));
  }

  if (!Number.isFinite(step) || step === 0) {
    step = Math.abs(values[0] ?? 1) || 1;
  }

  for (let decimals = 0; decimals < 6; decimals++) {
    const scaledStep = step * 10 ** decimals;
    if (scaledStep >= 0.999 && Math.abs(scaledStep - Math.round(scaledStep)) < 1e-3 * scaledStep) {
      return decimals;
    }
  }

  return 6;
}

/** Very small numbers as multiples of one power of ten: 2 × 10⁻⁵. */
function powers(numbers: readonly number[], largest: number, unit: Unit): string[] {
  const power = Math.floor(Math.log10(largest));
  const parts = numbers.map(number => number / 10 ** power);
  const decimals = Math.min(2, decimalsOf(parts));
  return parts.map(part => (part === 0 ? "0" : `${text(part, decimals)}×10${superscript(power)}${suffixOf(unit, "")}`));
}

function text(value: number, decimals: number): string {
  const rounded = value.toFixed(decimals);
  return (Number(rounded) === 0 ? rounded.replace("-", "") : rounded).replace("-", "−");
}

function suffixOf(unit: Unit, scale: string): string {
  switch (unit) {
    case "share":
      return " %";
    case "seconds":
      return scale === "" ? " s" : ` ${scale}s`;
    case "bytes":
      return ` ${scale}B`;
    default:
      return scale === "" ? "" : ` ${scale}`;
  }
}
