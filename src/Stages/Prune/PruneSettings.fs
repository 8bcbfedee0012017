namespace Cppo.Stages.Prune

open Cppo.Stages


/// Which completions are removed (table 4 of the paper: the name says what goes).
type PruneRule =
    /// CPPO: those with the smallest |advantage| go.
    | LowestAbsolute
    | HighestAbsolute
    /// Those with the smallest signed advantage go.
    | LowestRaw
    | HighestRaw
    /// A seeded random choice goes.
    | Random
    /// Those with |advantage| below the threshold go (eq. 7); as many stay as pass.
    | BelowThreshold
    /// GRPO: all stay.
    | NoPruning

/// Over what the top k is taken.
type PruneScope =
    /// Each question keeps k (the paper).
    | Question
    /// One batch of N questions keeps the N * k best of all (the authors' code).
    | Batch

type PruneSettings =
    {
        Rule: PruneRule
        /// k, completions kept per question, 1 .. G. The pruning rate 1 - k/G is only displayed.
        Keep: int
        Scope: PruneScope
        /// gamma of `BelowThreshold`.
        Threshold: float
        /// Seed of `Random`.
        Seed: uint64
    }
