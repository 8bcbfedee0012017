/// Which completions stay in the update.
module Cppo.Stages.Prune.Prune

open System
open Cppo.Stages
open Cppo.Stages.Math.Extraction

/// A completion that competes for a place: its score (the highest stay) and its place in the order of ties.
[<Struct>]
type private Candidate =
    { Group: int
      Completion: int
      Score: float }

/// Advantages that agree to 12 decimals are tied, so that the rounding of a mean does not decide.
let private rounded (value: float) =
    if abs value < 1e3 then Math.Round(value, 12) else value

/// The score by which the rule keeps: what it removes first has the lowest.
let private score (settings: PruneSettings) (group: AdvantagedGroup) (completion: int) =
    let advantage = rounded group.Advantages[completion]

    match settings.Rule with
    | LowestAbsolute -> abs advantage
    | HighestAbsolute -> -(abs advantage)
    | LowestRaw -> advantage
    | HighestRaw -> -advantage
    | Random -> Counted.uniform settings.Seed group.Scored.Rollout.Question.Ordinal completion 0
    | BelowThreshold
    | NoPruning -> 0.0

let private candidates (settings: PruneSettings) (groups: AdvantagedGroup[]) =
    groups
    |> Array.mapi (fun at group ->
        group.Advantages
        |> Array.mapi (fun completion _ ->
            { Group = at
              Completion = completion
              Score = score settings group completion }))
    |> Array.concat

/// The fates of all completions when the `numKept` highest scores stay; the sort is stable, so ties keep the lowest index.
let private keepHighest (settings: PruneSettings) (numKept: int) (groups: AdvantagedGroup[]) =
    let fates =
        groups |> Array.map (fun group -> Array.create group.Advantages.Length Pruned)

    let ordered =
        candidates settings groups
        |> List.ofArray
        |> List.sortBy (fun candidate -> -candidate.Score)

    for candidate in List.truncate (max 0 numKept) ordered do
        fates[candidate.Group][candidate.Completion] <- Kept

    Array.map2 (fun group fates -> { Advantaged = group; Fates = fates }) groups fates

let private keepWhere (stays: float -> bool) (group: AdvantagedGroup) =
    { Advantaged = group
      Fates =
        group.Advantages
        |> Array.map (fun advantage -> if stays advantage then Kept else Pruned) }

/// Keeps all of a group's completions: what a group is before its batch is pruned as a whole.
let keepAll (group: AdvantagedGroup) : PrunedGroup = keepWhere (fun _ -> true) group

/// Keeps k of one group's completions by the rule, whatever the scope says. Ties keep the lowest index.
/// `BelowThreshold` keeps those with |A| >= gamma, however many; `NoPruning` all.
/// Example (k = 2, LowestAbsolute): advantages [0.1; -1.2; 0.4; 0.7] keep indices 1 and 3.
let keepTop (settings: PruneSettings) (group: AdvantagedGroup) : PrunedGroup =
    match settings.Rule with
    | NoPruning -> keepWhere (fun _ -> true) group
    | BelowThreshold -> keepWhere (fun advantage -> abs advantage >= settings.Threshold) group
    | _ -> (keepHighest settings settings.Keep [| group |])[0]

/// Prunes the N groups of one batch: each for itself (`PruneScope.Question`), or one choice of the N * k best of all
/// (`PruneScope.Batch`, the authors' code), which may leave a group nothing. Ties keep the earlier group, then the lowest index.
let keepTopOfBatch (settings: PruneSettings) (groups: AdvantagedGroup[]) : PrunedGroup[] =
    match settings.Scope, settings.Rule with
    | PruneScope.Question, _
    | _, (NoPruning | BelowThreshold) -> groups |> Array.map (keepTop settings)
    | PruneScope.Batch, _ -> keepHighest settings (groups.Length * settings.Keep) groups
