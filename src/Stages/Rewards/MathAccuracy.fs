/// The paper's reward for MATH, by the verifier of `MathAnswer`.
module Cppo.Stages.Rewards.MathAccuracy

open Cppo.Stages.Math

/// 2 where the completion's answer equals the gold answer, else 0: also where the judgement is undecided, and where the gold
/// answer cannot be read, so that no completion earns anything by matching a broken gold answer letter by letter.
let valueOf (verdict: Verdict) : float =
    match verdict.Result with
    | Equal when verdict.IsGoldReadable -> 2.0
    | _ -> 0.0

/// The verdict in one line: what was taken from each side, and which rule decided.
let reasonOf (verdict: Verdict) : string =
    let short (text: string) =
        let line = text.ReplaceLineEndings " "

        if line.Length > 120 then
            line.Substring(0, 117) + "..."
        else
            line

    let relation =
        match verdict.Result with
        | _ when not verdict.IsGoldReadable -> "not rewarded"
        | Equal -> "equal"
        | Different -> "different"
        | Undecided -> "undecided"

    $"{relation}: '{short verdict.ExtractedAnswer}' against '{short verdict.ExtractedGold}' ({verdict.Reason})"

let private judgeAll (answer: string) : string -> AnswerVerdict =
    let gold = MathAnswer.prepareGold VerifySettings.Default answer

    fun completion ->
        let verdict = MathAnswer.verifyPrepared gold completion

        { Value = valueOf verdict
          Answer = verdict.ExtractedAnswer
          Reason = reasonOf verdict
          IsJudged = verdict.IsGoldReadable }

let private areSame (left: string) (right: string) =
    (MathAnswer.verify VerifySettings.Default left $"<answer>{right}</answer>").Result = Equal

/// The reward `mathAccuracy`.
let rule: RewardRule =
    { Name = "mathAccuracy"
      Doc = "the answer is mathematically equal to the gold: 2."
      Value =
        OfAnswer
            { Judge = judgeAll
              GoldFault = MathAnswer.goldFault VerifySettings.Default
              GoldOf = fun answer -> (MathAnswer.prepareGold VerifySettings.Default answer).Extracted
              AreSame = areSame }
      Most = ValueSome 2.0
      UsesLength = false }
