namespace Cppo.Stages.Prune

open Cppo.Stages

/// A completion that a rule judges.
[<Struct>]
type PruneCandidate =
    {
        /// Its group: question, texts, tokens, rewards, advantages.
        Group: AdvantagedGroup
        /// Its index in the group.
        Completion: int
        /// Its advantage; where scores decide, to 12 decimals, so that the rounding of a mean parts no tie.
        Advantage: float
    }

/// How a rule chooses.
[<NoEquality; NoComparison>]
type PruneChoice =
    /// The highest scores stay: k of a question, or N * k of a batch, by the scope. Ties keep the earlier completion.
    | KeepHighest of score: (PruneSettings -> PruneCandidate -> float)
    /// Those that pass stay, however many, whatever the scope.
    | KeepWhere of passes: (PruneSettings -> PruneCandidate -> bool)
    /// All stay.
    | KeepAll

/// What a threshold is to a rule.
and [<NoEquality; NoComparison>] ThresholdUse =
    /// The rule has none.
    | NoThreshold
    /// What is wrong with a threshold for groups of G completions, as a sentence without its subject; none where it is fine.
    | Threshold of fault: (int -> float -> string voption)

/// A named rule that says which completions stay.
and [<ReferenceEquality>] PruneRule =
    {
        /// What the configuration calls it (table 4 of the paper: the name says what goes).
        Name: string
        /// One line for the configuration's documentation.
        Doc: string
        /// How it chooses.
        Choice: PruneChoice
        /// Whether it has a threshold, and which are right.
        Threshold: ThresholdUse
    }

    /// Whether k decides how many stay.
    member rule.UsesKeep = rule.Choice.IsKeepHighest

    /// Whether `PruneSettings.Threshold` counts.
    member rule.UsesThreshold = rule.Threshold.IsThreshold

    /// How many of a group's completions stay; none where the completions decide.
    member rule.KeptOf(keep: int, groupSize: int) : int voption =
        match rule.Choice with
        | KeepHighest _ -> ValueSome(min keep groupSize)
        | KeepWhere _ -> ValueNone
        | KeepAll -> ValueSome groupSize

    /// What is wrong with a threshold for groups of G completions; null where it is fine or not used.
    member rule.ThresholdFault(groupSize: int, threshold: float) : string | null =
        match rule.Threshold with
        | NoThreshold -> null
        | Threshold fault ->
            match fault groupSize threshold with
            | ValueSome text -> text
            | ValueNone -> null

/// Which completions stay, and how many.
and PruneSettings =
    {
        /// Which of them stay.
        Rule: PruneRule
        /// k, completions kept per question, 1 .. G. The pruning rate 1 - k/G is only displayed.
        Keep: int
        /// Over what k is taken.
        Scope: PruneScope
        /// gamma of the rules that use one.
        Threshold: float
        /// Seed of the rules that draw.
        Seed: uint64
    }
