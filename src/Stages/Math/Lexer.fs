/// Cuts LaTeX or plain text of an answer into tokens; what only changes the look is gone afterwards.
module internal Cppo.Stages.Mathematics.Lexer

open System
open System.Globalization
open System.Numerics

type Token =
    /// A number literal; the text has only digits and at most one decimal point.
    | Digits of string
    /// A value that digits alone do not say: repeating decimals and powers of ten.
    | Literal of Rational
    | Letter of char
    /// A LaTeX command or a word that means one, without the backslash.
    | Command of string
    | Mark of char
    | Prose of string
    | Joiner of Connector
    | Begin of string
    | End of string
    /// The end of a matrix row.
    | Row

/// The longest text that is taken for mathematics, in characters.
[<Literal>]
let maxLength = 6000

let private isLetter (c: char) = Char.IsAsciiLetter c

let private skipWhile (test: char -> bool) (text: string) (from: int) =
    let mutable at = from

    while at < text.Length && test text[at] do
        at <- at + 1

    at

let private startsAt (text: string) (at: int) (part: string) =
    at <= text.Length && String.CompareOrdinal(text, at, part, 0, part.Length) = 0

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
let private startsDecimals (text: string) (at: int) : bool =
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
let private numberAt (budget: Budget) (isCommaThousands: bool) (text: string) (from: int) : struct (Token * int) =
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

let private joinerOf (word: string) =
    match word.Trim().Trim(',').Trim().ToLowerInvariant() with
    | "and" -> ValueSome And
    | "or" -> ValueSome Or
    | "" when word.Contains ',' -> ValueSome Comma
    | _ -> ValueNone

let private vowels = Buffers.SearchValues.Create "aeiouyAEIOUY"

/// Commands that line breaks of sloppy texts precede: `\\frac`.
let private isDoubled (text: string) (at: int) =
    at + 2 < text.Length
    && isLetter text[at + 2]
    && not (text.Contains("\\begin", StringComparison.Ordinal))

/// Whether a text names a unit: `cm`, `m/s`, `km^2`.
let private isUnit (text: string) : bool =
    let words =
        text.Split([| ' '; '/'; '^'; '~'; '.'; '2'; '3'; '{'; '}'; '\\'; ',' |], StringSplitOptions.RemoveEmptyEntries)

    words.Length > 0
    && words
       |> Array.forall (fun word -> Vocabulary.units.Contains word || Vocabulary.shortUnits.Contains word)

let private raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ"
let private lowered = "₀₁₂₃₄₅₆₇₈₉₋₊ₙ"

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

