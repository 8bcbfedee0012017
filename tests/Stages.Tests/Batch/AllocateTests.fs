module Cppo.Stages.Tests.Batch.AllocateTests

open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Prune
open Cppo.Stages.Batch

let private allocation = Build.allocation Completions
let private keep k = Build.prune LowestAbsolute.rule k

/// A pruned group of two completions of which one or both are kept; equal rewards where it has no spread.
let private group (ordinal: int) (lengths: int[]) (hasSpread: bool) : PrunedGroup =
    let rewards =
        lengths |> Array.mapi (fun at _ -> if hasSpread then float at else 1.0)

    Prune.ofGroup (keep 2) (Build.advantaged ordinal 10 lengths rewards)

[<Theory>]
[<InlineData(1, 4, 16, 8, 8)>]
[<InlineData(1, 4, 16, 16, 4)>]
[<InlineData(1, 4, 16, 3, 21)>]
[<InlineData(2, 4, 16, 3, 42)>]
[<InlineData(3, 1, 10, 7, 4)>]
[<InlineData(1, 1, 16, 1, 16)>]
let ``completions: B G / k questions an update, rounded down`` devices questions groupSize k (expected: int) =
    let allocation =
        { allocation with
            NumDevices = devices
            QuestionsPerDevice = questions
            GroupSize = groupSize }

    Assert.Equal(expected, Allocate.questionsPerUpdate allocation (keep k))
    Assert.True(expected * k <= Allocate.completionCapacity allocation)
    Assert.True((expected + 1) * k > Allocate.completionCapacity allocation)

[<Fact>]
let ``without pruning, and with allocation off, an update takes B questions a device`` () =
    let allocation = { allocation with NumDevices = 2 }
    Assert.Equal(8, Allocate.questionsPerUpdate allocation (Build.prune NoPruning.rule 2))
    Assert.Equal(8, Allocate.questionsPerUpdate { allocation with Mode = Off } (keep 2))

[<Fact>]
let ``the token capacity is that of all micro-batches`` () =
    let allocation =
        { allocation with
            NumDevices = 100
            MicroBatchesPerDevice = 1000
            MicroBatchTokens = 100_000 }

    Assert.Equal(10_000_000_000L, Allocate.tokenCapacity allocation)

[<Fact>]
let ``a batch asks once where nothing is dropped`` () =
    Assert.Equal(8, Allocate.nextRound allocation (keep 8) [||])
    let groups = Array.init 8 (fun at -> group at [| 5; 5 |] (at % 2 = 0))
    Assert.Equal(0, Allocate.nextRound allocation (keep 8) groups)

[<Fact>]
let ``what has no spread is refilled where it gets no room`` () =
    let groups = Array.init 8 (fun at -> group at [| 5; 5 |] (at % 2 = 0))

    for mode, wanted in [ Completions, 8; Off, 4 ] do
        let allocation =
            { allocation with
                Mode = mode
                DropZeroAdvantage = true }

        Assert.Equal(wanted, Allocate.nextRound allocation (keep 8) [||])
        Assert.Equal(wanted - 4, Allocate.nextRound allocation (keep 8) groups)
        Assert.Equal(max 0 (wanted - 8), Allocate.nextRound allocation (keep 8) (Array.init 8 (fun at -> group at [| 5; 5 |] true)))

[<Fact>]
let ``a threshold's room is refilled by what groups keep on average`` () =
    let prune = Build.prune BelowThreshold.rule 1
    Assert.Equal(4, Allocate.nextRound allocation prune [||])
    // 4 groups keep 8 of 64 completions: room for 56 more, 2 a group.
    Assert.Equal(28, Allocate.nextRound allocation prune (Array.init 4 (fun at -> group at [| 5; 5 |] true)))
    Assert.Equal(0, Allocate.nextRound allocation prune (Array.init 32 (fun at -> group at [| 5; 5 |] true)))

