/// Reads answers out of texts: the candidates in their order, and the first that can be parsed.
module internal Cppo.Stages.Math.Readings

open System
open System.Text.RegularExpressions
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing
open Cppo.Stages.Math.Normalization
open Cppo.Stages.Math.Extraction
open Cppo.Stages.Math.Extraction.Candidate

/// Readings of one text: numbers with commas as thousands, and as lists where that differs; the letter of a
/// choice, where it stands before what it says.
type Reading =
    { Text: string
      Source: string
      Expressions: Expression list }

/// Why a text could not be read, and the text; empty where there was none.
type ReadingFault = { Text: string; Why: string }

let private commaThousands = Regex(@"\d,\d{3}(?!\d)", RegexOptions.CultureInvariant)

/// The letter of a choice in front of what it says: `\text{(B)}\ 12`.
let private label =
    Regex(
        @"^\s*(?:(?:\\(?:text|textbf|mathrm|mathbf)\s*\{\s*\(?([A-J])\s*[).:]?\s*\}|\(?(?<1>[A-J])\))[\s~\\,:;]+"
        + @"|\\(?:text|textbf|mathrm|mathbf)\s*\{\s*\(?(?<1>[A-J])[).:]\s*\})\S",
        RegexOptions.CultureInvariant
    )

let private hasCommaThousands (text: string) =
    text.Contains ','
    && text.Length <= Lexer.maxLength
    && commaThousands.IsMatch text

let private read (budget: Budget) (isCommaThousands: bool) (text: string) : Expression =
    try
        Normalize.answer budget (Parser.parse budget isCommaThousands text)
    with SyntaxFault _ when not (text.Contains ',') && text.LastIndexOf '=' > 0 ->
        // A derivation that cannot be read as a whole ends with its result.
        Normalize.answer budget (Parser.parse budget isCommaThousands (text.Substring(text.LastIndexOf '=' + 1)))

/// The reading of a text, or why there is none.
let private tryRead (budget: Budget) (source: string) (text: string) : Result<Reading, string> =
    let attempt (isCommaThousands: bool) =
        try
            Ok(read budget isCommaThousands text)
        with
        | SyntaxFault why -> Error why
        | BudgetExceeded why -> Error why
        | Undefined why -> Error why

    match attempt true with
    | Error why -> Error why
    | Ok first ->
        let expressions =
            [ first

              if hasCommaThousands text then
                  match attempt false with
                  | Ok asList -> asList
                  | Error _ -> ()

              if text.Length <= 400 then
                  match label.Match text with
                  | found when found.Success -> Words found.Groups[1].Value
                  | _ -> () ]

        Ok
            { Text = text.Trim()
              Source = source
              Expressions = expressions }

let private targetsOf (settings: VerifySettings) (targets: AnswerTarget[]) : Targets =
    { Latex = Array.contains Latex targets
      Plain = Array.contains Plain targets
      BoxedPriority = settings.BoxedPriority }

/// A number within a formula that cannot be read is not the answer.
let private isFragment (broken: Candidate list) (candidate: Candidate) : bool =
    candidate.Source = "number"
    && broken
       |> List.exists (fun formula -> candidate.Start < formula.End && candidate.End > formula.Start)

/// The first candidate that can be read; else the text of the first and why it cannot.
let firstReadable (budget: Budget) (candidates: Candidate seq) : Result<Reading, ReadingFault> =
    let mutable fault = ValueNone
    let mutable result = ValueNone
    let mutable broken = []
    use items = (Seq.truncate 8 candidates).GetEnumerator()

    while result.IsNone && items.MoveNext() do
        if not (isFragment broken items.Current) then
            match budget.Within(6000, (fun share -> tryRead share items.Current.Source items.Current.Text)) with
            | Ok reading -> result <- ValueSome reading
            | Error why ->
                if
                    items.Current.Source <> "number"
                    && (items.Current.Source <> "whole text" || items.Current.Text.Contains '\\')
                then
                    broken <- items.Current :: broken

                if fault.IsNone then
                    fault <-
                        ValueSome
                            { Text = items.Current.Text.Trim()
                              Why = why }

    match result with
    | ValueSome reading -> Ok reading
    | ValueNone -> Error(ValueOption.defaultValue { Text = ""; Why = "nothing found" } fault)

let private whole (source: string) (text: string) : Candidate =
    { Text = text
      Start = 0
      End = text.Length
      Source = source }

let private choicesOf (targets: AnswerTarget[]) =
    targets
    |> Array.collect (function
        | Choice strings -> strings
        | _ -> [||])

let private chosen (choices: string[]) (text: string) : Candidate list =
    if choices.Length = 0 then
        []
    else
        match Choices.choice choices text with
        | ValueSome found -> [ whole "choice" ("\\text{" + found + "}") ]
        | ValueNone -> []

let private marked =
    Regex(@"(?<!\\)(?:\$|\\\(|\\\[)|\\boxed|\\fbox|<answer>|####", RegexOptions.CultureInvariant)

let private isMarked (text: string) = marked.IsMatch text

let private sentence =
    Regex(@"\b[A-Za-z]{2,}\s+[A-Za-z]{2,}\s+[A-Za-z]{2,}\b", RegexOptions.CultureInvariant)

/// Whether a text is prose with an answer in it rather than an answer.
let private isSentence (text: string) =
    not (text.Contains '\\') && sentence.IsMatch text

/// All that may be the answer of a text, best first.
let candidatesOf (settings: VerifySettings) (targets: AnswerTarget[]) (isGold: bool) (text: string) : Candidate seq =
    let text = text.Replace('−', '-')

    let inTag =
        if settings.ReadsAnswerTag then
            Tags.tagged text
        else
            ValueNone

    let body = ValueOption.defaultValue text inTag
    let readsLatex = Array.contains Latex targets
    let isShort = body.Length <= 400

    let readsWhole =
        readsLatex
        && (inTag.IsSome || isGold || (isShort && body.Contains '\\'))
        && not (isMarked body)

    let source = if inTag.IsSome then "answer tag" else "whole text"

    seq {
        yield! chosen (choicesOf targets) body

        if readsWhole && (isGold || inTag.IsSome && not (isSentence body)) then
            whole source body

        yield! Extraction.candidates (targetsOf settings targets) body

        if readsWhole && not isGold && (inTag.IsNone || isSentence body) then
            whole source body
    }
