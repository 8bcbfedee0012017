import { describe, expect, it } from "vitest";
import { bytes, duration, grouped, plain, scaled, withUnit } from "../src/text/numbers";
import { cutAt, oneLine, pieces, visible } from "../src/text/visible";

describe("visible text", () => {
  it("leaves words, markup, tabs, line ends, joined emoji and other scripts as they are", () => {
    const text = '<script>alert("1")</script>\n\tТекст 文字 👩‍🔬 עברית & é';
    expect(pieces(text)).toEqual([{ text, isEscape: false }]);
    expect(visible(text)).toBe(text);
  });

  it("names characters that reorder, hide or control", () => {
    expect(visible("a\u202eb\u0000c\u200bd\r\u2028e\u{e0041}f\ufefff\u009b")).toBe(
      "a⟨U+202E⟩b⟨U+0000⟩c⟨U+200B⟩d⟨U+000D⟩⟨U+2028⟩e⟨U+E0041⟩f⟨U+FEFF⟩f⟨U+009B⟩",
    );
  });

  it("names a lone surrogate and keeps a pair", () => {
    expect(visible("\ud83d x 😀")).toBe("⟨U+D83D⟩ x 😀");
  });

  it("gives every control and every mark of direction a piece of its own", () => {
    const acting = [0x00, 0x08, 0x0b, 0x1b, 0x7f, 0x85, 0xad, 0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069];
    for (const code of acting) {
      const found = pieces(`x${String.fromCodePoint(code)}y`);
      expect(found.map(piece => piece.isEscape)).toEqual([false, true, false]);
    }
  });

  it("splits a text into pieces in order", () => {
    expect(pieces("\u0007ab\u202e")).toEqual([
      { text: "⟨U+0007⟩", isEscape: true },
      { text: "ab", isEscape: false },
      { text: "⟨U+202E⟩", isEscape: true },
    ]);
    expect(pieces("")).toEqual([{ text: "", isEscape: false }]);
  });

  it("cuts without splitting a pair of surrogates", () => {
    expect(cutAt("a😀b", 2)).toBe("a");
    expect(cutAt("a😀b", 3)).toBe("a😀");
    expect(cutAt("ab", 5)).toBe("ab");
  });

  it("makes one line of many, with its length bounded", () => {
    expect(oneLine("  a\n\n b\tc ", 20)).toBe("a b c");
    expect(oneLine("abcdef", 4)).toBe("abcd…");
    expect(oneLine("x".repeat(1_000_000), 10)).toBe(`${"x".repeat(10)}…`);
  });
});

describe("numbers", () => {
  it("are written without an exponent", () => {
    expect(plain(19_170)).toBe("19\u2009170");
    expect(plain(1917)).toBe("1917");
    expect(plain(0.5)).toBe("0.5");
    expect(plain(-0.000_083_1)).toBe("−0.0000831");
    expect(plain(8.3e-7)).toBe("8.3 × 10⁻⁷");
    expect(plain(1.234_56)).toBe("1.235");
    expect(plain(0)).toBe("0");
    expect(plain(Number.NaN)).toBe("not a number");
    for (const value of [1e-300, 1e-9, 1e-4, 0.1, 7, 12_345, 1e9, 1e18, 1e300]) {
      expect(plain(value)).not.toMatch(/e/i);
    }
  });

  it("have the words of their units", () => {
    expect(withUnit(0.975, "share")).toBe("97.5 %");
    expect(withUnit(1, "share")).toBe("100 %");
    expect(withUnit(null, "share")).toBe("–");
    expect(withUnit(298_790_912, "bytes")).toBe("298.8 MB");
    expect(bytes(12)).toBe("12 B");
    expect(withUnit(62_356.35, "perSecond")).toBe("62\u2009356 /s");
    expect(scaled(62_356)).toBe("62.36 k");
  });

  it("tell durations as people do", () => {
    expect(duration(0.44)).toBe("0.44 s");
    expect(duration(200)).toBe("3 min 20 s");
    expect(duration(7500)).toBe("2 h 5 min");
    expect(duration(119.7)).toBe("2 min 0 s");
  });

  it("group thousands", () => {
    expect(grouped(1234567)).toBe("1\u2009234\u2009567");
    expect(grouped(-1000)).toBe("−1\u2009000");
    expect(grouped(999)).toBe("999");
  });
});