[<Fact>]
let ``tokens: asks for the missing tokens over the mean of the groups so far`` () =
    let allocation = { allocation with Mode = Tokens }
    Assert.Equal(4, Allocate.nextRound allocation (keep 2) [||])
    // Each group costs 2 * (10 + 40) = 100 of 1000 tokens.
    let groups count =
        Array.init count (fun at -> group at [| 40; 40 |] true)

    Assert.Equal(6, Allocate.nextRound allocation (keep 2) (groups 4))
    Assert.Equal(0, Allocate.nextRound allocation (keep 2) (groups 10))
    // With nothing kept at all it repeats its first request.
    let none = Array.init 4 (fun at -> group at [| 40; 40 |] false)

    Assert.Equal(
        4,
        Allocate.nextRound
            { allocation with
                DropZeroAdvantage = true }
            (keep 2)
            none
    )

[<Fact>]
let ``groups beyond the capacity in completions get no room`` () =
    let allocation =
        { allocation with
            QuestionsPerDevice = 1
            GroupSize = 4 }

    let admitted =
        Allocate.admit allocation (Array.init 3 (fun at -> group at [| 5; 5 |] true))

    Assert.Equal<int[]>([| 2; 2; 0 |], admitted |> Array.map _.KeptIndices.Length)
    Assert.Equal<Fate[]>([| Dropped NoRoom; Dropped NoRoom |], admitted[2].Fates)

[<Fact>]
let ``groups without spread stay unless the settings drop them`` () =
    let groups = [| group 0 [| 5; 5 |] false; group 1 [| 5; 5 |] true |]
    Assert.Equal(2, (Array.head (Allocate.admit allocation groups)).KeptIndices.Length)

    let admitted =
        Allocate.admit
            { allocation with
                DropZeroAdvantage = true }
            groups

    Assert.Equal<Fate[]>([| Dropped ZeroAdvantage; Dropped ZeroAdvantage |], admitted[0].Fates)
    Assert.Equal(2, admitted[1].KeptIndices.Length)

[<Theory; InlineData(0); InlineData(1); InlineData(2)>]
let ``a completion that exceeds a micro-batch is dropped as too long`` (mode: int) =
    let allocation =
        { allocation with
            Mode = [| Completions; Tokens; Off |][mode]
            MicroBatchTokens = 50 }

    let admitted = Allocate.admit allocation [| group 0 [| 40; 41 |] true |]
    Assert.Equal<Fate[]>([| Kept; Dropped TooLong |], admitted[0].Fates)

[<Fact>]
let ``tokens: what overflows the micro-batches gets no room, the earlier groups first`` () =
    let allocation =
        { allocation with
            Mode = Tokens
            MicroBatchTokens = 200 }

    let admitted =
        Allocate.admit allocation (Array.init 4 (fun at -> group at [| 40; 40 |] true))

    Assert.Equal<int[]>([| 2; 2; 0; 0 |], admitted |> Array.map _.KeptIndices.Length)

let private genGroups =
    gen {
        let! lengths = Gen.choose (1, 80) |> Gen.two |> Gen.listOf
        let! spread = Gen.elements [ true; false ] |> Gen.listOfLength lengths.Length

        return
            List.map2 (fun (a, b) hasSpread -> [| a; b |], hasSpread) lengths spread
            |> Array.ofList
    }
    |> Gen.map (Array.mapi (fun at (lengths, hasSpread) -> group at lengths hasSpread))

let private modes = Gen.elements [ Completions; Tokens; Off ]

[<Property>]
let ``admitting again changes nothing in modes without tokens, and never revives a completion`` () =
    Prop.forAll (Arb.fromGen (Gen.zip modes genGroups)) (fun (mode, groups) ->
        let allocation =
            { allocation with
                Mode = mode
                MicroBatchTokens = 85
                DropZeroAdvantage = true
                QuestionsPerDevice = 1
                GroupSize = 4 }

        let once = Allocate.admit allocation groups
        let again = Allocate.admit allocation once

        let revived =
            Array.exists2
                (fun (before: PrunedGroup) (after: PrunedGroup) ->
                    Array.exists2 (fun before after -> before <> Kept && before <> after) before.Fates after.Fates)
                once
                again

        not revived && (mode = Tokens || again = once))
