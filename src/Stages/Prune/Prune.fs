/// Which completions stay in the update.
module Cppo.Stages.Prune.Prune

open System
open Cppo.Stages

/// A completion that competes for a place: its score (the highest stay) and its place in the order of ties.
[<Struct>]
type private Scored =
    { Group: int
      Completion: int
      Score: float }

/// Advantages that agree to 12 decimals are tied, so that the rounding of a mean does not decide.
let internal rounded (value: float) =
    if abs value < 1e3 then Math.Round(value, 12) else value

let private scoresOf (score: PruneCandidate -> float) (groups: AdvantagedGroup[]) : Scored[] =
    groups
    |> Array.mapi (fun at group ->
        group.Advantages
        |> Array.mapi (fun completion advantage ->
            { Group = at
              Completion = completion
              Score =
                score
                    { Group = group
                      Completion = completion
                      Advantage = rounded advantage } }))
    |> Array.concat

/// The fates of all completions when the `numKept` highest scores stay; the sort is stable, so ties keep the lowest index.
let private keepHighest (score: PruneCandidate -> float) (numKept: int) (groups: AdvantagedGroup[]) : PrunedGroup[] =
    let fates =
        groups |> Array.map (fun group -> Array.create group.Advantages.Length Pruned)

    let ordered =
        scoresOf score groups
        |> List.ofArray
        |> List.sortBy (fun scored -> -scored.Score)

    for scored in List.truncate (max 0 numKept) ordered do
        fates[scored.Group][scored.Completion] <- Kept

    Array.map2 (fun group fates -> { Advantaged = group; Fates = fates }) groups fates

let private keepWhere (stays: PruneCandidate -> bool) (group: AdvantagedGroup) : PrunedGroup =
    { Advantaged = group
      Fates =
        group.Advantages
        |> Array.mapi (fun completion advantage ->
            let candidate =
                { Group = group
                  Completion = completion
                  Advantage = advantage }

            if stays candidate then Kept else Pruned) }

let private keepAll (group: AdvantagedGroup) : PrunedGroup = keepWhere (fun _ -> true) group

/// What the rule keeps of one group, which is k where scores decide.
let private byRule (settings: PruneSettings) (group: AdvantagedGroup) : PrunedGroup =
    match settings.Rule.Choice with
    | KeepHighest score -> (keepHighest (score settings) settings.Keep [| group |])[0]
    | KeepWhere passes -> keepWhere (passes settings) group
    | KeepAll -> keepAll group

/// Prunes one group when it comes. In scope `Batch` its completions all count as kept until `ofBatch` decides. Ties keep the lowest index.
/// Example (scope `Question`, k = 2, rule `lowestAbsolute`): advantages [0.1; -1.2; 0.4; 0.7] keep indices 1 and 3.
let ofGroup (settings: PruneSettings) (group: AdvantagedGroup) : PrunedGroup =
    match settings.Scope with
    | PruneScope.Question -> byRule settings group
    | PruneScope.Batch -> keepAll group

/// Prunes the N groups of a complete batch, each of which has passed `ofGroup`. Scope `Question`: they are pruned already. Scope `Batch`:
/// the N * k highest scores of all stay, which may leave a group nothing; ties keep the earlier group, then the lowest index.
let ofBatch (settings: PruneSettings) (groups: PrunedGroup[]) : PrunedGroup[] =
    let advantaged () = groups |> Array.map _.Advantaged

    match settings.Scope, settings.Rule.Choice with
    | PruneScope.Question, _ -> groups
    | PruneScope.Batch, KeepHighest score -> keepHighest (score settings) (groups.Length * settings.Keep) (advantaged ())
    | PruneScope.Batch, (KeepWhere _ | KeepAll) -> advantaged () |> Array.map (byRule settings)
