/// Steps over the characters of a text.
module internal Cppo.Stages.Math.Parsing.Scan

open System

let isLetter (c: char) = Char.IsAsciiLetter c

/// The place of the first character from a place on that fails a test.
let skipWhile (test: char -> bool) (text: string) (from: int) : int =
    let mutable at = from

    while at < text.Length && test text[at] do
        at <- at + 1

    at

/// Whether a part stands at a place.
let startsAt (text: string) (at: int) (part: string) : bool =
    at <= text.Length && String.CompareOrdinal(text, at, part, 0, part.Length) = 0

/// The content of a brace group that opens at a place, and the place behind it; without an opening brace, one character.
let group (text: string) (from: int) : struct (string * int) =
    let at = skipWhile Char.IsWhiteSpace text from

    if at >= text.Length then
        struct ("", at)
    elif text[at] <> '{' then
        struct (text.Substring(at, 1), at + 1)
    else
        let mutable depth = 1
        let mutable next = at + 1

        while next < text.Length && depth > 0 do
            match text[next] with
            | '\\' -> next <- next + 1
            | '{' -> depth <- depth + 1
            | '}' -> depth <- depth - 1
            | _ -> ()

            next <- next + 1

        let next = min next text.Length
        let last = if depth = 0 then next - 1 else next
        struct (text.Substring(at + 1, last - at - 1), next)
