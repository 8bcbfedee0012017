namespace Cppo.Stages.Evaluation

open System
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Extraction
open Cppo.Stages.Math
open Cppo.Stages.Rewards

/// By which rule answers are judged in an evaluation.
[<RequireQualifiedAccess>]
type JudgingRule =
    /// GSM8K: the answer is a number.
    | Number
    /// MATH, AMC, AIME: the answer is mathematics, compared by `MathAnswer`.
    | Expression

/// What an evaluation says of one completion.
type Judgement =
    {
        /// The answer stands where the prompt asks for it, and is right.
        IsStrictlyCorrect: bool
        /// Right by any extraction; holds wherever the strict judgement does.
        IsLenientlyCorrect: bool
        /// The verifier came to no verdict; counts as wrong.
        IsUndecided: bool
        /// The completion is `<think>...</think>`, line break, `<answer>...</answer>`.
        KeepsFormat: bool
        /// The answer of the strict extraction; empty where there is none.
        StrictAnswer: string
        /// The answer of the lenient extraction; empty where there is none.
        LenientAnswer: string
        /// What was compared with what, and which rule decided.
        Reason: string
    }

/// Strict and lenient judgements of completions.
module Judge =

    /// The names that a command line may give.
    let names = [| "number"; "expression" |]

    /// The rule of a name in `names`; otherwise an error that names them.
    let ruleOf (name: string) : Result<JudgingRule, string> =
        match name with
        | "number" -> Ok JudgingRule.Number
        | "expression" -> Ok JudgingRule.Expression
        | _ -> Error $"'{name}' is no judging rule; give number or expression."

    /// The inverse of `ruleOf`.
    let nameOf (rule: JudgingRule) : string =
        match rule with
        | JudgingRule.Number -> "number"
        | JudgingRule.Expression -> "expression"

    let private isRight (gold: string option) (answer: string option) =
        match gold, answer with
        | Some _, Some _ -> Accuracy.compare gold answer <> Accuracy.Different
        | _ -> false

    /// The number in a text, as the lenient extraction takes it.
    let private numberIn (text: string) : string option =
        AnswerExtraction.singleNumber text
        |> Option.orElseWith (fun () -> AnswerExtraction.lastNumber text)
        |> Option.map (fun number -> number.ToString("R", Globalization.CultureInfo.InvariantCulture))

    /// Strict: the text in the last `<answer>` equals the gold answer as text, or both hold exactly one number, the same. Lenient: also
    /// as the authors evaluate, by the only or the last number, of the whole completion where it has no tags.
    let private judgeNumber (answer: string) (completion: string) : Judgement =
        let gold = AnswerExtraction.ofGold answer
        let tagged = AnswerExtraction.ofCompletion completion
        let isStrict = isRight gold tagged

        let isLenient =
            isStrict
            || (match gold with
                | None -> false
                | Some gold -> AuthorsJudgement.judge ("####" + gold) completion = Ok true)

        let lenient = tagged |> Option.orElseWith (fun () -> numberIn completion)

        let reason =
            match gold, tagged, lenient with
            | None, _, _ -> "no gold answer"
            | Some gold, Some answer, _ when isStrict -> $"strict: <answer> '{answer}' equals '{gold}'"
            | Some gold, Some answer, _ when isLenient -> $"lenient: a number of <answer> '{answer}' equals '{gold}'"
            | Some gold, Some answer, _ -> $"wrong: <answer> '{answer}' is not '{gold}'"
            | Some gold, None, Some number when isLenient -> $"lenient: no <answer>; the number {number} equals '{gold}'"
            | Some gold, None, Some number -> $"wrong: no <answer>, and the number {number} is not '{gold}'"
            | Some _, None, None -> "wrong: neither <answer> nor a number"

        { IsStrictlyCorrect = isStrict
          IsLenientlyCorrect = isLenient
          IsUndecided = false
          KeepsFormat = Format.valueOf completion = 1.0
          StrictAnswer = Option.defaultValue "" tagged
          LenientAnswer = Option.defaultValue "" lenient
          Reason = reason }

    let private closedTag (completion: string) : string voption =
        match completion.LastIndexOf("<answer>", StringComparison.Ordinal) with
        | -1 -> ValueNone
        | opening ->
            match completion.IndexOf("</answer>", opening, StringComparison.Ordinal) with
            | -1 -> ValueNone
            | closing -> ValueSome(completion.Substring(opening, closing + 9 - opening))

    /// The part of a completion that the prompt asks the answer in: the last `<answer>`, else the last box.
    let private marked (completion: string) : string voption =
        match closedTag completion with
        | ValueSome tag -> ValueSome tag
        | ValueNone ->
            Extraction.candidates
                { Latex = true
                  Plain = false
                  BoxedPriority = 0 }
                completion
            |> List.tryFind (fun candidate -> candidate.Source = "box")
            |> Option.map (fun box -> "\\boxed{" + box.Text + "}")
            |> ValueOption.ofOption

    /// Strict: the last `<answer>`, or where there is none the last box, equals the gold answer. Lenient: also whatever else the verifier
    /// takes for the answer.
    let private judgeExpression (answer: string) (completion: string) : Judgement =
        let verify = MathAnswer.verify VerifySettings.Default answer
        let strict = marked completion |> ValueOption.map verify

        // Where there is a tag both look only there.
        let lenient =
            match strict with
            | ValueSome verdict when (closedTag completion).IsSome -> verdict
            | _ -> verify completion

        let isStrict =
            strict |> ValueOption.exists (fun verdict -> MathAccuracy.valueOf verdict > 0.0)

        let isLenient = isStrict || MathAccuracy.valueOf lenient > 0.0

        { IsStrictlyCorrect = isStrict
          IsLenientlyCorrect = isLenient
          IsUndecided = not isLenient && lenient.Result = Undecided
          KeepsFormat = Format.valueOf completion = 1.0
          StrictAnswer = (strict |> ValueOption.map _.ExtractedAnswer |> ValueOption.defaultValue "")
          LenientAnswer = lenient.ExtractedAnswer
          Reason =
            (match strict with
             | ValueSome verdict when isStrict -> "strict: " + MathAccuracy.reasonOf verdict
             | ValueNone -> "no <answer> and no box; lenient: " + MathAccuracy.reasonOf lenient
             | ValueSome _ -> (if isLenient then "lenient: " else "") + MathAccuracy.reasonOf lenient) }

    /// Why a gold answer cannot be judged by, so that no completion of its question is right; none where it can.
    let goldFault (rule: JudgingRule) (answer: string) : string voption =
        match rule with
        | JudgingRule.Number when (AnswerExtraction.ofGold answer).IsNone -> ValueSome "it is empty"
        | JudgingRule.Number -> ValueNone
        | JudgingRule.Expression -> MathAnswer.goldFault VerifySettings.Default answer

    /// Judges a completion against a dataset row's answer.
    let completion (rule: JudgingRule) (answer: string) (completion: string) : Judgement =
        match rule with
        | JudgingRule.Number -> judgeNumber answer completion
        | JudgingRule.Expression -> judgeExpression answer completion

    /// Whether two extracted answers are the same, for a vote: by value for numbers, by the verifier for mathematics.
    let areSame (rule: JudgingRule) (left: string) (right: string) : bool =
        match rule with
        | JudgingRule.Number -> left = right || (numberIn left = numberIn right && (numberIn left).IsSome)
        | JudgingRule.Expression ->
            left = right
            || (MathAnswer.verify VerifySettings.Default left ("\\boxed{" + right + "}")).Result = Equal
