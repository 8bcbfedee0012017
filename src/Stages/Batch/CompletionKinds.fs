namespace Cppo.Stages.Batch

open Cppo.Stages
open Cppo.Stages.Rewards

/// The four kinds of completions of the paper's table 3: whether the format is kept and whether the answer is right.
[<RequireQualifiedAccess>]
type CompletionKind =
    /// Format kept, answer right.
    | FormatAndAnswer
    /// Format broken, answer wrong.
    | Neither
    /// Format kept, answer wrong.
    | FormatOnly
    /// Format broken, answer right.
    | AnswerOnly

/// How many completions are of each kind.
type KindCounts =
    {
        /// Completions with both.
        FormatAndAnswer: int
        /// Completions with neither.
        Neither: int
        /// Completions that keep the format and are wrong.
        FormatOnly: int
        /// Completions that are right and break the format.
        AnswerOnly: int
    }

/// Tells the kinds apart. In the paper's example the first two have the large |advantages| and are clear signals, whereas the mixed ones
/// lie near the group's mean and are noise; which of them pruning removes depends on what else is in their group.
module CompletionKinds =

    /// All kinds, in the order of table 3.
    let all =
        [| CompletionKind.FormatAndAnswer
           CompletionKind.Neither
           CompletionKind.FormatOnly
           CompletionKind.AnswerOnly |]

    /// The kind in words.
    let nameOf (kind: CompletionKind) : string =
        match kind with
        | CompletionKind.FormatAndAnswer -> "right format and answer"
        | CompletionKind.Neither -> "neither"
        | CompletionKind.FormatOnly -> "format only"
        | CompletionKind.AnswerOnly -> "answer only"

    /// The kind of one completion.
    let kindOf (keepsFormat: bool) (isCorrect: bool) : CompletionKind =
        match keepsFormat, isCorrect with
        | true, true -> CompletionKind.FormatAndAnswer
        | false, false -> CompletionKind.Neither
        | true, false -> CompletionKind.FormatOnly
        | false, true -> CompletionKind.AnswerOnly

    /// The kind of a completion, by its rewards and by whether its text keeps the format, rewarded or not.
    let ofCompletion (reward: CompletionReward) (text: string) : CompletionKind =
        kindOf (Format.valueOf text = 1.0) reward.Correct

    /// How many there are of each kind.
    let count (kinds: CompletionKind[]) : KindCounts =
        let number kind =
            kinds |> Array.sumBy (fun other -> if other = kind then 1 else 0)

        { FormatAndAnswer = number CompletionKind.FormatAndAnswer
          Neither = number CompletionKind.Neither
          FormatOnly = number CompletionKind.FormatOnly
          AnswerOnly = number CompletionKind.AnswerOnly }
