module Cppo.Stages.Tests.Batch.PackTests

open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Prune
open Cppo.Stages.Objective
open Cppo.Stages.Batch

let private groupsOf keep (lengths: int[][]) =
    lengths
    |> Array.mapi (fun at lengths -> Build.prunedGroup keep at (5 + at % 7) lengths)

let private allSamples (batch: TrainingBatch) =
    batch.MicroBatches
    |> Array.concat
    |> Array.collect (fun microBatch -> microBatch.Samples |> Array.map (fun sample -> microBatch, sample))

let private genGroups =
    Gen.choose (1, 60)
    |> Gen.arrayOfLength 4
    |> Gen.listOf
    |> Gen.map (Array.ofList >> groupsOf 3)

let private genAllocation =
    gen {
        let! mode = Gen.elements [ Completions; Tokens; Off ]
        let! devices = Gen.choose (1, 3)
        let! perDevice = Gen.choose (1, 3)
        let! tokens = Gen.choose (50, 300)

        return
            { Build.allocation mode with
                NumDevices = devices
                MicroBatchesPerDevice = perDevice
                MicroBatchTokens = tokens
                GroupSize = 4
                DropZeroAdvantage = true }
    }

let private cases = Gen.zip genAllocation genGroups |> Arb.fromGen

let private packed (allocation, groups) =
    Pack.toBatch (Build.pack allocation) 3 groups

[<Property>]
let ``every kept completion is in exactly one micro-batch, unchanged, and no other is`` () =
    Prop.forAll cases (fun case ->
        let batch = packed case

        let expected =
            batch.Groups
            |> Array.mapi (fun at group -> group.KeptIndices |> Array.map (fun index -> at, index))
            |> Array.concat

        let found =
            allSamples batch
            |> Array.map (fun (_, sample) -> sample.Group, sample.Completion)

        let isUnchanged (microBatch: MicroBatch, sample: TrainingSample) =
            let group = batch.Groups[sample.Group].Advantaged
            let completion = group.Scored.Rollout.Completions[sample.Completion]

            microBatch.Prompts[sample.Prompt] = group.Scored.Rollout.PromptTokenIds
            && sample.TokenIds = completion.TokenIds
            && sample.GenerationLogprobs = completion.GenerationLogprobs
            && sample.Advantage = group.Advantages[sample.Completion]

        expected = Array.sort found && allSamples batch |> Array.forall isUnchanged)

[<Property>]
let ``no micro-batch is empty or over its capacity, and its tokens are counted`` () =
    Prop.forAll cases (fun case ->
        (packed case).MicroBatches
        |> Array.concat
        |> Array.forall (fun microBatch ->
            let tokens =
                microBatch.Samples
                |> Array.sumBy (fun sample -> microBatch.Prompts[sample.Prompt].Length + sample.TokenIds.Length)

            microBatch.Samples.Length > 0
            && tokens = microBatch.NumTokens
            && tokens <= microBatch.TokenCapacity))

[<Property>]
let ``prompts are stated once and their samples are adjacent`` () =
    Prop.forAll cases (fun case ->
        (packed case).MicroBatches
        |> Array.concat
        |> Array.forall (fun microBatch ->
            let prompts = microBatch.Samples |> Array.map _.Prompt
            let groups = microBatch.Samples |> Array.map _.Group |> Array.distinct

            Array.sort prompts = prompts
            && groups.Length = microBatch.Prompts.Length
            && Array.last prompts = groups.Length - 1))

[<Property>]
let ``devices have equally many micro-batches, but for one`` () =
    Prop.forAll cases (fun (allocation, groups) ->
        let counts = (packed (allocation, groups)).MicroBatches |> Array.map _.Length

        counts.Length = allocation.NumDevices
        && Array.max counts - Array.min counts <= 1)

[<Property>]
let ``micro-batches know their device and place`` () =
    Prop.forAll cases (fun case ->
        (packed case).MicroBatches
        |> Array.mapi (fun device -> Array.mapi (fun index microBatch -> microBatch.Device = device && microBatch.Index = index))
        |> Array.concat
        |> Array.forall id)

[<Property>]
let ``the same groups give the same batch`` () =
    Prop.forAll cases (fun case -> packed case = packed case)

[<Property>]
let ``the counts are those of the micro-batches`` () =
    Prop.forAll cases (fun case ->
        let batch = packed case
        let samples = allSamples batch |> Array.map snd
        let all = Array.concat batch.MicroBatches

        let fill =
            if all.Length = 0 then
                0.0
            else
                float (all |> Array.sumBy _.NumTokens)
                / float (all |> Array.sumBy _.TokenCapacity)

        batch.NumSamples = samples.Length
        && batch.NumLossTokens = (samples |> Array.sumBy _.TokenIds.Length)
        && batch.NumQuestions = (samples |> Array.distinctBy _.Group).Length
        && abs (batch.TokenFill - fill) < 1e-12)

