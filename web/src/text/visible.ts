/** A stretch of text as it is, or one character that would act instead of being seen, with its name. */
export interface Piece {
  readonly text: string;
  readonly isEscape: boolean;
}

/**
 * Characters that would reorder, hide or end text. The joiners U+200C and U+200D stay, because scripts and emoji are written with them.
 */
const ACTING = new RegExp(
  `[${[
    // Controls but tab and line feed.
    "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f",
    // Marks of direction, separators of lines and paragraphs.
    "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069",
    // What has no width or no ink of its own, annotations, tags.
    "\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u2060-\\u2065\\u206a-\\u206f\\u3164",
    "\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}",
    // Lone surrogates.
    "\\ud800-\\udfff",
  ].join("")}]`,
  "gu",
);

/** The name of a character as it is shown in its place: ⟨U+202E⟩. */
export function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** Text in pieces, in order; those that are escapes show a character that acts. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let start = 0;
  for (const match of text.matchAll(ACTING)) {
    if (match.index > start) {
      found.push({ text: text.slice(start, match.index), isEscape: false });
    }

    found.push({ text: escapeOf(match[0]), isEscape: true });
    start = match.index + match[0].length;
  }

  if (start < text.length || found.length === 0) {
    found.push({ text: text.slice(start), isEscape: false });
  }

  return found;
}

/** Text with every acting character replaced by its name, where only plain text fits: labels, titles, charts. */
export function visible(text: string): string {
  return text.replace(ACTING, escapeOf);
}

/** One line of at most `most` characters, for lists and labels: line ends and tabs become spaces. */
export function oneLine(text: string, most: number): string {
  const start = cutAt(text, most * 4);
  const line = visible(start.replace(/\s+/g, " ").trim());
  return line.length > most || start.length < text.length ? `${cutAt(line, most)}…` : line;
}

/** The first `most` UTF-16 units, one fewer where a pair of surrogates would be split. */
export function cutAt(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }

  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}
