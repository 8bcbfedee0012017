module Cppo.Stages.Tests.Evaluation.SeedBootstrapTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages
open Cppo.Stages.Evaluation

/// Answers right or wrong: the chance of seed s on question q is 0.5 + its seed's effect + its question's, both normal.
let private answers (seedDeviation: float) (questionDeviation: float) numSeeds numQuestions (set: int) (method: int) =
    Array.init numSeeds (fun s ->
        let ofSeed = seedDeviation * StudentTTests.normal 31UL set (100 + method) s

        Array.init numQuestions (fun q ->
            let ofQuestion = questionDeviation * StudentTTests.normal 37UL set 200 q
            let draw = Counted.uniform 41UL (int64 set) (300 + 10 * method + s) q
            if draw < 0.5 + ofSeed + ofQuestion then 1.0 else 0.0))

/// The chances themselves, without the noise of answers: seeds differ, and nothing else.
let private seedsAlone numSeeds (set: int) =
    Array.init numSeeds (fun s -> Array.create 10 (0.5 + 0.1 * StudentTTests.normal 31UL set 100 s))

let private covers (value: float) (low: float, high: float) = low <= value && value <= high

/// How many of 500 sets' intervals cover the truth, 0.5.
let private coverage (interval: float[][] -> float * float) (set: int -> float[][]) =
    Array.init 500 set
    |> Array.filter (fun right -> covers 0.5 (interval right))
    |> _.Length

let private bootstrapped (right: float[][]) =
    let accuracy = SeedBootstrap.accuracyWith 500 3UL right
    accuracy.Low, accuracy.High

[<Fact>]
let ``two seeds and two questions are drawn in sixteen ways`` () =
    // Rows 0 0 and 0 1: the mean is (times seed 1) (times question 1) / 4, so 1 needs both twice: 1/16 of the draws.
    let means =
        SeedBootstrap.resample 10000 7UL [| [| [| 0.0; 0.0 |]; [| 0.0; 1.0 |] |] |]
        |> Array.head

    let count value =
        (means |> Array.filter (fun mean -> mean = value)).Length

    // Of 16 ways: 7 give 0, 4 give 1/4, 4 give 1/2, 1 gives 1; the deviations are at most 50.
    Assert.InRange(count 0.0, 4175, 4575)
    Assert.InRange(count 0.25, 2300, 2700)
    Assert.InRange(count 0.5, 2300, 2700)
    Assert.InRange(count 1.0, 525, 725)
    Assert.Equal(10000, count 0.0 + count 0.25 + count 0.5 + count 1.0)

[<Fact>]
let ``one seed is the bootstrap over questions`` () =
    let values = Array.init 300 (fun at -> float (at % 4) / 3.0)
    let mine = SeedBootstrap.accuracy 9UL [| values |]
    let known = (Bootstrap.proportions 9UL [| values |])[0]
    Assert.Equal(known.Value, mine.Mean, 12)
    Assert.Equal(known.Low, mine.Low, 2)
    Assert.Equal(known.High, mine.High, 2)
    Assert.Equal(infinity, mine.OverSeeds.High)

[<Fact>]
let ``methods share their draws, and the seed fixes them`` () =
    let right = answers 0.1 0.1 3 40 0 0
    let twice = SeedBootstrap.resample 100 5UL [| right; right |]
    Assert.Equal<float[]>(twice[0], twice[1])
    Assert.Equal<float[]>(twice[0], (SeedBootstrap.resample 100 5UL [| right |])[0])
    Assert.NotEqual<float[]>(twice[0], (SeedBootstrap.resample 100 6UL [| right |])[0])

[<Fact>]
let ``with the noise of answers the interval covers at least 95 percent`` () =
    // 475 of 500 with a deviation of 4.9; what both seeds and questions resample makes it wider.
    for numSeeds in [ 3; 5 ] do
        Assert.InRange(coverage bootstrapped (fun set -> answers 0.0 0.25 numSeeds 60 set 0), 460, 497)
        Assert.InRange(coverage bootstrapped (fun set -> answers 0.03 0.25 numSeeds 60 set 0), 460, 497)

[<Fact>]
let ``where seeds alone differ the bootstrap covers too little, and Student's interval does not`` () =
    let overSeeds (right: float[][]) =
        let accuracy = SeedBootstrap.accuracyWith 1 3UL right
        accuracy.OverSeeds.Low, accuracy.OverSeeds.High

    Assert.InRange(coverage bootstrapped (seedsAlone 3), 330, 385)
    Assert.InRange(coverage bootstrapped (seedsAlone 5), 400, 440)
    Assert.InRange(coverage overSeeds (seedsAlone 3), 460, 490)
    Assert.InRange(coverage overSeeds (seedsAlone 5), 460, 490)

