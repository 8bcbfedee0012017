/** What a number counts, which decides how it is written. */
export type Unit = "number" | "count" | "share" | "seconds" | "bytes" | "perSecond";

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

const SCALES: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** A whole number with thin spaces between its thousands: 19 170. */
export function grouped(value: number): string {
  return value
    .toFixed(0)
    .replace(/\B(?=(\d{3})+$)/g, "\u2009")
    .replace("-", "−");
}

/** A number to `digits` significant digits, without an E: 0.000083, 8.3 × 10⁻⁷, 19 170. */
export function plain(value: number, digits = 4): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  }

  const size = Math.abs(value);
  if (size === 0) {
    return "0";
  }

  if (size < 1e-5 || size >= 1e15) {
    const [mantissa = "0", exponent = "0"] = value.toExponential(digits - 1).split("e");
    return `${signed(trimmed(mantissa))} × 10${superscript(Number(exponent))}`;
  }

  if (size >= 10 ** digits) {
    return grouped(value);
  }

  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return signed(trimmed(value.toFixed(Math.min(decimals, 20))));
}

/** A number with the word or sign of its unit, as tables and hovering show it. */
export function withUnit(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) {
    return "–";
  }

  switch (unit) {
    case "share":
      return `${plain(value * 100, 3)} %`;
    case "seconds":
      return duration(value);
    case "bytes":
      return bytes(value);
    case "perSecond":
      return `${plain(value)} /s`;
    default:
      return plain(value);
  }
}

/** 0.4 s, 12.5 s, 3 min 20 s, 2 h 5 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 60) {
    return `${plain(seconds, 3)} s`;
  }

  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${grouped(hours)} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** 298.8 MB, in thousands. */
export function bytes(value: number): string {
  return value < 1000 ? `${plain(value)} B` : `${scaled(value)}B`;
}

/** 62.4 k, 1.2 M: a number and its scale, for what has little room. */
export function scaled(value: number, digits = 4): string {
  const scale = scaleOf(Math.abs(value));
  return scale ? `${plain(value / scale[0], digits)} ${scale[1]}` : plain(value, digits);
}

/** The largest scale that a number reaches, from thousands on. */
export function scaleOf(size: number): readonly [number, string] | undefined {
  return SCALES.find(scale => size >= scale[0]);
}

/** Ten to a whole power, as its superscript: ⁻⁷. */
export function superscript(exponent: number): string {
  return [...String(exponent)].map(character => SUPERSCRIPTS[character] ?? character).join("");
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function signed(text: string): string {
  return text.replace("-", "−");
}
