module Cppo.Stages.Tests.Prune.PruneTests

open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Advantage
open Cppo.Stages.Prune

let private advantages = [| 0.1; -1.2; 0.4; 0.7 |]

let private kept settings values =
    (Prune.ofGroup settings (Build.withAdvantages 0L values)).KeptIndices

[<Fact>]
let ``each rule removes what its name says`` () =
    let check rule expected =
        Assert.Equal<int[]>(expected, kept (Build.prune rule 2) advantages)

    check LowestAbsolute.rule [| 1; 3 |]
    check HighestAbsolute.rule [| 0; 2 |]
    check LowestRaw.rule [| 2; 3 |]
    check HighestRaw.rule [| 0; 1 |]
    check NoPruning.rule [| 0; 1; 2; 3 |]

[<Fact>]
let ``the threshold keeps what reaches it`` () =
    let settings =
        { Build.prune BelowThreshold.rule 1 with
            Threshold = 0.4 }

    Assert.Equal<int[]>([| 1; 2; 3 |], kept settings advantages)
    Assert.Empty(kept { settings with Threshold = 2.0 } advantages)

[<Fact>]
let ``ties keep the lowest index, also where rounding parts them`` () =
    Assert.Equal<int[]>([| 0; 1 |], kept (Build.prune LowestAbsolute.rule 2) [| 1.0; -1.0; 1.0; -1.0 |])
    Assert.Equal<int[]>([| 0; 1 |], kept (Build.prune HighestAbsolute.rule 2) [| 0.0; 0.0; 0.0 |])
    Assert.Equal<int[]>([| 0 |], kept (Build.prune LowestAbsolute.rule 1) [| 0.99999999999999978; -1.0 |])

[<Fact>]
let ``random choices are those of seed and question, and every completion has its turn`` () =
    let settings = Build.prune RandomChoice.rule 2

    let choice ordinal =
        (Prune.ofGroup settings (Build.withAdvantages ordinal (Array.zeroCreate 6))).KeptIndices

    let choices = Array.init 60 (fun ordinal -> choice (int64 ordinal))
    Assert.Equal<int[][]>(choices, Array.init 60 (fun ordinal -> choice (int64 ordinal)))
    let counts = choices |> Array.concat |> Array.countBy id
    Assert.Equal(6, counts.Length)
    Assert.All(counts, fun (_, count) -> Assert.InRange(count, 8, 34))

[<Fact>]
let ``scope batch takes the best of all groups and may leave one nothing`` () =
    let groups =
        [| Build.withAdvantages 0L [| 0.0; 0.0 |]
           Build.withAdvantages 1L [| 1.0; -1.0 |] |]

    let settings = Build.prune LowestAbsolute.rule 1

    let keptBy scope =
        Build.pruneBatch { settings with Scope = scope } groups
        |> Array.map _.KeptIndices

    Assert.Equal<int[][]>([| [| 0 |]; [| 0 |] |], keptBy PruneScope.Question)
    Assert.Equal<int[][]>([| [||]; [| 0; 1 |] |], keptBy PruneScope.Batch)

[<Fact>]
let ``scope batch breaks ties by the earlier group`` () =
    let groups = Array.init 3 (fun at -> Build.withAdvantages at [| 1.0; -1.0 |])

    let pruned =
        Build.pruneBatch
            { Build.prune LowestAbsolute.rule 1 with
                Scope = PruneScope.Batch }
            groups

    Assert.Equal<int[][]>([| [| 0; 1 |]; [| 0 |]; [||] |], pruned |> Array.map _.KeptIndices)

let private cases =
    gen {
        let! values =
            Gen.choose (-3, 3) |> Gen.map (fun value -> float value / 2.0) |> Gen.arrayOf

        let! keep = Gen.choose (1, 20)

        let! rule =
            Gen.elements
                [ LowestAbsolute.rule
                  HighestAbsolute.rule
                  LowestRaw.rule
                  HighestRaw.rule
                  RandomChoice.rule ]

        return values, keep, rule
    }
    |> Arb.fromGen

[<Property>]
let ``exactly k stay, or all where there are fewer`` () =
    Prop.forAll cases (fun (values, keep, rule) -> (kept (Build.prune rule keep) values).Length = min keep values.Length)

[<Property>]
let ``no pruned |advantage| exceeds a kept one`` () =
    Prop.forAll cases (fun (values, keep, _) ->
        let kept = kept (Build.prune LowestAbsolute.rule keep) values

        let prunedOnes =
            values
            |> Array.indexed
            |> Array.filter (fun (at, _) -> not (Array.contains at kept))

        prunedOnes
        |> Array.forall (fun (_, value) -> kept |> Array.forall (fun at -> abs values[at] >= abs value)))

[<Property>]
let ``a group that is pruned again keeps the same`` () =
    Prop.forAll cases (fun (values, keep, rule) -> kept (Build.prune rule keep) values = kept (Build.prune rule keep) (Array.copy values))

[<Fact>]
let ``dropping a group leaves pruned completions pruned`` () =
    let pruned =
        Prune.ofGroup (Build.prune LowestAbsolute.rule 2) (Build.withAdvantages 0L advantages)

    let dropped = pruned.Drop NoRoom
    Assert.Equal<Fate[]>([| Pruned; Dropped NoRoom; Pruned; Dropped NoRoom |], dropped.Fates)
    Assert.Empty dropped.KeptIndices

[<Fact>]
let ``the largest advantage is reached by one reward that differs`` () =
    let struct (advantages, _, _) =
        Advantage.ofRewards 0.0 [| 1.0; 0.0; 0.0; 0.0; 0.0 |]

    Assert.Equal(BelowThreshold.largestAdvantage 5, Array.max advantages, 12)

[<Fact>]
let ``in scope batch a group's completions all stay until the batch is complete`` () =
    for rule in PruneRules.table.Entries do
        let settings =
            { Build.prune rule 1 with
                Scope = PruneScope.Batch
                Threshold = 0.5 }

        let group = Build.withAdvantages 0L advantages
        let waiting = Prune.ofGroup settings group
        Assert.Equal<int[]>([| 0; 1; 2; 3 |], waiting.KeptIndices)

        // One group is the whole batch: both scopes agree.
        let decided = (Prune.ofBatch settings [| waiting |])[0]

        let question =
            { settings with
                Scope = PruneScope.Question }

        Assert.Equal<Fate[]>((Prune.ofGroup question group).Fates, decided.Fates)
        Assert.Same(waiting, (Prune.ofBatch question [| waiting |])[0])

[<Fact>]
let ``a rule says how many it keeps`` () =
    for rule in PruneRules.table.Entries do
        let kept =
            (Prune.ofGroup
                { Build.prune rule 2 with
                    Threshold = 0.5 }
                (Build.withAdvantages 0L advantages))
                .KeptIndices

        rule.KeptOf(2, advantages.Length)
        |> ValueOption.iter (fun expected -> Assert.Equal(expected, kept.Length))
