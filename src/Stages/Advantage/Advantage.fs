namespace Cppo.Stages.Advantage

open Cppo.Stages

/// What the advantage depends on beside the rewards.
type AdvantageSettings =
    {
        /// Added to the standard deviation; 1e-4 as in the authors' code.
        Epsilon: float
    }

/// How much better than its group each completion is.
module Advantage =

    /// A_i = (r_i - mean r) / (std r + epsilon), CPPO (arXiv 2503.22342), as in GRPO; std is the sample's (n-1), epsilon 1e-4 in the
    /// authors' code. Shape [G] -> [G]. Equal rewards, and a group of one, give exact zeros. Example: [1; 0] -> [0.707; -0.707].
    let ofRewards (epsilon: float) (rewards: float[]) : struct (float[] * float * float) =
        let isSpread =
            rewards.Length > 1
            && rewards |> Array.exists (fun reward -> reward <> rewards[0])

        if not isSpread then
            let mean = if rewards.Length = 0 then 0.0 else rewards[0]
            struct (Array.zeroCreate rewards.Length, mean, 0.0)
        else
            let mean = Array.average rewards

            let squares =
                rewards |> Array.sumBy (fun reward -> (reward - mean) * (reward - mean))

            let std = sqrt (squares / float (rewards.Length - 1))
            struct (rewards |> Array.map (fun reward -> (reward - mean) / (std + epsilon)), mean, std)

    /// The advantages of a scored group's totals.
    let compute (settings: AdvantageSettings) (scored: ScoredGroup) : AdvantagedGroup =
        let totals = scored.Rewards |> Array.map _.Total
        let struct (advantages, mean, std) = ofRewards settings.Epsilon totals

        { Scored = scored
          Advantages = advantages
          RewardMean = mean
          RewardStd = std }
