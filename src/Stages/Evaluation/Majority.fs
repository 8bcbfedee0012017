/// maj@n: the answer that most samples of a question agree on.
module Cppo.Stages.Evaluation.Majority

/// The index of the sample that stands for the majority, -1 where no sample has an answer. Each answer joins the first class whose
/// representative, the class's first answer, it is the same as; an empty answer has no vote. Of classes of equal size the one
/// that was there first wins. Example: "2", "3", "2.0", "3" by value -> 0.
let winner (areSame: string -> string -> bool) (answers: string[]) : int =
    let representatives = ResizeArray<int>()
    let votes = ResizeArray<int>()

    for at in 0 .. answers.Length - 1 do
        if answers[at] <> "" then
            match representatives.FindIndex(fun first -> answers[first] = answers[at] || areSame answers[first] answers[at]) with
            | -1 ->
                representatives.Add at
                votes.Add 1
            | known -> votes[known] <- votes[known] + 1

    if representatives.Count = 0 then
        -1
    else
        representatives[votes.IndexOf(Seq.max votes)]