[<Property>]
let ``the accounts of a batch add up`` () =
    Prop.forAll cases (fun case ->
        let batch = packed case
        let metrics = Metrics.ofBatch batch

        let total (counts: KindCounts) =
            counts.FormatAndAnswer + counts.Neither + counts.FormatOnly + counts.AnswerOnly

        let within (share: float) = share >= 0.0 && share <= 1.0 + 1e-12

        metrics.TokensGenerated = metrics.TokensForwarded + metrics.TokensAvoided
        && total metrics.KindsGenerated = metrics.NumCompletions
        && total metrics.KindsKept = metrics.NumKept
        && metrics.NumDevices = (fst case).NumDevices
        && List.forall
            within
            [ metrics.KeptAdvantageShare
              metrics.TokenFill
              metrics.DeviceBalance
              metrics.DeviceBalanceThreshold ]
        && ((fst case).Mode = Off || within metrics.CapacityFill)
        && ((fst case).Mode <> Tokens || metrics.CapacityFill <= metrics.TokenFill + 1e-12))

[<Property>]
let ``token weights sum to 1 whatever the aggregation and scope`` () =
    Prop.forAll cases (fun (allocation, groups) ->
        List.allPairs [ SequenceMean.aggregation; TokenMean.aggregation ] [ PruneScope.Question; PruneScope.Batch ]
        |> List.forall (fun (aggregation, scope) ->
            let batch =
                Pack.toBatch
                    { Allocation = allocation
                      Aggregation = aggregation
                      Scope = scope }
                    0
                    groups

            let samples = allSamples batch |> Array.map snd

            let total =
                samples
                |> Array.sumBy (fun sample -> sample.TokenWeight * float sample.TokenIds.Length)

            samples.Length = 0 || abs (total - 1.0) < 1e-9))

[<Fact>]
let ``hand-computed token weights`` () =
    // Question 0 keeps completions of 2 and 8 tokens, question 1 one of 10.
    let groups =
        [| { Build.prunedGroup 4 0 3 [| 2; 8 |] with
               Fates = [| Kept; Kept |] }
           { Build.prunedGroup 4 1 3 [| 10; 5 |] with
               Fates = [| Kept; Pruned |] } |]

    let weights aggregation scope =
        Pack.toBatch
            { Allocation = Build.allocation Off
              Aggregation = aggregation
              Scope = scope }
            0
            groups
        |> allSamples
        |> Array.map (fun (_, sample) -> sample.TokenWeight)

    let check (expected: float[]) actual =
        Array.iter2 (fun (e: float) (a: float) -> Assert.Equal(e, a, 12)) expected actual

    check
        [| 1.0 / (2.0 * 2.0 * 2.0); 1.0 / (2.0 * 2.0 * 8.0); 1.0 / (2.0 * 1.0 * 10.0) |]
        (weights SequenceMean.aggregation PruneScope.Question)

    check [| 1.0 / (3.0 * 2.0); 1.0 / (3.0 * 8.0); 1.0 / (3.0 * 10.0) |] (weights SequenceMean.aggregation PruneScope.Batch)
    check [| 0.05; 0.05; 0.05 |] (weights TokenMean.aggregation PruneScope.Question)

[<Fact>]
let ``batch, versions and fates are those of the groups`` () =
    let groups = groupsOf 2 [| [| 4; 5; 6; 7 |]; [| 4; 5; 6; 7 |] |]
    let batch = packed (Build.allocation Off, groups)
    Assert.Equal(3, batch.Index)
    Assert.Equal(2, batch.OldestPolicyVersion)
    Assert.Equal<PrunedGroup[]>(groups, batch.Groups)

[<Fact>]
let ``without groups the batch is empty`` () =
    let batch = packed (Build.allocation Tokens, [||])
    Assert.Equal(0, batch.NumSamples)
    Assert.Equal((0.0, 0.0), (batch.CapacityFill, batch.TokenFill))
    Assert.Equal<MicroBatch[][]>([| [||] |], batch.MicroBatches)

[<Fact>]
let ``everything kept is trained on where allocation is by completions or off`` () =
    let groups =
        groupsOf 3 (Array.init 20 (fun at -> Array.init 4 (fun index -> 10 + (at * 13 + index * 29) % 50)))

    for mode in [ Completions; Off ] do
        let allocation =
            { Build.allocation mode with
                NumDevices = 2
                QuestionsPerDevice = 10
                GroupSize = 4 }

        let batch =
            packed (
                { allocation with
                    MicroBatchTokens = 200 },
                groups
            )

        Assert.Equal(60, batch.NumSamples)
        let tokens = batch.MicroBatches |> Array.map (Array.sumBy _.NumTokens)
        Assert.InRange(float (abs (tokens[0] - tokens[1])) / float tokens[0], 0.0, 0.05)

[<Fact>]
let ``a question's completions stay together where that keeps the devices even`` () =
    let groups = groupsOf 4 (Array.init 8 (fun _ -> [| 20; 20; 20; 20 |]))

    let batch =
        packed (
            { Build.allocation Off with
                NumDevices = 2
                MicroBatchTokens = 250 },
            groups
        )

    let microBatchesOf group =
        batch.MicroBatches
        |> Array.concat
        |> Array.filter (fun microBatch -> microBatch.Samples |> Array.exists (fun s -> s.Group = group))

    Assert.All(Array.init 8 id, fun group -> Assert.Single(microBatchesOf group) |> ignore)
