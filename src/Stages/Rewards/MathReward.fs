/// The paper's reward for MATH, by the verifier of `MathAnswer`.
module Cppo.Stages.Rewards.MathReward

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

/// `mathAccuracy` of a completion against a gold answer: 2 or 0.
let accuracy (gold: string) (completion: string) : float =
    valueOf (MathAnswer.verify VerifySettings.Default gold completion)
