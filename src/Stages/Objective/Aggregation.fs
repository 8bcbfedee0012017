namespace Cppo.Stages.Objective

open Cppo.Stages.Prune

/// A kept completion within its update: what the weight of its tokens may depend on.
[<Struct>]
type WeighedCompletion =
    {
        /// T, its tokens.
        NumTokens: int
        /// Kept completions of its question.
        NumKept: int
        /// Questions of the update with a kept completion.
        NumQuestions: int
        /// Kept completions of the update.
        NumSamples: int
        /// Tokens of all of them.
        NumLossTokens: int64
        /// Over what the top k was taken.
        Scope: PruneScope
    }

/// A named way to average the token terms.
[<ReferenceEquality>]
type Aggregation =
    {
        /// What the configuration calls it.
        Name: string
        /// One line for the configuration's documentation.
        Doc: string
        /// The factor of each of a completion's token terms in the update's loss, see `TrainingSample.TokenWeight`.
        TokenWeight: WeighedCompletion -> float
    }
