/// Python's text functions where .NET's differ: the authors' rewards are defined by them.
module internal Cppo.Stages.Rewards.PythonText

open System
open System.Globalization
open System.Text

/// Whether `str.strip` and `str.split` take the character as space: .NET's white space and U+001C .. U+001F.
let isSpace (c: char) =
    Char.IsWhiteSpace c || (c >= '\u001c' && c <= '\u001f')

/// `str.strip()`.
let strip (text: string) : string =
    let mutable first = 0
    let mutable last = text.Length - 1

    while first <= last && isSpace text[first] do
        first <- first + 1

    while last >= first && isSpace text[last] do
        last <- last - 1

    text.Substring(first, last - first + 1)

/// `str.count(part)`: occurrences that do not overlap, from the left.
let count (part: string) (text: string) : int =
    let mutable found = 0
    let mutable at = text.IndexOf(part, StringComparison.Ordinal)

    while at >= 0 do
        found <- found + 1
        at <- text.IndexOf(part, at + part.Length, StringComparison.Ordinal)

    found

/// The number of UTF-16 units (1 or 2) of the decimal digit (Unicode Nd, as `\d`) at a place; 0 where there is none.
let digitLength (text: string) (at: int) : int =
    if at >= text.Length then
        0
    elif Char.IsAsciiDigit text[at] then
        1
    elif text[at] < '\u0080' then
        0
    elif CharUnicodeInfo.GetDecimalDigitValue(text, at) < 0 then
        0
    elif Char.IsHighSurrogate text[at] then
        2
    else
        1

/// The place after the run of decimal digits that starts at a place.
let skipDigits (text: string) (at: int) : int =
    let mutable next = at
    let mutable length = digitLength text next

    while length > 0 do
        next <- next + length
        length <- digitLength text next

    next

/// The text with every decimal digit of any script as its ASCII digit.
let private asciiDigits (text: string) =
    if Ascii.IsValid text then
        text
    else
        let ascii = StringBuilder(text.Length)
        let mutable at = 0

        while at < text.Length do
            let length = digitLength text at

            if length > 0 then
                ascii.Append(CharUnicodeInfo.GetDecimalDigitValue(text, at)) |> ignore
                at <- at + length
            else
                ascii.Append text[at] |> ignore
                at <- at + 1

        ascii.ToString()

let private floatStyle =
    NumberStyles.AllowLeadingSign
    ||| NumberStyles.AllowDecimalPoint
    ||| NumberStyles.AllowExponent

/// `float(text)` of a text that is known to be a decimal number; too large a number is infinity.
let toFloat (number: string) : float =
    Double.Parse(asciiDigits number, floatStyle, CultureInfo.InvariantCulture)

/// Whether each underscore stands between two digits, where Python allows it.
let private underscoresAreInside (text: string) =
    text
    |> Seq.indexed
    |> Seq.forall (fun (at, c) ->
        c <> '_'
        || (at > 0
            && at < text.Length - 1
            && Char.IsAsciiDigit text[at - 1]
            && Char.IsAsciiDigit text[at + 1]))

/// `float(text)`; none where Python raises ValueError.
let tryFloat (text: string) : float option =
    let number = asciiDigits (strip text)
    let unsigned = number.TrimStart('+', '-').ToLowerInvariant()
    let numSigns = number.Length - unsigned.Length
    let sign = if number.StartsWith '-' then -1.0 else 1.0

    if numSigns > 1 then
        None
    elif unsigned = "inf" || unsigned = "infinity" then
        Some(sign * infinity)
    elif unsigned = "nan" then
        Some nan
    elif number |> Seq.exists (fun c -> not (Char.IsAsciiDigit c || ".eE+-_".Contains c)) then
        None
    elif not (underscoresAreInside number) then
        None
    else
        match Double.TryParse(number.Replace("_", ""), floatStyle, CultureInfo.InvariantCulture) with
        | true, value -> Some value
        | _ -> None

let private isCased (rune: Rune) =
    match Rune.GetUnicodeCategory rune with
    | UnicodeCategory.UppercaseLetter
    | UnicodeCategory.LowercaseLetter
    | UnicodeCategory.TitlecaseLetter -> true
    | _ -> false

let private isCaseIgnorable (rune: Rune) =
    match Rune.GetUnicodeCategory rune with
    | UnicodeCategory.NonSpacingMark
    | UnicodeCategory.EnclosingMark
    | UnicodeCategory.Format
    | UnicodeCategory.ModifierLetter
    | UnicodeCategory.ModifierSymbol -> true
    | _ -> "'.:·’‘․﹒＇．：".Contains(rune.ToString())

/// Whether the capital sigma at an index ends its word, so that its small form is U+03C2.
let private isFinalSigma (runes: Rune[]) (at: int) =
    let nearestCased (places: int seq) =
        places
        |> Seq.tryFind (fun place -> not (isCaseIgnorable runes[place]))
        |> Option.exists (fun place -> isCased runes[place])

    nearestCased (seq { at - 1 .. -1 .. 0 })
    && not (nearestCased (seq { at + 1 .. runes.Length - 1 }))

let private lowerRunes (text: string) =
    let runes = Array.ofSeq (text.EnumerateRunes())
    let lowered = StringBuilder(text.Length)

    for at in 0 .. runes.Length - 1 do
        match runes[at].Value with
        | 0x130 -> lowered.Append("i\u0307")
        | 0x3A3 -> lowered.Append(if isFinalSigma runes at then '\u03c2' else '\u03c3')
        | _ -> lowered.Append(Rune.ToLowerInvariant(runes[at]).ToString())
        |> ignore

    lowered.ToString()

/// `str.lower()`: the full mapping, which differs from the simple one for a dotted capital I and for a final sigma.
let lower (text: string) : string =
    if text.Contains '\u0130' || text.Contains '\u03a3' then
        lowerRunes text
    else
        text.ToLowerInvariant()

/// `str.split()`: the words between runs of space.
let words (text: string) : string[] =
    let found = ResizeArray<string>()
    let mutable start = -1

    for at in 0 .. text.Length do
        let inWord = at < text.Length && not (isSpace text[at])

        if inWord && start < 0 then
            start <- at
        elif not inWord && start >= 0 then
            found.Add(text.Substring(start, at - start))
            start <- -1

    found.ToArray()
