/// Characters that are no letters and no digits: signs, raised and lowered digits, fractions of one character, escapes.
module internal Cppo.Stages.Math.Parsing.Signs

open System
open Cppo.Stages.Math.Parsing.Scan

/// Digits, minus, plus and n as exponents.
let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ"

/// The same as subscripts.
let lowered = "₀₁₂₃₄₅₆₇₈₉₋₊ₙ"

/// Fractions that are one character.
let private fractions =
    dict
        [ '½', struct ("1", "2")
          '⅓', struct ("1", "3")
          '⅔', struct ("2", "3")
          '¼', struct ("1", "4")
          '¾', struct ("3", "4")
          '⅕', struct ("1", "5")
          '⅖', struct ("2", "5")
          '⅗', struct ("3", "5")
          '⅘', struct ("4", "5")
          '⅙', struct ("1", "6")
          '⅚', struct ("5", "6")
          '⅛', struct ("1", "8")
          '⅜', struct ("3", "8")
          '⅝', struct ("5", "8")
          '⅞', struct ("7", "8") ]

/// A run of raised or lowered digits and signs.
let readScript (tokens: TokenList) (mark: char) (digits: string) (text: string) (at: int) : int =
    let last = skipWhile digits.Contains text at
    tokens.Add(Mark mark)
    tokens.Add(Mark '{')

    for place in at .. last - 1 do
        match digits.IndexOf text[place] with
        | 10 -> tokens.Add(Mark '-')
        | 11 -> tokens.Add(Mark '+')
        | 12 -> tokens.Add(Letter 'n')
        | _ -> ()

    let value =
        text.Substring(at, last - at) |> String.filter (fun c -> digits.IndexOf c < 10)

    if value <> "" then
        tokens.Add(Digits(String.map (fun c -> char (int '0' + digits.IndexOf c)) value))

    tokens.Add(Mark '}')
    last

let private readOneSign (tokens: TokenList) (sign: char) =
    match sign with
    | '$'
    | '€'
    | '£'
    | '¥'
    | '₹'
    | '¢'
    | '~'
    | '`'
    | '“'
    | '”'
    | '"'
    | '.'
    | '?' -> ()
    | '−'
    | '–' -> tokens.Add(Mark '-')
    | _ ->
        match Vocabulary.signs.TryGetValue sign with
        | true, name -> tokens.Add(Command name)
        | _ when fractions.ContainsKey sign ->
            let struct (numerator, denominator) = fractions[sign]

            Seq.iter
                tokens.Add
                [ Command "frac"
                  Mark '{'
                  Digits numerator
                  Mark '}'
                  Mark '{'
                  Digits denominator
                  Mark '}' ]
        | _ when Char.IsLetter sign -> tokens.Add(Prose(string sign))
        | _ -> tokens.Add(Mark sign)

/// Signs of two or three characters: `<=`, `!=`, `**`, `...`.
let readSign (tokens: TokenList) (text: string) (at: int) : int =
    let pair = if at + 1 < text.Length then text.Substring(at, 2) else ""

    match pair with
    | "<="
    | "=<" ->
        tokens.Add(Command "le")
        at + 2
    | ">=" ->
        tokens.Add(Command "ge")
        at + 2
    | "!=" ->
        tokens.Add(Command "ne")
        at + 2
    | "**" ->
        // At an end it is emphasis.
        if tokens.Count > 0 && at + 2 < text.Length then
            tokens.Add(Mark '^')

        at + 2
    | "==" ->
        tokens.Add(Mark '=')
        at + 2
    | _ ->
        readOneSign tokens text[at]
        at + 1

/// Commands that line breaks of sloppy texts precede: `\\frac`.
let private isDoubled (text: string) (at: int) =
    at + 2 < text.Length
    && isLetter text[at + 2]
    && not (text.Contains("\\begin", StringComparison.Ordinal))

/// A backslash and a character that is no letter.
let readEscape (tokens: TokenList) (text: string) (at: int) : int =
    if at + 1 >= text.Length then
        at + 1
    else
        match text[at + 1] with
        | '\\' when isDoubled text at -> at + 1
        | '\\' ->
            tokens.Add Row

            // The space of a row's end: \\[1ex].
            if
                startsAt text (at + 2) "["
                && at + 3 < text.Length
                && Char.IsAsciiDigit text[at + 3]
            then
                let last = text.IndexOf(']', at + 3)
                let isLength = last > 0 && last - at < 10 && isLetter text[last - 1]
                if isLength then last + 1 else at + 2
            else
                at + 2
        | '{' ->
            tokens.Add(Command "{")
            at + 2
        | '}' ->
            tokens.Add(Command "}")
            at + 2
        | '|' ->
            tokens.Add(Mark '|')
            at + 2
        | '%' ->
            tokens.Add(Mark '%')
            at + 2
        | _ -> at + 2
