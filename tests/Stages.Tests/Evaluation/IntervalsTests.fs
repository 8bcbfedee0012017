module Cppo.Stages.Tests.Evaluation.IntervalsTests

open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Evaluation

[<Theory>]
// Wilson's interval, from the closed form.
[<InlineData(8, 10, 0.490162, 0.943318)>]
[<InlineData(0, 10, 0.0, 0.277533)>]
[<InlineData(10, 10, 0.722467, 1.0)>]
[<InlineData(250, 500, 0.456341, 0.543659)>]
let ``Wilson's 95 percent interval`` successes trials (low: float) (high: float) =
    let proportion = Intervals.wilson successes trials
    Assert.Equal(float successes / float trials, proportion.Value)
    Assert.Equal(low, proportion.Low, 5)
    Assert.Equal(high, proportion.High, 5)

[<Fact>]
let ``no questions say nothing`` () =
    let nothing =
        { Value = 0.0
          Low = 0.0
          High = 1.0
          NumQuestions = 0 }

    Assert.Equal(nothing, Intervals.wilson 0 0)
    Assert.Equal<Proportion[]>([| nothing |], Bootstrap.proportions 1UL [| [||] |])

[<Fact>]
let ``a quantile lies between its neighbours`` () =
    Assert.Equal(1.5, Bootstrap.quantile 0.25 [| 1.0; 2.0; 3.0 |])
    Assert.Equal(3.0, Bootstrap.quantile 1.0 [| 1.0; 2.0; 3.0 |])
    Assert.Equal(7.0, Bootstrap.quantile 0.975 [| 7.0 |])

[<Fact>]
let ``a share of many questions has nearly Wilson's interval`` () =
    let questions = Array.init 600 (fun i -> if i % 5 = 0 then 1.0 else 0.0)
    let result = (Bootstrap.proportions 1UL [| questions |])[0]
    let wilson = Intervals.wilson 120 600
    Assert.Equal(0.2, result.Value, 12)
    Assert.Equal(wilson.Low, result.Low, 2)
    Assert.Equal(wilson.High, result.High, 2)

[<Fact>]
let ``where all questions are equal the interval still has a width`` () =
    let result = Bootstrap.proportions 1UL [| [| 0.5; 0.5 |]; [| 0.0; 0.0 |] |]
    Assert.Equal(0.5, result[0].Value)
    // Wilson's, of 1 among 2: the samples of one question count as one.
    Assert.Equal(0.094531, result[0].Low, 5)
    Assert.Equal(0.905469, result[0].High, 5)
    Assert.Equal(Intervals.wilson 0 2, result[1])

[<Fact>]
let ``two questions are drawn in four ways`` () =
    // The means 0.25, 0.5, 0.5 and 0.75 are equally likely, so the outer 2.5 % are the extremes.
    let result = Bootstrap.proportions 7UL [| [| 0.25; 0.75 |] |]

    Assert.Equal(
        { Value = 0.5
          Low = 0.25
          High = 0.75
          NumQuestions = 2 },
        result[0]
    )

    let means = (Bootstrap.resampledMeans 7UL [| [| 0.25; 0.75 |] |])[0]
    let share = (means |> Array.filter (fun mean -> mean = 0.5)).Length
    // 5000 of 10000 with a standard deviation of 50.
    Assert.InRange(share, 4750, 5250)

[<Fact>]
let ``many questions have the normal interval`` () =
    // Half of the questions 0.25, half 0.75: deviation 0.25, so 1.96 * 0.25 / 20 on either side.
    let values = Array.init 400 (fun at -> if at % 2 = 0 then 0.25 else 0.75)
    let result = (Bootstrap.proportions 3UL [| values |])[0]
    Assert.Equal(0.5, result.Value)
    Assert.InRange(result.Low, 0.5 - 0.0255, 0.5 - 0.0235)
    Assert.InRange(result.High, 0.5 + 0.0235, 0.5 + 0.0255)

[<Fact>]
let ``the seed fixes the draws, and columns share them`` () =
    let values = Array.init 50 (fun at -> float (at % 5) / 4.0)
    let both = Bootstrap.proportions 5UL [| values; values |]
    Assert.Equal(both[0], both[1])
    Assert.Equal(both[0], (Bootstrap.proportions 5UL [| values |])[0])
    Assert.NotEqual<float[][]>(Bootstrap.resampledMeans 5UL [| values |], Bootstrap.resampledMeans 6UL [| values |])

[<Property(MaxTest = 30)>]
let ``the value lies in its interval, which lies in 0 .. 1 and has a width`` () =
    let values =
        Gen.elements [ 0.0; 0.25; 0.5; 0.75; 1.0 ]
        |> Gen.nonEmptyListOf
        |> Gen.map Array.ofList
        |> Arb.fromGen

    Prop.forAll values (fun values ->
        let result = (Bootstrap.proportions 11UL [| values |])[0]

        0.0 <= result.Low
        && result.Low <= result.Value
        && result.Value <= result.High
        && result.High <= 1.0
        && result.Low < result.High)
