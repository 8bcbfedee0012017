namespace Cppo.Stages.Evaluation

/// A mean over questions of values from 0 to 1, with its 95 % interval.
type Proportion =
    {
        /// The mean, 0 .. 1.
        Value: float
        /// The interval's lower end.
        Low: float
        /// The interval's upper end.
        High: float
        /// The questions that the mean is over.
        NumQuestions: int
    }

/// Intervals of shares in closed form.
module Intervals =

    /// The 97.5 % quantile of the standard normal distribution.
    let private z = 1.959963984540054

    /// Wilson's 95 % interval of a share of n questions; no questions give 0 .. 1. Its centre is (share + z^2 / 2n) / (1 + z^2 / n),
    /// its half width z / (1 + z^2 / n) * sqrt(share (1 - share) / n + z^2 / 4n^2). Example: 0.8 of 10 -> 0.490 .. 0.943.
    let wilsonOf (share: float) (numQuestions: int) : Proportion =
        if numQuestions <= 0 then
            { Value = 0.0
              Low = 0.0
              High = 1.0
              NumQuestions = 0 }
        else
            let n = float numQuestions
            let scale = 1.0 + z * z / n
            let center = (share + z * z / (2.0 * n)) / scale

            let halfWidth =
                z / scale * sqrt (max 0.0 (share * (1.0 - share)) / n + z * z / (4.0 * n * n))

            { Value = share
              // A share of 0 or 1 is its own bound; rounding may put the computed one a hair inside.
              Low = max 0.0 (min share (center - halfWidth))
              High = min 1.0 (max share (center + halfWidth))
              NumQuestions = numQuestions }

    /// Wilson's interval of successes among trials.
    let wilson (numSuccesses: int) (numTrials: int) : Proportion =
        wilsonOf
            (if numTrials <= 0 then
                 0.0
             else
                 float numSuccesses / float numTrials)
            numTrials
