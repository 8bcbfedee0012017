namespace Cppo.Stages

/// One named reward and its weight in the total.
type RewardSetting =
    {
        /// One of `Reward.names`, or a reward of the user's own, whose values `Reward.join` brings in.
        Name: string
        Weight: float
    }

/// Parameters of the rewards that depend on a completion's length, in tokens.
type LengthRewardSettings =
    {
        /// `cosine` of a wrong answer: the lowest value, at length 0, and the highest, at CosineMaxLength.
        CosineMinWrong: float
        CosineMaxWrong: float
        /// `cosine` of a right answer: the lowest value, at CosineMaxLength, and the highest, at length 0.
        CosineMinCorrect: float
        CosineMaxCorrect: float
        /// L_max of `cosine`, at least 1; longer completions count as of this length.
        CosineMaxLength: int
        /// L_max of `overlong`: beyond it the value is -1.
        OverlongMaxLength: int
        /// L_cache of `overlong`: the tokens before L_max over which it falls from 0 to -1; 0 falls at once.
        OverlongCache: int
    }

    /// Open-R1's and TRL's values: -1 up to -0.5 for wrong answers and 1 down to 0.5 for right ones over 1000 tokens, and DAPO's
    /// 4096 before Open-R1's 16384 tokens.
    static member Default =
        { CosineMinWrong = -1.0
          CosineMaxWrong = -0.5
          CosineMinCorrect = 0.5
          CosineMaxCorrect = 1.0
          CosineMaxLength = 1000
          OverlongMaxLength = 16384
          OverlongCache = 4096 }

type RewardSettings =
    {
        Rewards: RewardSetting[]
        /// n of the repetition penalty's n-grams.
        RepetitionNgram: int
        /// The most negative repetition penalty, at most 0.
        RepetitionMaxPenalty: float
        Lengths: LengthRewardSettings
    }

type AdvantageSettings =
    {
        /// Added to the standard deviation; 1e-4 as in the authors' code.
        Epsilon: float
    }

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

/// How the room that pruning frees is filled.
type AllocationMode =
    /// By count: B * G / k questions an update (the paper).
    | Completions
    /// By tokens: questions join until the update's token capacity is full.
    | Tokens
    /// Not at all: B questions an update.
    | Off

type AllocationSettings =
    {
        Mode: AllocationMode
        /// B: questions per device that an update would take without pruning.
        QuestionsPerDevice: int
        NumDevices: int
        /// G.
        GroupSize: int
        /// Tokens that one micro-batch holds.
        MicroBatchTokens: int
        /// Micro-batches per device and update in mode `Tokens`.
        MicroBatchesPerDevice: int
        /// Groups without spread get no room.
        DropZeroAdvantage: bool
    }

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

/// What the packer needs to know of the other stages.
type PackSettings =
    {
        Allocation: AllocationSettings
        Aggregation: Aggregation
        /// `Question` with `SequenceMean` averages over questions, `Batch` over all kept completions.
        Scope: PruneScope
    }
