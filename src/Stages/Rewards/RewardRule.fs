namespace Cppo.Stages.Rewards

open Cppo.Stages

/// What an accuracy says of one completion.
type AnswerVerdict =
    {
        /// Before weighting.
        Value: float
        /// The answer found in the completion; empty where there is none.
        Answer: string
        /// Which rule decided, in words.
        Reason: string
        /// Whether there is a gold answer to be right or wrong against.
        IsJudged: bool
    }

/// How an accuracy compares with gold answers, which it takes as the dataset has them.
type AnswerJudge =
    {
        /// The verdicts on the completions of one gold answer, which is read once: gold, then completion.
        Judge: string -> string -> AnswerVerdict
        /// Why it cannot read a gold answer, so that no completion would ever earn anything; none where it can.
        GoldFault: string -> string voption
        /// What it takes for the gold answer; empty where it finds none.
        GoldOf: string -> string
        /// Whether two gold answers, as `GoldOf` gives them, are the same to it.
        AreSame: string -> string -> bool
    }

/// What a reward sees of one completion.
type RewardInput =
    {
        /// As configured.
        Settings: RewardSettings
        /// The completion's text, without special tokens.
        Text: string
        /// The completion's length, a stop token included.
        NumTokens: int
        /// Tokens of the shortest and the longest completion of the group.
        Shortest: int
        /// See `Shortest`.
        Longest: int
        /// Whether there is a gold answer to be right or wrong against.
        IsJudged: bool
        /// By any of the accuracies.
        IsCorrect: bool
    }

/// Where a reward's value comes from.
type RewardValue =
    /// It compares the answer with the gold answer. Such a reward decides which completions are right.
    | OfAnswer of AnswerJudge
    /// It needs the completion alone.
    | OfCompletion of value: (RewardInput -> float)

/// A named reward of the program's own.
[<ReferenceEquality>]
type RewardRule =
    {
        /// What the configuration calls it.
        Name: string
        /// One line for the configuration's documentation.
        Doc: string
        /// Where its value comes from.
        Value: RewardValue
        /// What it gives at most, where a right answer in the paper's format must earn that; none where it asks for something else.
        Most: float voption
        /// Whether it depends on the length in tokens.
        UsesLength: bool
    }

    /// Whether it decides which completions are right.
    member rule.IsAccuracy = rule.Value.IsOfAnswer

    /// A reward of a completion's text alone.
    static member OfText (name: string) (doc: string) (value: RewardSettings -> string -> float) : RewardRule =
        { Name = name
          Doc = doc
          Value = OfCompletion(fun input -> value input.Settings input.Text)
          Most = ValueNone
          UsesLength = false }

    /// A reward that depends on a completion's length in tokens.
    static member OfLength (name: string) (doc: string) (value: RewardInput -> float) : RewardRule =
        { Name = name
          Doc = doc
          Value = OfCompletion value
          Most = ValueNone
          UsesLength = true }
