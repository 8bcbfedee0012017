/// Whether the answer is GSM8K's: compared as the authors' `accuracy_reward` does.
module Cppo.Stages.Rewards.Accuracy

/// How an extracted answer compares with the gold answer.
type Match =
    /// The texts are equal.
    | Exact
    /// Both hold exactly one number, and the numbers are equal.
    | Numeric
    /// Neither.
    | Different

let private singleNumberOf (answer: string option) =
    answer |> Option.bind AnswerExtraction.singleNumber

/// Compares as the authors' code does: none equals none, and NaN never arises.
let compare (gold: string option) (extracted: string option) : Match =
    if extracted = gold then
        Exact
    else
        match singleNumberOf extracted, singleNumberOf gold with
        | Some answer, Some expected when answer = expected -> Numeric
        | _ -> Different

/// 2 for an exact match, 1.5 for a numeric one, else 0.
let valueOf (result: Match) : float =
    match result with
    | Exact -> 2.0
    | Numeric -> 1.5
    | Different -> 0.0

/// How training compares an answer with the gold answer: as the authors do, but a question without a gold answer and a
/// completion without an answer earn nothing (the authors' code takes two missing answers for equal and gives 2).
let private judge (gold: string option) (extracted: string option) : struct (Match * string) =
    match gold, extracted with
    | None, _ -> struct (Different, "no gold answer")
    | _, None -> struct (Different, "no <answer>")
    | Some expected, Some answer ->
        match compare gold extracted with
        | Exact -> struct (Exact, "exact: '" + answer + "' = '" + expected + "'")
        | Numeric -> struct (Numeric, "numeric: '" + answer + "' = '" + expected + "'")
        | Different -> struct (Different, "wrong: '" + answer + "', not '" + expected + "'")

let private judgeAll (answer: string) : string -> AnswerVerdict =
    let gold = AnswerExtraction.ofGold answer

    fun completion ->
        let extracted = AnswerExtraction.ofCompletion completion
        let struct (result, reason) = judge gold extracted

        { Value = valueOf result
          Answer = Option.defaultValue "" extracted
          Reason = reason
          IsJudged = gold.IsSome }

let private goldFault (answer: string) : string voption =
    match AnswerExtraction.ofGold answer with
    | Some _ -> ValueNone
    | None when answer.Contains "####" -> ValueSome "nothing stands behind ####"
    | None -> ValueSome "it is empty"

/// The reward `accuracy`.
let rule: RewardRule =
    { Name = "accuracy"
      Doc = "the answer is right: 2 as text, 1.5 as a number."
      Value =
        OfAnswer
            { Judge = judgeAll
              GoldFault = goldFault
              GoldOf = AnswerExtraction.ofGold >> Option.defaultValue ""
              AreSame = fun left right -> compare (Some left) (Some right) <> Different }
      Most = ValueSome 2.0
      UsesLength = false }
