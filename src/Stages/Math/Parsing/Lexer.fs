/// Cuts LaTeX or plain text of an answer into tokens; what only changes the look is gone afterwards.
module internal Cppo.Stages.Math.Parsing.Lexer

open System
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Scan
open Cppo.Stages.Math.Parsing.Numbers
open Cppo.Stages.Math.Parsing.Signs
open Cppo.Stages.Math.Parsing.Spelling

/// The longest text that is taken for mathematics, in characters.
[<Literal>]
let maxLength = 6000

/// Commands that stand for one token.
let private tokenOf =
    dict
        [ "lbrack", Mark '['
          "lparen", Mark '('
          "rbrack", Mark ']'
          "rparen", Mark ')'
          "lbrace", Command "{"
          "rbrace", Command "}"
          "lor", Joiner Or
          "vee", Joiner Or
          "land", Joiner And
          "wedge", Joiner And ]

/// A wide space; before a parenthesis it separates: (1,2) \quad (3,4). Letters may follow it without a space.
let private readQuad (tokens: TokenList) (text: string) (next: int) : int =
    if startsAt text (skipWhile Char.IsWhiteSpace text next) "(" then
        tokens.Add(Joiner Comma)

    next

/// The mean or the conjugate of one variable is another one; a bar over more marks a segment.
let private readBar (tokens: TokenList) (text: string) (from: int) : int =
    let struct (content, next) = group text from

    if content.Length = 1 && isLetter content[0] then
        tokens.Add(Command("bar " + content))
        next
    else
        from

let private readEnvironment (tokens: TokenList) (isBegin: bool) (text: string) (from: int) : int =
    let struct (environment, next) = group text from
    tokens.Add(if isBegin then Begin environment else End environment)

    if isBegin && environment.StartsWith("array", StringComparison.Ordinal) then
        let struct (_, afterColumns) = group text next
        afterColumns
    else
        next

/// The reals are an interval; other sets of numbers are names of their own.
let private readNumberSet (tokens: TokenList) (text: string) (from: int) : int =
    let struct (set, next) = group text from
    tokens.Add(if set = "R" then Command "R" else Prose("mathbb " + set))
    next

let private readNot (tokens: TokenList) (text: string) (from: int) : int =
    let next = skipWhile Char.IsWhiteSpace text from
    tokens.Add(Command "ne")
    if startsAt text next "=" then next + 1 else from

/// A command that is a name or changes the look.
let private readName (tokens: TokenList) (name: string) (text: string) (last: int) : int =
    match name with
    | "left"
    | "right" when startsAt text last "." -> last + 1
    | "overline"
    | "bar" -> readBar tokens text last
    | "begin"
    | "end" -> readEnvironment tokens (name = "begin") text last
    | "mathbb" -> readNumberSet tokens text last
    | "not" -> readNot tokens text last
    | _ when Vocabulary.ignored.Contains name -> last
    | _ when Vocabulary.dropped.Contains name -> let struct (_, next) = group text last in next
    | _ ->
        match tokenOf.TryGetValue name with
        | true, token -> tokens.Add token
        | _ -> tokens.Add(Command name)

        last

/// A command with braces of prose. Mathematics within is read as such, unless it stands in prose itself.
let rec private readProse (tokens: TokenList) (options: struct (bool * bool)) (name: string) (text: string) (from: int) : int =
    let struct (isCommaThousands, isNested) = options
    let struct (content, next) = group text from
    let bare = content.Trim().Trim('~').Trim()

    match joinerOf content with
    | ValueSome joiner when bare <> "" -> tokens.Add(Joiner joiner)
    | _ when bare = "" -> ()
    | _ when bare = "i" -> tokens.Add(Letter 'i')
    | _ when bare = "mod" -> tokens.Add(Command "pmod")
    | _ when Vocabulary.meridiems.ContainsKey bare -> tokens.Add(Prose Vocabulary.meridiems[bare])
    | _ when
        not isNested
        && not (tokens.EndsWithValue && isUnit bare)
        && (Char.IsAsciiDigit bare[0]
            || bare[0] = '\\'
            || name.StartsWith("math", StringComparison.Ordinal))
        ->
        read tokens struct (isCommaThousands, true) bare
    | _ when Vocabulary.functions.Contains bare && not tokens.EndsWithValue -> tokens.Add(Command bare)
    | _ -> tokens.Add(Prose bare)

    next

/// A command behind its backslash.
and private readCommand (tokens: TokenList) (options: struct (bool * bool)) (text: string) (from: int) : int =
    let last = skipWhile isLetter text from
    let name = text.Substring(from, last - from)

    if Vocabulary.prose.Contains name then
        readProse tokens options name text last
    elif name.StartsWith("quad", StringComparison.Ordinal) then
        readQuad tokens text (from + 4)
    elif name.StartsWith("qquad", StringComparison.Ordinal) then
        readQuad tokens text (from + 5)
    else
        readName tokens name text last

/// A number, a word or half of the day at a place; the place itself where there is none.
and private tryReadPlain (tokens: TokenList) (isCommaThousands: bool) (text: string) (at: int) : int =
    let c = text[at]

    if Char.IsAsciiDigit c || (c = '.' && startsDecimals text (at + 1)) then
        let struct (token, next) = numberAt tokens.Budget isCommaThousands text at
        tokens.Add token
        next
    elif (c = 'a' || c = 'p') && startsAt text (at + 1) ".m" && tokens.EndsWithValue then
        tokens.Add(Prose(string c + ".m."))
        skipWhile (fun c -> c = '.') text (at + 3)
    elif isLetter c then
        let last = skipWhile isLetter text at

        let isApart =
            at > 0 && not (isLetter text[at - 1] || Char.IsAsciiDigit text[at - 1])

        readWord tokens (text.Substring(at, last - at)) isApart (if last < text.Length then text[last] else ' ')
        last
    else
        at

and private read (tokens: TokenList) (options: struct (bool * bool)) (text: string) : unit =
    let struct (isCommaThousands, _) = options
    let mutable at = 0

    while at < text.Length do
        let c = text[at]
        let next = tryReadPlain tokens isCommaThousands text at

        if next > at then
            at <- next
        elif Char.IsWhiteSpace c then
            at <- at + 1
        elif c = '\\' && at + 1 < text.Length && isLetter text[at + 1] then
            at <- readCommand tokens options text (at + 1)
        elif c = '\\' then
            at <- readEscape tokens text at
        elif raised.Contains c then
            at <- readScript tokens '^' raised text at
        elif lowered.Contains c then
            at <- readScript tokens '_' lowered text at
        elif startsAt text at "{:}" then
            tokens.Add(Mark ':')
            at <- at + 3
        else
            at <- readSign tokens text at

/// The tokens of a text. With `isCommaThousands`, a comma before exactly three digits belongs to the number.
let tokens (budget: Budget) (isCommaThousands: bool) (text: string) : Token[] =
    if text.Length > maxLength then
        raise (BudgetExceeded $"an answer of more than {maxLength} characters")

    let tokens = TokenList budget
    read tokens struct (isCommaThousands, false) text
    tokens.ToArray()
