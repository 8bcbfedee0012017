namespace Cppo.Stages.Math

open System.Text.RegularExpressions
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing
open Cppo.Stages.Math.Equivalence
open Cppo.Stages.Math.Readings

/// A gold answer, extracted and parsed once, for any number of completions and threads.
[<Sealed>]
type PreparedGold internal (settings: VerifySettings, reading: Result<Reading, ReadingFault>) =
    member internal _.Reading = reading

    /// What completions are compared with and how.
    member _.Settings = settings

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
