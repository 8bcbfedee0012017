/// Small groups for tests.
module Cppo.Stages.Tests.Build

open System
open Cppo.Stages
open Cppo.Stages.Advantage
open Cppo.Stages.Prune
open Cppo.Stages.Objective
open Cppo.Stages.Batch

let question (ordinal: int64) (answer: string) : Question =
    { Id = $"q{ordinal}"
      Text = "How many?"
      Answer = answer
      Ordinal = ordinal
      Earlier = [||] }

let completion (index: int) (numTokens: int) (text: string) : Completion =
    { Index = index
      TokenIds = Array.init numTokens (fun token -> 1000 * index + token)
      GenerationLogprobs = Array.create numTokens -0.5f
      Text = text
      FinishReason = Stop }

let rollout (ordinal: int64) (answer: string) (promptTokens: int) (completions: Completion[]) : RolloutGroup =
    { Question = question ordinal answer
      PromptTokenIds = Array.init promptTokens (fun token -> int ordinal * 100 + token)
      Batch = 3
      PolicyVersion = 2
      Device = "cpu"
      Completions = completions
      GeneratedAt = DateTimeOffset.UnixEpoch }

let reward (total: float) : CompletionReward =
    { Total = total
      Parts = [| { Name = "accuracy"; Value = total } |]
      ExtractedAnswer = ""
      Reason = ""
      Correct = total > 0.0 }

/// A scored group with the given rewards and completion lengths.
let scored (ordinal: int64) (promptTokens: int) (lengths: int[]) (rewards: float[]) : ScoredGroup =
    { Rollout = rollout ordinal "#### 1" promptTokens (lengths |> Array.mapi (fun index length -> completion index length ""))
      Rewards = rewards |> Array.map reward }

let advantaged (ordinal: int64) (promptTokens: int) (lengths: int[]) (rewards: float[]) : AdvantagedGroup =
    Advantage.compute { Epsilon = 1e-4 } (scored ordinal promptTokens lengths rewards)

/// An advantaged group with advantages as given.
let withAdvantages (ordinal: int64) (advantages: float[]) : AdvantagedGroup =
    { advantaged ordinal 2 (Array.create advantages.Length 3) (Array.create advantages.Length 0.0) with
        Advantages = advantages }

let prune (rule: PruneRule) (keep: int) : PruneSettings =
    { Rule = rule
      Keep = keep
      Scope = PruneScope.Question
      Threshold = 0.0
      Seed = 7UL }

/// The groups of a batch after the prune stage, whatever the scope.
let pruneBatch (settings: PruneSettings) (groups: AdvantagedGroup[]) : PrunedGroup[] =
    groups |> Array.map (Prune.ofGroup settings) |> Prune.ofBatch settings

let allocation (mode: AllocationMode) : AllocationSettings =
    { Mode = mode
      QuestionsPerDevice = 4
      NumDevices = 1
      GroupSize = 16
      MicroBatchTokens = 1000
      MicroBatchesPerDevice = 1
      DropZeroAdvantage = false }

let pack (allocation: AllocationSettings) : PackSettings =
    { Allocation = allocation
      Aggregation = SequenceMean.aggregation
      Scope = PruneScope.Question }

let objective: ObjectiveSettings =
    { Surrogate = Clipped.surrogate
      EpsilonLow = 0.2
      EpsilonHigh = 0.2
      Beta = 0.04 }

/// A group of which the rule `lowestAbsolute` keeps so many completions; rewards vary with the ordinal.
let prunedGroup (keep: int) (ordinal: int) (promptTokens: int) (lengths: int[]) : PrunedGroup =
    let rewards = lengths |> Array.mapi (fun at _ -> float ((at * 7 + ordinal) % 5))
    Prune.ofGroup (prune LowestAbsolute.rule keep) (advantaged ordinal promptTokens lengths rewards)
