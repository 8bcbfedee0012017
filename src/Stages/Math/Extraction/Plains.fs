/// Plain numbers and arithmetic in prose.
module internal Cppo.Stages.Math.Extraction.Plains

open System
open System.Text.RegularExpressions
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing
open Cppo.Stages.Math.Extraction.Candidate

let private currency = "$€£¥₹₽₩"

/// Whether a plain number may start here: at the start or behind a space, an equals sign, a bracket or emphasis.
let private isBoundary (text: string) (at: int) =
    let before =
        if at > 0 && currency.Contains text[at - 1] then
            at - 1
        else
            at

    before = 0
    || (let c = text[before - 1]
        isSpace c || "=:(*\"'>≈".Contains c)

let private thousandsNumber =
    Regex(@"\G-?[1-9]\d{0,2}(?:[ ,]\d{3})+(?!\d)(?:\.\d+)?", RegexOptions.CultureInvariant)

let private decimalNumber =
    Regex(@"\G-?(?:\d+(?:[.,]\d+)?|\.\d+)", RegexOptions.CultureInvariant)

/// A plain number at a place, as LaTeX, and the place behind it.
let private plainNumber (text: string) (at: int) : struct (string * int) voption =
    let grouped = thousandsNumber.Match(text, at)

    let number =
        if grouped.Success then
            ValueSome(struct (grouped.Value.Replace(",", "").Replace(" ", ""), grouped.Length))
        else
            let simple = decimalNumber.Match(text, at)

            if simple.Success && simple.Length <= 1200 then
                ValueSome(struct (simple.Value.Replace(',', '.'), simple.Length))
            else
                ValueNone

    match number with
    | ValueSome(struct (value, length)) -> ValueSome(withPercent text value (at + length))
    | ValueNone -> ValueNone

let private isExpressionSign (c: char) =
    Char.IsAsciiDigit c || " .+-*/^()×÷".Contains c

/// The place behind a run of digits, operators and parentheses, up to the end of its sentence.
let private expressionEnd (text: string) (from: int) =
    let mutable at = from

    while at < text.Length
          && at - from < 400
          && isExpressionSign text[at]
          && not (text[at] = '.' && not (at + 1 < text.Length && Char.IsAsciiDigit text[at + 1])) do
        at <- at + 1

    while at > from && " +-*/^(×÷".Contains text[at - 1] do
        at <- at - 1

    at

let private operators = [| '+'; '*'; '/'; '^'; '×'; '÷'; '-' |]

/// Whether every parenthesis has its other half; cheaper than to find out by parsing.
let private isBalanced (expression: string) : bool =
    let mutable depth = 0
    let mutable isOrdered = true

    for c in expression do
        if c = '(' then
            depth <- depth + 1
        elif c = ')' then
            depth <- depth - 1
            isOrdered <- isOrdered && depth >= 0

    isOrdered && depth = 0

/// An arithmetic expression or number at a place.
let private plainAt (text: string) (at: int) : Candidate voption =
    let last = expressionEnd text at

    let hasOperator =
        last > at + 1
        && text.AsSpan(at + 1, last - at - 1).IndexOfAny(ReadOnlySpan operators) >= 0

    let isDelimited =
        last = text.Length || isSpace text[last] || ".,:)$*;?!<".Contains text[last]

    let expression = text.Substring(at, last - at)

    let isReadable () =
        try
            Parser.parse (Budget 2000) true expression |> ignore
            true
        with
        | SyntaxFault _
        | BudgetExceeded _
        | Undefined _ -> false

    let candidate (content: string) (last: int) =
        ValueSome
            { Text = content
              Start = at
              End = last
              Source = "number" }

    if hasOperator && isDelimited && isBalanced expression && isReadable () then
        candidate expression last
    else
        match plainNumber text at with
        | ValueSome(struct (content, next)) -> candidate content next
        | ValueNone -> ValueNone

/// Plain numbers and arithmetic expressions from a place on, in order, at most as many as stated.
let plains (text: string) (from: int) (upTo: int) (most: int) : ResizeArray<Candidate> =
    let found = ResizeArray<Candidate>()
    let mutable at = from

    let startsNumber (at: int) =
        let digit =
            if text[at] = '-' || text[at] = '.' || text[at] = '(' then
                at + 1
            else
                at

        digit < text.Length
        && (Char.IsAsciiDigit text[digit]
            || (text[at] <> '.'
                && text[digit] = '.'
                && digit + 1 < text.Length
                && Char.IsAsciiDigit text[digit + 1]))

    while at < upTo && found.Count < most do
        if startsNumber at && isBoundary text at then
            match plainAt text at with
            | ValueSome item ->
                found.Add item
                at <- max (at + 1) item.End
            | ValueNone -> at <- at + 1
        else
            at <- at + 1

    found
