/// How the authors judge answers of GSM8K in an evaluation, exactly.
module Cppo.Stages.Evaluation.AuthorsJudgement

open Cppo.Stages.Rewards

/// Equal to the gold number by its only number, else by its last.
let private numberMatches (expected: float) (gold: string) (text: string) =
    match AnswerExtraction.singleNumber text with
    | Some number when number = expected -> true
    | _ ->
        match AnswerExtraction.lastNumber text, AnswerExtraction.lastNumber gold with
        | Some number, Some goldNumber -> number = goldNumber
        | _ -> false

/// None where `text` differs from a gold answer that is no number, on which the authors' code raises.
let private textMatches (gold: string option) (text: string) : bool option =
    match gold with
    | Some gold when gold = text -> Some true
    | _ ->
        gold
        |> Option.bind (fun gold ->
            PythonText.tryFloat gold
            |> Option.map (fun expected -> numberMatches expected gold text))

/// The authors' evaluation of one completion: the answer in tags decides where there is one, else the whole completion; each by
/// text, by its only number, then by its last number without sign. Error where their code raises, which they count as wrong.
let judge (solution: string) (completion: string) : Result<bool, string> =
    let gold = AnswerExtraction.ofDataset solution

    let judged =
        textMatches gold completion
        |> Option.bind (fun whole ->
            match AnswerExtraction.ofCompletion completion with
            | None -> Some whole
            | Some answer -> textMatches gold answer)

    match judged, gold with
    | Some isRight, _ -> Ok isRight
    | None, None -> Error "the solution has no ####"
    | None, Some gold -> Error $"the gold answer '{gold}' is no number"