/// The state of one pass over a text.
[<Sealed>]
type private Pass(budget: Budget, isCommaThousands: bool, isNested: bool) =
    let tokens = ResizeArray<Token>()

    let add (token: Token) =
        budget.Spend 1
        tokens.Add token

    /// Whether what stands before is a value, so that a unit may follow.
    let afterValue () =
        tokens.Count > 0
        && (match tokens[tokens.Count - 1] with
            | Digits _
            | Literal _
            | Prose _
            | Mark '}'
            | Mark ')'
            | Command "pi" -> true
            | _ -> false)

    member _.Tokens = tokens

    /// A word of plain letters; whether it stands apart from what comes before, and what comes behind it.
    member private _.Word(word: string, isApart: bool, next: char) =
        match joinerOf word with
        | ValueSome joiner -> add (Joiner joiner)
        | ValueNone when (next = '{' && Vocabulary.bracedCommands.Contains word) -> add (Command word)
        | ValueNone when Vocabulary.functions.Contains word || Vocabulary.plainFunctions.Contains word -> add (Command word)
        | ValueNone ->
            match word with
            | "pi"
            | "infty"
            | "theta" -> add (Command word)
            | "infinity"
            | "inf"
            | "oo" -> add (Command "infty")
            | _ when Vocabulary.meridiems.ContainsKey word && afterValue () -> add (Prose Vocabulary.meridiems[word])
            | _ when Vocabulary.currencies.Contains word -> add (Prose word)
            | _ when word.Length > 1 && Vocabulary.units.Contains word && afterValue () -> add (Prose word)
            | _ when word.Length > 6 -> add (Prose word)
            | _ when word.Length > 3 && isApart && afterValue () && word.AsSpan().ContainsAny(vowels) -> add (Prose word)
            | _ ->
                for letter in word do
                    add (Letter letter)

    member private pass.ProseCommand (name: string) (text: string) (from: int) : int =
        let struct (content, next) = group text from
        let bare = content.Trim().Trim('~').Trim()

        match joinerOf content with
        | ValueSome joiner when bare <> "" -> add (Joiner joiner)
        | _ when bare = "" -> ()
        | _ when bare = "i" -> add (Letter 'i')
        | _ when Vocabulary.meridiems.ContainsKey bare -> add (Prose Vocabulary.meridiems[bare])
        | _ when
            not isNested
            && not (afterValue () && isUnit bare)
            && (Char.IsAsciiDigit bare[0]
                || bare[0] = '\\'
                || name.StartsWith("math", StringComparison.Ordinal))
            ->
            let inner = Pass(budget, isCommaThousands, true)
            inner.Run bare
            tokens.AddRange inner.Tokens
        | _ when Vocabulary.functions.Contains bare && not (afterValue ()) -> add (Command bare)
        | _ -> add (Prose bare)

        next

    member private pass.Command (text: string) (from: int) : int =
        let last = skipWhile isLetter text from
        let name = text.Substring(from, last - from)

        if Vocabulary.prose.Contains name then
            pass.ProseCommand name text last
        elif Vocabulary.dropped.Contains name then
            let struct (_, next) = group text last
            next
        elif name = "left" || name = "right" then
            if startsAt text last "." then last + 1 else last
        elif
            name.StartsWith("quad", StringComparison.Ordinal)
            || name.StartsWith("qquad", StringComparison.Ordinal)
        then
            let next = from + (if name[1] = 'q' then 5 else 4)

            // A wide space before a parenthesis separates: (1,2) \quad (3,4).
            if startsAt text (skipWhile Char.IsWhiteSpace text next) "(" then
                add (Joiner Comma)

            next
        elif name = "overline" || name = "bar" then
            let struct (content, next) = group text last

            // The mean or the conjugate of one variable is another one; a bar over more marks a segment.
            if content.Length = 1 && isLetter content[0] then
                add (Command("bar " + content))
                next
            else
                last
        elif Vocabulary.ignored.Contains name then
            last
        elif name = "begin" || name = "end" then
            let struct (environment, next) = group text last

            add (
                if name = "begin" then
                    Begin environment
                else
                    End environment
            )

            if name = "begin" && environment.StartsWith("array", StringComparison.Ordinal) then
                let struct (_, afterColumns) = group text next
                afterColumns
            else
                next
        elif name = "mathbb" then
            let struct (set, next) = group text last

            // The reals are an interval; other sets of numbers are symbols of their own.
            if set = "R" then
                add (Command "R")
            else
                add (Prose("mathbb " + set))

            next
        elif name = "lbrack" || name = "lparen" || name = "rbrack" || name = "rparen" then
            add (
                Mark(
                    if name[0] = 'l' then (if name = "lbrack" then '[' else '(')
                    elif name = "rbrack" then ']'
                    else ')'
                )
            )

            last
        elif name = "lbrace" || name = "rbrace" then
            add (Command(if name = "lbrace" then "{" else "}"))
            last
        elif name = "lor" || name = "vee" || name = "land" || name = "wedge" then
            add (Joiner(if name = "lor" || name = "vee" then Or else And))
            last
        elif name = "not" then
            let next = skipWhile Char.IsWhiteSpace text last
            add (Command "ne")
            if startsAt text next "=" then next + 1 else last
        else
            add (Command name)
            last

    /// A backslash and a character that is no letter.
    member private _.Escape (text: string) (at: int) : int =
        if at + 1 >= text.Length then
            at + 1
        else
            match text[at + 1] with
            | '\\' when isDoubled text at -> at + 1
            | '\\' ->
                add Row

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
                add (Command "{")
                at + 2
            | '}' ->
                add (Command "}")
                at + 2
            | '|' ->
                add (Mark '|')
                at + 2
            | '%' ->
                add (Mark '%')
                at + 2
            | _ -> at + 2

    /// A run of raised or lowered digits and signs.
    member private pass.Script (mark: char) (digits: string) (text: string) (at: int) : int =
        let last = skipWhile digits.Contains text at
        add (Mark mark)
        add (Mark '{')

        for place in at .. last - 1 do
            match digits.IndexOf text[place] with
            | 10 -> add (Mark '-')
            | 11 -> add (Mark '+')
            | 12 -> add (Letter 'n')
            | _ -> ()

        let value =
            text.Substring(at, last - at) |> String.filter (fun c -> digits.IndexOf c < 10)

        if value <> "" then
            add (Digits(String.map (fun c -> char (int '0' + digits.IndexOf c)) value))

        add (Mark '}')
        last

    /// Signs of two or three characters: `<=`, `!=`, `**`, `...`.
    member private _.Sign (text: string) (at: int) : int =
        let pair = if at + 1 < text.Length then text.Substring(at, 2) else ""

        match pair with
        | "<="
        | "=<" ->
            add (Command "le")
            at + 2
        | ">=" ->
            add (Command "ge")
            at + 2
        | "!=" ->
            add (Command "ne")
            at + 2
        | "**" ->
            // At an end it is emphasis.
            if tokens.Count > 0 && at + 2 < text.Length then
                add (Mark '^')

            at + 2
        | "==" ->
            add (Mark '=')
            at + 2
        | _ ->
            match text[at] with
            | '$'
            | '€'
            | '£'
            | '¥'
            | '₹'
            | '~'
            | '`'
            | '“'
            | '”'
            | '"'
            | '.'
            | '?' -> ()
            | '−'
            | '–' -> add (Mark '-')
            | sign ->
                match Vocabulary.signs.TryGetValue sign with
                | true, name -> add (Command name)
                | _ when fractions.ContainsKey sign ->
                    let struct (numerator, denominator) = fractions[sign]

                    Seq.iter
                        add
                        [ Command "frac"
                          Mark '{'
                          Digits numerator
                          Mark '}'
                          Mark '{'
                          Digits denominator
                          Mark '}' ]
                | _ when Char.IsLetter sign -> add (Prose(string sign))
                | _ -> add (Mark sign)

            at + 1

    member pass.Run(text: string) =
        let mutable at = 0

        while at < text.Length do
            let c = text[at]

            if Char.IsWhiteSpace c then
                at <- at + 1
            elif Char.IsAsciiDigit c || (c = '.' && startsDecimals text (at + 1)) then
                let struct (token, next) = numberAt budget isCommaThousands text at
                add token
                at <- next
            elif (c = 'a' || c = 'p') && startsAt text (at + 1) ".m" && afterValue () then
                add (Prose(string c + ".m."))
                at <- skipWhile (fun c -> c = '.') text (at + 3)
            elif isLetter c then
                let last = skipWhile isLetter text at

                let isApart =
                    at > 0 && not (isLetter text[at - 1] || Char.IsAsciiDigit text[at - 1])

                pass.Word(text.Substring(at, last - at), isApart, (if last < text.Length then text[last] else ' '))
                at <- last
            elif c = '\\' && at + 1 < text.Length && isLetter text[at + 1] then
                at <- pass.Command text (at + 1)
            elif c = '\\' then
                at <- pass.Escape text at
            elif raised.Contains c then
                at <- pass.Script '^' raised text at
            elif lowered.Contains c then
                at <- pass.Script '_' lowered text at
            elif startsAt text at "{:}" then
                add (Mark ':')
                at <- at + 3
            else
                at <- pass.Sign text at

/// The tokens of a text. With `isCommaThousands`, a comma before exactly three digits belongs to the number.
let tokens (budget: Budget) (isCommaThousands: bool) (text: string) : Token[] =
    if text.Length > maxLength then
        raise (BudgetExceeded $"an answer of more than {maxLength} characters")

    let pass = Pass(budget, isCommaThousands, false)
    pass.Run text
    pass.Tokens.ToArray()
