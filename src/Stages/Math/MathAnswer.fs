namespace Cppo.Stages

open System
open System.Text.RegularExpressions
open Cppo.Stages.Mathematics

/// What an answer is looked for as.
type AnswerTarget =
    /// Boxes and LaTeX between delimiters.
    | Latex
    /// Plain numbers and arithmetic.
    | Plain
    /// One of these strings, as in multiple choice.
    | Choice of strings: string[]

/// How a completion is compared with a gold answer.
type VerifySettings =
    {
        /// What is looked for in the completion.
        Targets: AnswerTarget[]
        /// What is looked for in the gold answer.
        GoldTargets: AnswerTarget[]
        /// 0: a box counts as much as "final answer is ... I hope"; 50: as "final answer is"; negative: boxes do not count.
        BoxedPriority: int
        /// Where the completion has `<answer>`, only the last one is read; likewise what follows the last `####`.
        ReadsAnswerTag: bool
        /// Names of variables matter; otherwise they are matched in order of appearance.
        Strict: bool
        /// Decimals to which numbers with a decimal point are compared.
        FloatRounding: int
        /// Digits to which values without an exact form are compared, where fewer than 15; else 36.
        NumericPrecision: int
        /// An inequality may answer where a set is asked; a set may always answer where an inequality is asked.
        AllowSetRelation: bool
        /// The work that one verification may cost; a step is about a microsecond.
        MaxSteps: int
    }

    /// Everything is looked for, boxes first, with 20,000 steps.
    static member Default =
        { Targets = [| Latex; Plain |]
          GoldTargets = [| Latex; Plain |]
          BoxedPriority = 0
          ReadsAnswerTag = true
          Strict = true
          FloatRounding = 6
          NumericPrecision = 15
          AllowSetRelation = true
          MaxSteps = 20000 }

/// The judgement of one completion.
type VerifyResult =
    | Equal
    | Different
    /// The work ran out, a side could not be read, or has no value. Earns nothing.
    | Undecided

/// A judgement with what it rests on.
type Verdict =
    {
        Result: VerifyResult
        /// Whether the gold answer could be read as mathematics or words.
        IsGoldReadable: bool
        /// What was taken for the gold answer; empty where nothing was.
        ExtractedGold: string
        /// What was taken for the answer; empty where nothing was.
        ExtractedAnswer: string
        /// Which rule decided, in words.
        Reason: string
    }

/// Readings of one text: numbers with commas as thousands, and as lists where that differs; the letter of a
/// choice, where it stands before what it says.
type internal Reading =
    { Text: string
      Source: string
      Expressions: Expression list }

/// Why a text could not be read, and the text; empty where there was none.
type internal ReadingFault = { Text: string; Why: string }

/// A gold answer, extracted and parsed once, for any number of completions and threads.
[<Sealed>]
type PreparedGold internal (settings: VerifySettings, reading: Result<Reading, ReadingFault>) =
    member internal _.Reading = reading

    /// What completions are compared with and how.
    member _.Settings = settings

    /// Whether it could be read as mathematics or words. A gold answer that cannot be read is never rewarded.
    member _.IsReadable = Result.isOk reading

    /// What was taken for the gold answer; empty where nothing was.
    member _.Extracted =
        match reading with
        | Ok found -> found.Text
        | Error fault -> fault.Text

    /// Why it cannot be read; none where it can.
    member _.Fault =
        match reading with
        | Ok _ -> ValueNone
        | Error fault -> ValueSome fault.Why

