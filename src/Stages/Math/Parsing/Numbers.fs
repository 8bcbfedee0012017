/// Numbers as they are written: thousands separators, decimals that repeat, powers of ten.
module internal Cppo.Stages.Math.Parsing.Numbers

open System
open System.Globalization
open System.Numerics
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Scan

let private hasThreeDigits (text: string) (at: int) =
    at + 3 <= text.Length
    && Char.IsAsciiDigit text[at]
    && Char.IsAsciiDigit text[at + 1]
    && Char.IsAsciiDigit text[at + 2]
    && (at + 3 = text.Length || not (Char.IsAsciiDigit text[at + 3]))

/// The separators that only thousands have; a bare comma may also separate items.
let private thousandsMarks =
    [| "{,}"; ",\\!"; "\\,"; "\\;"; ",\\,"; "\\!"; ",\\;"; "\\ "; "~"; " " |]

/// The place of the three digits behind a thousands separator at a place; -1 where there is none.
let private thousandsAfter (isCommaThousands: bool) (text: string) (at: int) =
    let mark = thousandsMarks |> Array.tryFindBack (fun mark -> startsAt text at mark)

    match mark with
    | Some mark ->
        let next = skipWhile Char.IsWhiteSpace text (at + mark.Length)
        if hasThreeDigits text next then next else -1
    | None when isCommaThousands && startsAt text at "," && hasThreeDigits text (at + 1) -> at + 1
    | None -> -1

let private powerOfTen (exponent: int) =
    if abs exponent > 1000 then
        raise (BudgetExceeded "a power of ten beyond 10^1000")

    BigInteger.Pow(BigInteger 10, abs exponent)

/// digits * 10^exponent.
let private scaled (budget: Budget) (digits: BigInteger) (exponent: int) =
    if exponent >= 0 then
        Rational.ofBigInteger (digits * powerOfTen exponent)
    else
        Rational.create budget digits (powerOfTen exponent)

/// The value of digits; at most 1200.
let parseDigits (text: string) : BigInteger =
    if text.Length > 1200 then
        raise (BudgetExceeded "a number of more than 1200 digits")

    if text = "" then
        BigInteger.Zero
    else
        BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)

/// The value of digits with at most one decimal point.
let valueOf (budget: Budget) (text: string) : Rational =
    match text.IndexOf '.' with
    | -1 -> Rational.ofBigInteger (parseDigits text)
    | point -> scaled budget (parseDigits (text.Remove(point, 1))) (point + 1 - text.Length)

/// The digits of a whole part from a place, thousands separators removed, and the place behind them.
let private wholePart (isCommaThousands: bool) (text: string) (from: int) : struct (string * int) =
    let first = skipWhile Char.IsAsciiDigit text from
    let digits = text.Substring(from, first - from)

    if digits.Length > 3 || digits.Length = 0 || digits[0] = '0' then
        struct (digits, first)
    else
        let all = Text.StringBuilder digits
        let mutable at = first
        let mutable next = thousandsAfter isCommaThousands text at

        while next >= 0 do
            all.Append(text, next, 3) |> ignore
            at <- next + 3
            next <- thousandsAfter isCommaThousands text at

        struct (all.ToString(), at)

/// `E` and a signed integer behind a number.
let private exponentAfter (text: string) (at: int) : struct (int * int) =
    if at < text.Length && (text[at] = 'E' || text[at] = 'e') then
        let signed = at + 1

        let digits =
            if signed < text.Length && (text[signed] = '-' || text[signed] = '+') then
                signed + 1
            else
                signed

        let last = skipWhile Char.IsAsciiDigit text digits

        if last > digits && last - digits < 6 then
            let value =
                Int32.Parse(text.AsSpan(digits, last - digits), CultureInfo.InvariantCulture)

            struct ((if text[signed] = '-' then -value else value), last)
        else
            struct (0, at)
    else
        struct (0, at)

/// The digits that repeat without end, and the place behind them: `\overline{3}`, `\bar{3}`, `\dot{1}4285\dot{7}`.
let private periodAt (text: string) (from: int) : struct (string * int) voption =
    let bars = [| "\\overline"; "\\bar" |] |> Array.tryFind (startsAt text from)

    let period =
        match bars with
        | Some command -> ValueSome(group text (from + command.Length))
        | None when startsAt text from "\\dot" ->
            let struct (first, next) = group text (from + 4)
            let last = skipWhile Char.IsAsciiDigit text next

            if startsAt text last "\\dot" then
                let struct (final, behind) = group text (last + 4)
                ValueSome(struct (first + text.Substring(next, last - next) + final, behind))
            else
                ValueSome(struct (first, next))
        | None -> ValueNone

    match period with
    | ValueSome(struct (digits, _)) when
        digits.Length = 0
        || digits.Length >= 40
        || not (Seq.forall Char.IsAsciiDigit digits)
        ->
        raise (SyntaxFault "a repeating decimal without digits")
    | other -> other

/// Whether decimals start at a place, be it with those that repeat.
let startsDecimals (text: string) (at: int) : bool =
    at < text.Length
    && (Char.IsAsciiDigit text[at]
        || ([ "\\overline{"; "\\bar{"; "\\dot{" ]
            |> List.exists (fun command ->
                startsAt text at command
                && at + command.Length < text.Length
                && Char.IsAsciiDigit text[at + command.Length])))

let private repeating (budget: Budget) (whole: string) (decimals: string) (period: string) : Rational =
    let all = parseDigits (whole + decimals + period) - parseDigits (whole + decimals)
    let nines = (powerOfTen period.Length - BigInteger.One) * powerOfTen decimals.Length
    Rational.create budget all nines

/// A number at a place and the place behind it.
let numberAt (budget: Budget) (isCommaThousands: bool) (text: string) (from: int) : struct (Token * int) =
    let struct (whole, point) = wholePart isCommaThousands text from

    // A comma in braces that separates no thousands is a decimal comma: 3{,}14.
    let first =
        if startsAt text point "." then point + 1
        elif startsAt text point "{,}" && whole <> "" then point + 3
        else point

    let last =
        if first > point then
            skipWhile Char.IsAsciiDigit text first
        else
            point

    let decimals = text.Substring(first, last - first)

    let period = if last > point then periodAt text last else ValueNone

    match period with
    | ValueSome(struct (digits, next)) -> struct (Literal(repeating budget whole decimals digits), next)
    | ValueNone ->
        let next = if decimals = "" then point else last
        let struct (exponent, next) = exponentAfter text next

        if exponent <> 0 then
            struct (Literal(scaled budget (parseDigits (whole + decimals)) (exponent - decimals.Length)), next)
        elif decimals = "" then
            struct (Digits whole, next)
        else
            struct (Digits(whole + "." + decimals), next)
