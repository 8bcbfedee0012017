/// LaTeX between dollar signs, \\( \\) and \\[ \\].
module internal Cppo.Stages.Math.Extraction.Delimited

open System
open Cppo.Stages.Math.Parsing
open Cppo.Stages.Math.Extraction.Candidate

/// Next places of closing delimiters; each text is searched once however often it is asked.
[<Sealed>]
type private Closings(text: string) =
    let known = System.Collections.Generic.Dictionary<string, int>()

    /// The first place of a delimiter at or after a place; the text's length where there is none.
    member _.After(delimiter: string, from: int) : int =
        match known.TryGetValue delimiter with
        | true, place when place >= from -> place
        | _ ->
            let found = text.IndexOf(delimiter, from, StringComparison.Ordinal)
            let place = if found < 0 then text.Length else found
            known[delimiter] <- place
            place

/// The first unescaped dollar sign after a place, up to a line's end for a single one; -1 where there is none.
let private closingDollar (text: string) (from: int) (isDouble: bool) : int =
    let mutable at = from
    let mutable found = -1

    while found < 0 && at < text.Length do
        let c = text[at]

        if c = '\\' then
            at <- at + 2
        elif c = '\n' && not isDouble then
            at <- text.Length
        elif c = '$' && (not isDouble || (at + 1 < text.Length && text[at + 1] = '$')) then
            found <- at
        else
            at <- at + 1

    found

/// Where the LaTeX that opens at a place ends, and the size of its delimiters; an end of -1 where none opens or closes there.
let private closingOf (text: string) (closings: Closings) (hasDouble: bool) (at: int) : struct (int * int) =
    let next = if at + 1 < text.Length then text[at + 1] else ' '

    if text[at] = '$' && next = '$' then
        struct ((if hasDouble then closingDollar text (at + 2) true else -1), 2)
    elif text[at] = '$' then
        let last = closingDollar text (at + 1) false
        let isPrice = at > 0 && Char.IsAsciiDigit text[at - 1]
        struct ((if isPrice then -1 else last), 1)
    elif next = '[' then
        let last = closings.After("\\]", at + 2)
        struct ((if last = text.Length then -1 else last), 2)
    elif next = '(' then
        let last = closings.After("\\)", at + 2)
        let isWithinLine = last < text.Length && last < closings.After("\n", at + 2)
        struct ((if isWithinLine then last else -1), 2)
    else
        struct (-1, 2)

/// LaTeX between delimiters, in order.
let environments (text: string) : ResizeArray<Candidate> =
    let found = ResizeArray<Candidate>()
    let closings = Closings text
    let mutable hasDouble = true
    let mutable at = 0

    while at < text.Length do
        match text.IndexOfAny([| '$'; '\\' |], at) with
        | -1 -> at <- text.Length
        | place ->
            let struct (last, size) = closingOf text closings hasDouble place

            if last < 0 then
                // Where one $$ does not close, no later one does.
                hasDouble <- hasDouble && not (text[place] = '$' && size = 2)
                at <- place + size
            else
                let content = text.Substring(place + size, last - place - size)
                let struct (content, next) = withPercent text content (last + size)

                if not (String.IsNullOrWhiteSpace content) then
                    found.Add
                        { Text = content
                          Start = place
                          End = next
                          Source = "LaTeX" }

                at <- last + size

    found

/// Environments that a connective joins, as one list.
let joined (text: string) (parts: ResizeArray<Candidate>) : ResizeArray<Candidate> =
    let result = ResizeArray<Candidate>()

    for part in parts do
        let isMore =
            result.Count > 0
            && (let previous = result[result.Count - 1]
                let gap = part.Start - previous.End

                gap > 0
                && gap <= 12
                && previous.Text.Length + part.Text.Length < Lexer.maxLength
                && (let between = text.Substring(previous.End, gap)
                    between.Trim() <> "" && not (between.Contains '=') && connective.IsMatch between))

        if isMore then
            let previous = result[result.Count - 1]

            result[result.Count - 1] <-
                { previous with
                    Text = previous.Text + " , " + part.Text
                    End = part.End }
        else
            result.Add part

    result
