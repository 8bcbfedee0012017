namespace Cppo.Stages.Objective

/// How the token terms are averaged.
type Aggregation =
    /// Mean over a completion's tokens, then over a question's kept completions, then over questions (the paper).
    | SequenceMean
    /// Mean over all kept tokens of the update (the authors' code).
    | TokenMean

type ObjectiveSettings =
    {
        /// Clip range of the ratio: [1 - EpsilonLow, 1 + EpsilonHigh].
        EpsilonLow: float
        EpsilonHigh: float
        /// Weight of the KL term; 0 runs no reference model.
        Beta: float
        Aggregation: Aggregation
    }
