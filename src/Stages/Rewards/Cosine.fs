/// Short where right, long where wrong. docs/rewards.md compares the peers' variants.
module internal Cppo.Stages.Rewards.Cosine

open System

/// Cosine-scaled reward (Demystifying Long CoT, arXiv 2502.03373, appendix C.1; TRL's and Open-R1's `get_cosine_scaled_reward`):
/// low + (high - low) (1 + cos(pi p)) / 2 with p = min(1, length / CosineMaxLength), where (low, high) is (MinCorrect, MaxCorrect) for a
/// right answer and (MaxWrong, MinWrong) for a wrong one, so that a short right answer earns most and a short wrong one costs most.
/// The length is held at the maximum as in TRL: Open-R1's cosine rises again beyond it, and counts characters.
/// Example, default settings, 250 of 1000 tokens: 0.5 + 0.25 (1 + sqrt(1/2)) = 0.9268 right, -0.9268 wrong.
let valueOf (settings: LengthRewardSettings) (isCorrect: bool) (numTokens: int) : float =
    let progress = min 1.0 (float numTokens / float settings.CosineMaxLength)

    let struct (low, high) =
        if isCorrect then
            struct (settings.CosineMinCorrect, settings.CosineMaxCorrect)
        else
            struct (settings.CosineMaxWrong, settings.CosineMinWrong)

    low + 0.5 * (high - low) * (1.0 + Math.Cos(progress * Math.PI))

let rule: RewardRule =
    RewardRule.OfLength "cosine" "a right answer earns more the shorter it is, a wrong one costs less the longer it is." (fun input ->
        if input.IsJudged then
            valueOf input.Settings.Lengths input.IsCorrect input.NumTokens
        else
            0.0)
