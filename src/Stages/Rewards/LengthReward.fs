/// Rewards that depend on how long a completion is, in tokens, as the peers define them. docs/rewards.md compares their variants.
module Cppo.Stages.Rewards.LengthReward

open System

/// Cosine-scaled reward (Demystifying Long CoT, arXiv 2502.03373, appendix C.1; TRL's and Open-R1's `get_cosine_scaled_reward`):
/// low + (high - low) (1 + cos(pi p)) / 2 with p = min(1, length / CosineMaxLength), where (low, high) is (MinCorrect, MaxCorrect) for a
/// right answer and (MaxWrong, MinWrong) for a wrong one, so that a short right answer earns most and a short wrong one costs most.
/// The length is held at the maximum as in TRL: Open-R1's cosine rises again beyond it, and counts characters.
/// Example, default settings, 250 of 1000 tokens: 0.5 + 0.25 (1 + sqrt(1/2)) = 0.9268 right, -0.9268 wrong.
let cosine (settings: LengthRewardSettings) (isCorrect: bool) (numTokens: int) : float =
    let progress = min 1.0 (float numTokens / float settings.CosineMaxLength)

    let struct (low, high) =
        if isCorrect then
            struct (settings.CosineMinCorrect, settings.CosineMaxCorrect)
        else
            struct (settings.CosineMaxWrong, settings.CosineMinWrong)

    low + 0.5 * (high - low) * (1.0 + Math.Cos(progress * Math.PI))

/// Soft overlong punishment (DAPO, arXiv 2503.14476, eq. 13; TRL's and Open-R1's `get_soft_overlong_punishment`), with L_max =
/// OverlongMaxLength and L_cache = OverlongCache: 0 up to L_max - L_cache, then ((L_max - L_cache) - length) / L_cache up to L_max,
/// and -1 beyond. Example: L_max 100, L_cache 20: 80 tokens 0, 90 tokens -0.5, 100 tokens -1.
let overlong (settings: LengthRewardSettings) (numTokens: int) : float =
    let start = settings.OverlongMaxLength - settings.OverlongCache

    if numTokens <= start then
        0.0
    elif numTokens <= settings.OverlongMaxLength then
        float (start - numTokens) / float settings.OverlongCache
    else
        -1.0

/// Length reward within a group (Kimi k1.5, arXiv 2501.12599, section 2.3.3; Open-R1's `len_reward`, which counts characters):
/// lambda = 1/2 - (length - shortest) / (longest - shortest) for a right answer, min(0, lambda) for a wrong one, 0 where all are
/// equally long.
let within (shortest: int) (longest: int) (isCorrect: bool) (numTokens: int) : float =
    if longest <= shortest then
        0.0
    else
        let lambda = 0.5 - float (numTokens - shortest) / float (longest - shortest)
        if isCorrect then lambda else min 0.0 lambda