[<Fact>]
let ``a difference of paired methods covers 95 percent, and p is small as rarely as it says`` () =
    let compared =
        Array.init 500 (fun set -> SeedBootstrap.differenceWith 500 3UL 0.05 (answers 0.0 0.25 3 60 set 0) (answers 0.0 0.25 3 60 set 1))

    let count (isCounted: MethodDifference -> bool) =
        (compared |> Array.filter isCounted).Length

    // The noise of single answers, which both rows and columns resample, makes it wide: never too sure.
    Assert.InRange(count (fun difference -> covers 0.0 (difference.Low, difference.High)), 475, 500)
    Assert.InRange(count (fun difference -> difference.PValue < 0.05), 0, 25)
    Assert.InRange(count (fun difference -> difference.LowerBound > 0.0), 0, 25)

[<Fact>]
let ``a clear difference is found, with its bounds in order`` () =
    // The second is right where the first is, and on every fifth question more.
    let first =
        Array.init 3 (fun s -> Array.init 100 (fun q -> if (q + s) % 2 = 0 then 1.0 else 0.0))

    let second =
        first
        |> Array.map (Array.mapi (fun q right -> if q % 5 = 0 then 1.0 else right))

    let difference = SeedBootstrap.difference 1UL 0.02 first second
    Assert.Equal(0.1, difference.Difference, 12)
    Assert.Equal((0.5, 0.6), (Math.Round(difference.First, 12), Math.Round(difference.Second, 12)))

    Assert.True(
        0.0 < difference.Low
        && difference.Low <= difference.LowerBound
        && difference.LowerBound < 0.1
    )

    Assert.True(0.1 < difference.UpperBound && difference.UpperBound <= difference.High)
    Assert.InRange(difference.PValue, 1e-4, 0.002)
    let reversed = SeedBootstrap.difference 1UL 0.02 second first
    Assert.Equal(-difference.Difference, reversed.Difference, 12)
    Assert.Equal(difference.PValue, reversed.PValue, 12)

[<Fact>]
let ``where nothing differs the interval still has a width`` () =
    let right = Array.init 3 (fun _ -> [| 1.0; 0.0; 1.0; 1.0 |])
    let same = SeedBootstrap.difference 1UL 0.5 right right
    Assert.Equal((0.0, 1.0), (same.Difference, same.PValue))
    // Wilson's upper bound of none in four.
    Assert.Equal(-0.489891, same.LowerBound, 5)
    Assert.Equal(0.489891, same.UpperBound, 5)
    let all = SeedBootstrap.accuracy 1UL [| [| 1.0; 1.0 |]; [| 1.0; 1.0 |] |]
    Assert.Equal((1.0, 1.0), (all.Mean, all.High))
    Assert.Equal((Intervals.wilson 2 2).Low, all.Low)
    // A third is a third, however it was rounded.
    let thirds = Array.init 2 (fun _ -> [| 1.0 / 3.0; 0.2 + 2.0 / 15.0 |])
    Assert.True((SeedBootstrap.accuracy 1UL thirds).Low < 0.2)

[<Fact>]
let ``methods of other shapes are refused`` () =
    let right = [| [| 1.0; 0.0 |]; [| 1.0; 1.0 |] |]

    for other in [ [||]; [| [||] |]; [| [| 1.0; 0.0 |] |]; [| [| 1.0 |]; [| 1.0; 0.0 |] |] ] do
        Assert.Throws<ArgumentException>(fun () -> SeedBootstrap.difference 1UL 0.0 right other |> ignore)
        |> ignore

    Assert.Throws<ArgumentException>(fun () -> SeedBootstrap.difference 1UL -0.1 right right |> ignore)

[<Property(MaxTest = 20)>]
let ``the mean lies in its interval, which lies in 0 .. 1`` () =
    let shares = Gen.elements [ 0.0; 0.25; 0.5; 1.0 ]

    let right =
        gen {
            let! seeds = Gen.choose (1, 5)
            let! questions = Gen.choose (1, 12)
            return! Gen.arrayOfLength seeds (Gen.arrayOfLength questions shares)
        }
        |> Arb.fromGen

    Prop.forAll right (fun right ->
        let accuracy = SeedBootstrap.accuracyWith 200 11UL right

        0.0 <= accuracy.Low
        && accuracy.Low <= accuracy.Mean
        && accuracy.Mean <= accuracy.High
        && accuracy.High <= 1.0)