/// Whether a completion gives the gold answer: exact where it can be, bounded in work, pure, and the same on every machine.
module MathAnswer =

    let private commaThousands = Regex(@"\d,\d{3}(?!\d)", RegexOptions.CultureInvariant)

    /// The letter of a choice in front of what it says: `\text{(B)}\ 12`.
    let private label =
        Regex(
            @"^\s*(?:(?:\\(?:text|textbf|mathrm|mathbf)\s*\{\s*\(?([A-J])\s*[).:]?\s*\}|\(?(?<1>[A-J])\))[\s~\\,:;]+|\\(?:text|textbf|mathrm|mathbf)\s*\{\s*\(?(?<1>[A-J])[).:]\s*\})\S",
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

    let private targetsOf (settings: VerifySettings) (targets: AnswerTarget[]) : Extraction.Targets =
        { Latex = Array.contains Latex targets
          Plain = Array.contains Plain targets
          BoxedPriority = settings.BoxedPriority }

    /// A number within a formula that cannot be read is not the answer.
    let private isFragment (broken: Extraction.Candidate list) (candidate: Extraction.Candidate) : bool =
        candidate.Source = "number"
        && broken
           |> List.exists (fun formula -> candidate.Start < formula.End && candidate.End > formula.Start)

    /// The first candidate that can be read; else the text of the first and why it cannot.
    let private firstReadable (budget: Budget) (candidates: Extraction.Candidate seq) : Result<Reading, ReadingFault> =
        let mutable fault = ValueNone
        let mutable result = ValueNone
        let mutable broken = []
        use items = (Seq.truncate 8 candidates).GetEnumerator()

        while result.IsNone && items.MoveNext() do
            if not (isFragment broken items.Current) then
                match tryRead (budget.Part 6000) items.Current.Source items.Current.Text with
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

    let private whole (source: string) (text: string) : Extraction.Candidate =
        { Text = text
          Start = 0
          End = text.Length
          Source = source }

    let private bareNumber =
        Regex(@"^\s*[-+]?[$€£¥]?\s*[-+]?[\d.,/ ]*\d\s*%?\s*$", RegexOptions.CultureInvariant)

    /// What follows the last `####` on its line, where that is a number alone, or ends a text without a box; other such lines are headings.
    let private afterHashes (text: string) : string voption =
        match text.LastIndexOf("####", StringComparison.Ordinal) with
        | -1 -> ValueNone
        | mark ->
            let line = text.IndexOf('\n', mark)
            let last = if line < 0 then text.Length else line
            let answer = text.Substring(mark + 4, last - mark - 4)
            let isLast = String.IsNullOrWhiteSpace(text.Substring last)

            let hasBox (from: int) =
                text.IndexOf("\\boxed", from, StringComparison.Ordinal) >= 0

            let isOnOwnLine = mark = 0 || Char.IsWhiteSpace text[mark - 1]

            if
                String.IsNullOrWhiteSpace answer
                || answer.Length > 400
                || not isOnOwnLine
                || hasBox last
                || not (bareNumber.IsMatch answer || isLast && not (hasBox 0))
            then
                ValueNone
            else
                ValueSome answer

    /// What stands in the last `<answer>`, or behind the last `####`.
    let private tagged (text: string) : string voption =
        let opening = text.LastIndexOf("<answer>", StringComparison.Ordinal)

        if opening >= 0 then
            let closing = text.IndexOf("</answer>", opening, StringComparison.Ordinal)

            if closing < 0 then
                ValueNone
            else
                ValueSome(text.Substring(opening + 8, closing - opening - 8))
        else
            afterHashes text

    let private choicesOf (targets: AnswerTarget[]) =
        targets
        |> Array.collect (function
            | Choice strings -> strings
            | _ -> [||])

    let private chosen (choices: string[]) (text: string) : Extraction.Candidate list =
        if choices.Length = 0 then
            []
        else
            match Extraction.choice choices text with
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
    let private candidatesOf (settings: VerifySettings) (targets: AnswerTarget[]) (isGold: bool) (text: string) : Extraction.Candidate seq =
        let text = text.Replace('−', '-')
        let inTag = if settings.ReadsAnswerTag then tagged text else ValueNone
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

    let private spaces =
        Regex(@"\s+|\\left|\\right|\\[,;:! ]|\$|\\displaystyle", RegexOptions.CultureInvariant)

    let private bare (text: string) =
        if text.Length > 4 * Lexer.maxLength then
            text
        else
            spaces.Replace(text, "").Replace("dfrac", "frac").Replace("tfrac", "frac").TrimEnd('.')

    let private renamed (gold: Expression) (answer: Expression) : Expression =
        let from, into = Expression.symbols answer, Expression.symbols gold

        if from.Length <> into.Length || from.IsEmpty then
            answer
        else
            let names = dict (List.zip from into)

            let rec visit (expression: Expression) : Expression =
                match expression with
                | Symbol name -> Symbol names[name]
                | _ -> Expression.map visit expression

            visit answer

    let private compareExpressions (settings: VerifySettings) (budget: Budget) (gold: Expression) (answer: Expression) : Scalars.Outcome =
        let context: Scalars.Context =
            { Budget = budget
              FloatRounding = settings.FloatRounding
              NumericPrecision = settings.NumericPrecision
              AllowSetRelation = settings.AllowSetRelation }

        match Equivalence.compare context gold answer with
        | struct (false, _) as different when not settings.Strict ->
            match Equivalence.compare context gold (renamed gold answer) with
            | struct (true, reason) -> Scalars.yes (reason + ", variables renamed")
            | _ -> different
        | outcome -> outcome

    /// Compares every reading of one with every reading of the other until two are equal.
    let private compareReadings
        (settings: VerifySettings)
        (budget: Budget)
        (gold: Reading)
        (answer: Reading)
        : struct (VerifyResult * string) =
        let attempt (a: Expression) (b: Expression) =
            try
                match compareExpressions settings budget a b with
                | struct (true, reason) -> struct (Equal, reason)
                | struct (false, reason) -> struct (Different, reason)
            with
            | BudgetExceeded why -> struct (Undecided, "undecided: " + why)
            | Undefined why -> struct (Undecided, "undecided: " + why)
            | SyntaxFault why -> struct (Different, why)

        let mutable first = ValueNone
        let mutable found = ValueNone

        for a in gold.Expressions do
            for b in answer.Expressions do
                if found.IsNone then
                    let struct (result, _) as outcome = attempt a b

                    if result = Equal then
                        found <- ValueSome outcome
                    elif first.IsNone then
                        first <- ValueSome outcome

        if found.IsSome then found.Value else first.Value

    let private verdict (result: VerifyResult) (isReadable: bool) (gold: string) (answer: string) (reason: string) : Verdict =
        { Result = result
          IsGoldReadable = isReadable
          ExtractedGold = gold
          ExtractedAnswer = answer
          Reason = reason }

    /// Reads a gold answer once for all completions that are compared with it.
    let prepareGold (settings: VerifySettings) (gold: string) : PreparedGold =
        PreparedGold(settings, firstReadable (Budget settings.MaxSteps) (candidatesOf settings settings.GoldTargets true gold))

    let private verdictOfReadings (settings: VerifySettings) (budget: Budget) (gold: Reading) (answer: Reading) : Verdict =
        if bare gold.Text = bare answer.Text then
            verdict Equal true gold.Text answer.Text $"{answer.Source}: the same text"
        else
            let struct (result, reason) = compareReadings settings budget gold answer
            verdict result true gold.Text answer.Text $"{answer.Source}: {reason}"

    /// The verdict where the gold answer cannot be read: the same text is equal, but the gold stays unreadable.
    let private verdictOfBrokenGold (gold: ReadingFault) (answerText: string) : Verdict =
        if gold.Text <> "" && bare gold.Text = bare answerText then
            verdict Equal false gold.Text answerText "the same text"
        else
            verdict Undecided false gold.Text answerText $"the gold answer cannot be read: {gold.Why}"

    /// As `verify`, with a gold answer that was read before. Thread-safe.
    let verifyPrepared (gold: PreparedGold) (completion: string) : Verdict =
        let settings = gold.Settings
        let budget = Budget settings.MaxSteps

        let answerReading =
            firstReadable budget (candidatesOf settings settings.Targets false completion)

        match gold.Reading, answerReading with
        | Ok gold, Ok answer -> verdictOfReadings settings budget gold answer
        | Error gold, Ok answer -> verdictOfBrokenGold gold answer.Text
        | Error gold, Error answer -> verdictOfBrokenGold gold answer.Text
        | Ok gold, Error { ReadingFault.Text = "" } -> verdict Different true gold.Text "" "no answer found"
        | Ok gold, Error answer when bare gold.Text = bare answer.Text -> verdict Equal true gold.Text answer.Text "the same text"
        | Ok gold, Error answer -> verdict Undecided true gold.Text answer.Text $"the answer cannot be read: {answer.Why}"

    /// Whether a completion's answer equals the gold answer. Reads the answer out of both, compares them by the rules of
    /// `Equivalence`, and says which rule decided. Never raises; ends after `MaxSteps`.
    /// Example: gold "\frac12" and completion "So it is $\boxed{0.5}$." are equal, "the same number".
    let verify (settings: VerifySettings) (gold: string) (completion: string) : Verdict =
        verifyPrepared (prepareGold settings gold) completion

    /// Whether a gold answer can be read, and else why not. A gold answer that cannot be read is never rewarded.
    let goldFault (settings: VerifySettings) (gold: string) : string voption = (prepareGold settings gold).Fault
