module Cppo.Stages.Tests.Evaluation.MetricsOfSamplesTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Evaluation

[<Theory>]
// 1 - C(n - c, k) / C(n, k), worked out with whole numbers.
[<InlineData(4, 1, 2, 0.5)>]
[<InlineData(4, 2, 3, 1.0)>]
[<InlineData(10, 3, 4, 0.8333333333333334)>]
[<InlineData(200, 5, 100, 0.9703083947657067)>]
[<InlineData(8, 2, 8, 1.0)>]
[<InlineData(5, 0, 5, 0.0)>]
[<InlineData(5, 5, 1, 1.0)>]
let ``pass at k`` n c k (expected: float) =
    Assert.Equal(expected, PassAtK.estimate n c k, 12)

[<Fact>]
let ``pass at k of thousands of samples stays a number`` () =
    // 1 - (1 - k/n)^1 with one right sample.
    Assert.Equal(0.5, PassAtK.estimate 4096 1 2048, 12)

[<Theory>]
[<InlineData(4, 0)>]
[<InlineData(4, 5)>]
let ``a k outside of 1 .. n is refused`` n k =
    let fault =
        Assert.Throws<ArgumentException>(fun () -> PassAtK.estimate n 1 k |> ignore)

    Assert.Contains("from 1 to 4", fault.Message)

[<Property>]
let ``pass at k is the mean over all choices of k samples`` () =
    let cases =
        gen {
            let! right = Gen.elements [ true; false ] |> Gen.arrayOfLength 6
            let! k = Gen.choose (1, 6)
            return right, k
        }
        |> Arb.fromGen

    Prop.forAll cases (fun (right: bool[], k) ->
        let choices =
            [| for bits in 0..63 do
                   if Numerics.BitOperations.PopCount(uint32 bits) = k then
                       if
                           right
                           |> Array.indexed
                           |> Array.exists (fun (at, isRight) -> isRight && bits >>> at &&& 1 = 1)
                       then
                           1.0
                       else
                           0.0 |]

        let c = (right |> Array.filter id).Length
        abs (Array.average choices - PassAtK.estimate 6 c k) < 1e-12)

let private byValue = Judge.areSame JudgingRule.Number

[<Theory>]
[<InlineData("2|3|2.0|5", 0)>]
[<InlineData("3|2|2.00|3|2", 1)>]
// A tie goes to the answer that was there first.
[<InlineData("3|2|2|3", 0)>]
// No answer has no vote.
[<InlineData("||7", 2)>]
[<InlineData("||", -1)>]
[<InlineData("1,000|5|1000", 0)>]
let ``the majority is by value`` (answers: string) expected =
    Assert.Equal(expected, Majority.winner byValue (answers.Split '|'))

[<Fact>]
let ``the majority of mathematics is by equivalence`` () =
    let answers = [| "\\frac{1}{3}"; "\\frac{1}{2}"; "0.5"; "x+1"; "2^{-1}" |]
    Assert.Equal(1, Majority.winner (Judge.areSame JudgingRule.Expression) answers)

[<Theory>]
// Twice the binomial tail, worked out with whole numbers.
[<InlineData(1, 9, 0.021484375)>]
[<InlineData(9, 1, 0.021484375)>]
[<InlineData(5, 5, 1.0)>]
[<InlineData(0, 0, 1.0)>]
[<InlineData(0, 6, 0.03125)>]
[<InlineData(12, 3, 0.03515625)>]
[<InlineData(700, 600, 0.006015794)>]
let ``McNemar's exact p`` won lost (expected: float) =
    Assert.Equal(expected, Paired.mcNemar won lost, 6)

[<Fact>]
let ``a comparison counts won, lost and tied questions`` () =
    let result = Paired.compare 1UL [| 0.0; 1.0; 0.5; 0.25 |] [| 1.0; 0.5; 0.5; 0.5 |]

    Assert.Equal((2, 1, 1), (result.NumWon, result.NumLost, result.NumTied))
    Assert.Equal((0.4375, 0.625, 0.1875), (result.First, result.Second, result.Difference))
    Assert.True(result.Low < 0.1875 && 0.1875 < result.High)
    Assert.Equal(1.0, result.PValue)

[<Fact>]
let ``pairing removes what both models share`` () =
    // Questions differ much, the models little: each is 0.1 better on every second question.
    let first = Array.init 200 (fun at -> float (at % 10) / 10.0)

    let second =
        first |> Array.mapi (fun at value -> if at % 2 = 0 then value + 0.1 else value)

    let result = Paired.compare 1UL first second
    Assert.Equal(0.05, result.Difference, 12)
    // Differences have a deviation of 0.05, so 1.96 * 0.05 / sqrt 200 on either side.
    Assert.InRange(result.Low, 0.05 - 0.0075, 0.05 - 0.0063)
    Assert.InRange(result.High, 0.05 + 0.0063, 0.05 + 0.0075)

[<Fact>]
let ``models that never differ are not known to be equal`` () =
    let result = Paired.compare 1UL [| 1.0; 0.0; 1.0 |] [| 1.0; 0.0; 1.0 |]
    let bound = (Intervals.wilson 0 3).High
    Assert.Equal((0.0, -bound, bound, 1.0), (result.Difference, result.Low, result.High, result.PValue))

[<Fact>]
let ``unequal or no questions are refused`` () =
    Assert.Throws<ArgumentException>(fun () -> Paired.compare 1UL [| 1.0 |] [||] |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () -> Paired.compare 1UL [||] [||] |> ignore)
    |> ignore

[<Property(MaxTest = 20)>]
let ``exchanging the models turns the comparison around`` () =
    let pairs =
        Gen.elements [ 0.0; 0.5; 1.0 ]
        |> Gen.two
        |> Gen.nonEmptyListOf
        |> Gen.map Array.ofList
        |> Arb.fromGen

    Prop.forAll pairs (fun pairs ->
        let first, second = Array.unzip pairs
        let there = Paired.compare 1UL first second
        let back = Paired.compare 1UL second first

        abs (there.Difference + back.Difference) < 1e-12
        && abs (there.Low + back.High) < 1e-12
        && there.NumWon = back.NumLost
        && there.PValue = back.PValue)
