/// The shortest of a group earns most.
module internal Cppo.Stages.Rewards.GroupLength

/// Length reward within a group (Kimi k1.5, arXiv 2501.12599, section 2.3.3; Open-R1's `len_reward`, which counts characters):
/// lambda = 1/2 - (length - shortest) / (longest - shortest) for a right answer, min(0, lambda) for a wrong one, 0 where all are
/// equally long.
let valueOf (shortest: int) (longest: int) (isCorrect: bool) (numTokens: int) : float =
    if longest <= shortest then
        0.0
    else
        let lambda = 0.5 - float (numTokens - shortest) / float (longest - shortest)
        if isCorrect then lambda else min 0.0 lambda

let rule: RewardRule =
    RewardRule.OfLength "length" "the shorter in its group the better, for right answers." (fun input ->
        if input.IsJudged then
            valueOf input.Shortest input.Longest input.IsCorrect input.NumTokens
        else
            0.0)
