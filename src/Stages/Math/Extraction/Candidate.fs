/// What may be an answer within a text, and steps over the text around it.
module internal Cppo.Stages.Math.Extraction.Candidate

open System
open System.Text.RegularExpressions

/// Something that may be the answer: its text as mathematics, where it ends and starts, and how it was found.
type Candidate =
    { Text: string
      Start: int
      End: int
      Source: string }

/// What is looked for.
type Targets =
    { Latex: bool
      Plain: bool
      BoxedPriority: int }

/// Between two parts that belong together: a connective, perhaps followed by the name of the next.
let connective =
    Regex(@"^\s*(?:,|;)?\s*(?:and|or|&)?\s*,?\s*(?:[A-Za-z][A-Za-z0-9]*(?:_\{?[A-Za-z0-9]+\}?)?\s*=)?\s*$", RegexOptions.CultureInvariant)

let isSpace (c: char) = Char.IsWhiteSpace c

let skipSpaces (text: string) (from: int) =
    let mutable at = from

    while at < text.Length && isSpace text[at] do
        at <- at + 1

    at

/// Whether a part stands at a place, in whatever case.
let startsAt (text: string) (at: int) (part: string) =
    at >= 0
    && at + part.Length <= text.Length
    && String.Compare(text, at, part, 0, part.Length, StringComparison.OrdinalIgnoreCase) = 0

let private percentAfter = [| "\\%"; "%"; "percentage"; "percent"; "pct" |]

/// The place behind a percent sign or word that follows; -1 where none follows.
let private afterPercent (text: string) (from: int) : int =
    let at = skipSpaces text from

    match percentAfter |> Array.tryFind (startsAt text at) with
    | Some word -> at + word.Length
    | None -> -1

/// A content with the percent sign or word that follows it, and the place behind.
let withPercent (text: string) (content: string) (last: int) : struct (string * int) =
    match afterPercent text last with
    | -1 -> struct (content, last)
    | next -> struct ((if content.Contains '%' then content else content + "\\%"), next)
