namespace Cppo.Stages.Rewards

/// One named reward and its weight in the total.
type RewardSetting =
    {
        /// One of `Reward.names`, or a reward of the user's own, whose values `Reward.join` brings in.
        Name: string
        /// The factor of its value in the total.
        Weight: float
    }

/// Parameters of the rewards that depend on a completion's length, in tokens.
type LengthRewardSettings =
    {
        /// `cosine` of a wrong answer: the lowest value, at length 0, and the highest, at CosineMaxLength.
        CosineMinWrong: float
        /// `cosine` of a wrong answer at CosineMaxLength: the highest value.
        CosineMaxWrong: float
        /// `cosine` of a right answer: the lowest value, at CosineMaxLength, and the highest, at length 0.
        CosineMinCorrect: float
        /// `cosine` of a right answer at length 0: the highest value.
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

/// What a completion is rewarded for.
type RewardSettings =
    {
        /// The parts of the total, in the order of the configuration.
        Rewards: RewardSetting[]
        /// n of the repetition penalty's n-grams.
        RepetitionNgram: int
        /// The most negative repetition penalty, at most 0.
        RepetitionMaxPenalty: float
        /// Of the rewards that depend on lengths.
        Lengths: LengthRewardSettings
    }
