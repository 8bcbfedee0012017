namespace Cppo.Stages.Batch

/// The four kinds of completions of the paper's table 3: whether the format is kept and whether the answer is right.
[<RequireQualifiedAccess>]
type CompletionKind =
    | FormatAndAnswer
    | Neither
    | FormatOnly
    | AnswerOnly

/// How many completions are of each kind.
type KindCounts =
    { FormatAndAnswer: int
      Neither: int
      FormatOnly: int
      AnswerOnly: int }

/// Tells the kinds apart. In the paper's example the first two have the large |advantages| and are clear signals, whereas the mixed ones
/// lie near the group's mean and are noise; which of them pruning removes depends on what else is in their group.
module CompletionKinds =

    let kindOf (keepsFormat: bool) (isCorrect: bool) : CompletionKind =
        match keepsFormat, isCorrect with
        | true, true -> CompletionKind.FormatAndAnswer
        | false, false -> CompletionKind.Neither
        | true, false -> CompletionKind.FormatOnly
        | false, true -> CompletionKind.AnswerOnly

    let count (kinds: CompletionKind[]) : KindCounts =
        let number kind =
            kinds |> Array.sumBy (fun other -> if other = kind then 1 else 0)

        { FormatAndAnswer = number CompletionKind.FormatAndAnswer
          Neither = number CompletionKind.Neither
          FormatOnly = number CompletionKind.FormatOnly
          AnswerOnly = number CompletionKind.AnswerOnly }
