namespace Cppo.Stages.Objective

/// What one token adds to the surrogate, before its weight.
[<Struct>]
type SurrogateTerm =
    {
        /// What the token adds, before its weight.
        Value: float
        /// d Value / d policyLogprob.
        Slope: float
        /// The clip decided, so that the slope is 0.
        IsClipped: bool
        /// The ratio is outside the clip range, but the term keeps its slope.
        IsOutside: bool
    }

/// A named surrogate: what the loss makes of a token's ratio and its completion's advantage.
[<ReferenceEquality>]
type Surrogate =
    {
        /// What the configuration calls it.
        Name: string
        /// One line for the configuration's documentation.
        Doc: string
        /// From settings, advantage A and ratio rho = exp(policyLogprob - generationLogprob); rho's derivative by policyLogprob is rho.
        Term: ObjectiveSettings -> float -> float -> SurrogateTerm
    }

/// Which objective is trained, and its constants.
and ObjectiveSettings =
    {
        /// The advantage's part of the loss.
        Surrogate: Surrogate
        /// Clip range of the ratio: [1 - EpsilonLow, 1 + EpsilonHigh].
        EpsilonLow: float
        /// See `EpsilonLow`.
        EpsilonHigh: float
        /// Weight of the KL term; 0 runs no reference model.
        Beta: float
    }
