/// A penalty for completions near the longest length.
module internal Cppo.Stages.Rewards.Overlong

/// Soft overlong punishment (DAPO, arXiv 2503.14476, eq. 13; TRL's and Open-R1's `get_soft_overlong_punishment`), with L_max =
/// OverlongMaxLength and L_cache = OverlongCache: 0 up to L_max - L_cache, then ((L_max - L_cache) - length) / L_cache up to L_max,
/// and -1 beyond. Example: L_max 100, L_cache 20: 80 tokens 0, 90 tokens -0.5, 100 tokens -1.
let valueOf (settings: LengthRewardSettings) (numTokens: int) : float =
    let start = settings.OverlongMaxLength - settings.OverlongCache

    if numTokens <= start then
        0.0
    elif numTokens <= settings.OverlongMaxLength then
        float (start - numTokens) / float settings.OverlongCache
    else
        -1.0

let rule: RewardRule =
    RewardRule.OfLength "overlong" "a penalty that grows to 1 near the longest length." (fun input ->
        valueOf input.Settings.Lengths input.NumTokens)
