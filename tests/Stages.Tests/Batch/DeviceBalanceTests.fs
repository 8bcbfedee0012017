module Cppo.Stages.Tests.Batch.DeviceBalanceTests

open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Prune
open Cppo.Stages.Batch

/// Groups of 4 completions of 5 tokens each, their prompt counted, of which top-k keeps the given number.
let private topK (keep: int) (advantages: float[][]) =
    advantages
    |> Array.mapi (fun at advantages ->
        Build.withAdvantages at advantages
        |> Prune.ofGroup (Build.prune LowestAbsolute.rule keep))

let private balanceOfKept numDevices (groups: PrunedGroup[]) =
    groups
    |> DeviceBalance.ofOwnQuestions numDevices (fun at completion -> groups[at].Fates[completion] = Kept)

/// One question with large advantages and one with small ones.
let private uneven =
    topK 2 [| [| 2.0; -2.0; 1.9; -1.9 |]; [| 0.5; -0.5; 0.4; 0.3 |] |]

[<Fact>]
let ``hand-computed loads`` () =
    Assert.Equal(20.0 / 30.0, DeviceBalance.ofLoads [| 30L; 10L |], 12)
    Assert.Equal(1.0, DeviceBalance.ofLoads [| 7L |])
    Assert.Equal(0.25, DeviceBalance.ofLoads [| 0L; 0L; 5L; 0L |], 12)
    Assert.Equal(1.0, DeviceBalance.ofLoads [| 0L; 0L |])
    Assert.Equal(1.0, DeviceBalance.ofLoads [||])

[<Fact>]
let ``the bucket effect: top-k keeps two devices even, a threshold gives one of them all the work`` () =
    // Four completions stay either way; by size they are the first question's.
    Assert.Equal(ValueSome 1.9, DeviceBalance.gammaOf uneven)
    Assert.Equal(1.0, balanceOfKept 2 uneven)
    Assert.Equal(0.5, DeviceBalance.ofThreshold 2 uneven)
    Assert.Equal(1.0, DeviceBalance.ofThreshold 1 uneven)

[<Fact>]
let ``completions that tie with gamma all stay`` () =
    let groups = topK 1 [| [| 1.0; -1.0; 0.0; 0.0 |]; [| 1.0; 0.5; 0.0; 0.0 |] |]
    // Two are kept, gamma is 1, and three reach it: 10 and 5 tokens.
    Assert.Equal(ValueSome 1.0, DeviceBalance.gammaOf groups)
    Assert.Equal(0.75, DeviceBalance.ofThreshold 2 groups, 12)

[<Fact>]
let ``what no micro-batch holds is in no device's load, and nothing kept is even`` () =
    let tooLong =
        [| { uneven[0] with
               Fates = [| Dropped TooLong; Kept; Pruned; Pruned |] }
           uneven[1] |]
    // Of 3 kept the largest are 2, 1.9, 1.9 of the first question.
    Assert.Equal(ValueSome 1.9, DeviceBalance.gammaOf tooLong)
    Assert.Equal(0.5, DeviceBalance.ofThreshold 2 tooLong)

    let nothing = uneven |> Array.map _.Drop(ZeroAdvantage)
    Assert.Equal(ValueNone, DeviceBalance.gammaOf nothing)
    Assert.Equal(1.0, DeviceBalance.ofThreshold 2 nothing)

[<Fact>]
let ``micro-batches count by their device`` () =
    let allocation =
        { Build.allocation Off with
            NumDevices = 2 }

    let batch = Pack.toBatch (Build.pack allocation) 0 uneven
    Assert.Equal(1.0, DeviceBalance.ofMicroBatches batch.MicroBatches)
    let lonely = [| batch.MicroBatches[0]; [||] |]
    Assert.Equal(0.5, DeviceBalance.ofMicroBatches lonely)

let private cases =
    gen {
        let! numDevices = Gen.choose (1, 4)
        let! keep = Gen.choose (1, 4)
        let! rounds = Gen.choose (1, 5)

        let! advantages =
            Gen.choose (-30, 30)
            |> Gen.map (fun tenths -> float tenths / 10.0)
            |> Gen.arrayOfLength 4
            |> Gen.arrayOfLength (rounds * numDevices)

        return numDevices, keep, advantages
    }
    |> Arb.fromGen

[<Property>]
let ``top-k of equal lengths is even on any number of devices`` () =
    Prop.forAll cases (fun (numDevices, keep, advantages) -> balanceOfKept numDevices (topK keep advantages) = 1.0)

[<Property>]
let ``gamma keeps as many completions, or more where they tie`` () =
    Prop.forAll cases (fun (_, keep, advantages) ->
        let groups = topK keep advantages
        let gamma = (DeviceBalance.gammaOf groups).Value
        let sizes = advantages |> Array.concat |> Array.map abs
        let count passes = (sizes |> Array.filter passes).Length
        let numKept = keep * advantages.Length

        count (fun size -> size >= gamma) >= numKept
        && count (fun size -> size > gamma) < numKept)

[<Property>]
let ``a balance is a share, 1 on one device, and no more uneven than all work on one`` () =
    Prop.forAll cases (fun (numDevices, keep, advantages) ->
        let groups = topK keep advantages
        let balance = DeviceBalance.ofThreshold numDevices groups

        balance <= 1.0
        && balance >= 1.0 / float numDevices - 1e-12
        && DeviceBalance.ofThreshold 1 groups = 1.0)
