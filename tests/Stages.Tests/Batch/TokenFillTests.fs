/// Mode `tokens` fills each micro-batch.
module Cppo.Stages.Tests.Batch.TokenFillTests

open System
open System.IO
open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Prune
open Cppo.Stages.Batch
open Cppo.Stages.Prompts

/// Rounds of a batch in mode `tokens`, each group taken from `lengths` in turn, until it asks for no more.
let private fillTokens (allocation: AllocationSettings) (group: int -> PrunedGroup) =
    let prune = Build.prune LowestAbsolute.rule 2

    let rec rounds count groups =
        match Allocate.nextRound allocation prune groups with
        | 0 -> count, groups
        | more -> rounds (count + 1) (Array.append groups (Array.init more (fun at -> group (groups.Length + at))))

    let numRounds, groups = rounds 0 [||]
    numRounds, groups, Pack.toBatch (Build.pack allocation) 3 groups

let private checkFill (group: int -> int -> PrunedGroup) =
    for tokens, devices, perDevice in [ 2048, 1, 4; 4096, 2, 2; 8192, 1, 1; 16384, 4, 2 ] do
        let allocation =
            { Build.allocation Tokens with
                MicroBatchTokens = tokens
                NumDevices = devices
                MicroBatchesPerDevice = perDevice }

        let trainedShare start =
            let numRounds, groups, batch = fillTokens allocation (group (start * 500))
            let all = Array.concat batch.MicroBatches
            Assert.Equal(devices * perDevice, all.Length)
            Assert.All(all, fun microBatch -> Assert.InRange(float microBatch.NumTokens / float tokens, 0.97, 1.0))
            Assert.InRange(numRounds, 1, 8)
            let numKept = groups |> Array.sumBy _.KeptIndices.Length
            float batch.NumSamples / float numKept

        Assert.InRange(Array.init 10 trainedShare |> Array.average, 0.8, 1.0)

/// 16 completions around a length, half to twice as long.
let private lengthsAround (ordinal: int) (tokens: float) =
    Array.init 16 (fun index -> max 1 (int (tokens * 2.0 ** (2.0 * Counted.uniform 5UL ordinal index 0 - 1.0))))

[<Fact>]
let ``tokens fill 97 percent of each micro-batch on long-tailed lengths`` () =
    checkFill (fun start at ->
        let ordinal = start + at

        let normal =
            sqrt (-2.0 * log (1.0 - Counted.uniform 1UL ordinal 0 0))
            * cos (2.0 * Math.PI * Counted.uniform 1UL ordinal 0 1)

        Build.prunedGroup
            2
            ordinal
            (100 + int (60.0 * Counted.uniform 2UL ordinal 0 0))
            (lengthsAround ordinal (min 600.0 (120.0 * exp (0.6 * normal)))))

[<Repository.DataFact("gsm8k/train.jsonl")>]
let ``tokens fill 97 percent of each micro-batch on GSM8K's real lengths`` () =
    let charactersPerToken = 3.2

    let systemTokens =
        float (PromptTemplates.table.Find "gsm8k").System.Length / charactersPerToken

    let rows =
        Repository.lines (Path.Combine(Repository.data, "gsm8k/train.jsonl"))
        |> Array.map (fun line ->
            let row = JsonDocument.Parse(line).RootElement

            let tokens (field: string) =
                float (Repository.text (row.GetProperty field)).Length / charactersPerToken

            int (systemTokens + tokens "question"), tokens "answer")

    checkFill (fun start at ->
        let promptTokens, answerTokens = rows[(start + at) % rows.Length]
        Build.prunedGroup 2 (start + at) promptTokens (lengthsAround (start + at) answerTokens))
