/// PPO's clipped surrogate (CPPO, arXiv 2503.22342, eq. 8).
module internal Cppo.Stages.Objective.Clipped

open System

/// min(rho A, clip(rho) A) and its derivative by the policy logprob, which is rho A where the minimum is the unclipped product or the ratio
/// is in the range (bounds included), else 0. A zero advantage gives 0 whatever the ratio.
let private term (settings: ObjectiveSettings) (advantage: float) (ratio: float) : SurrogateTerm =
    if advantage = 0.0 then
        { Value = 0.0
          Slope = 0.0
          IsClipped = false
          IsOutside = false }
    else
        let low, high = 1.0 - settings.EpsilonLow, 1.0 + settings.EpsilonHigh
        let unclipped = ratio * advantage
        let clipped = Math.Clamp(ratio, low, high) * advantage

        if clipped < unclipped then
            { Value = clipped
              Slope = 0.0
              IsClipped = true
              IsOutside = false }
        else
            { Value = unclipped
              Slope = unclipped
              IsClipped = false
              IsOutside = unclipped < clipped }

let surrogate: Surrogate =
    { Name = "clipped"
      Doc = "the smaller of ratio times advantage and clipped ratio times advantage (PPO, the paper)."
      Term = term }
