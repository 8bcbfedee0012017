module Cppo.Stages.Tests.Evaluation.SummaryTests

open System
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Evaluation

/// A sample that gives an answer in tags; it is right where the gold answer is 12.
let private sample (completion: string) (isTruncated: bool) =
    { Judgement = Judge.completion JudgingRule.Number "12" completion
      NumTokens = completion.Length
      IsTruncated = isTruncated }

let private questions =
    [| [| "<think></think>\n<answer>12</answer>"
          "<answer>12.0</answer>"
          "<answer>7</answer>"
          "12" |]
       [| "<answer>7</answer>"; "8"; "<answer>7</answer>"; "<answer>12</answer>" |] |]
    |> Array.map (Array.map (fun text -> sample text (text = "8")))

/// One of two questions: resampling gives none, one and both.
let private halfOfTwo =
    { Value = 0.5
      Low = 0.0
      High = 1.0
      NumQuestions = 2 }

[<Fact>]
let ``the numbers of two questions with four samples`` () =
    let result = Summary.compute JudgingRule.Number 1UL [| 1; 2; 4; 8 |] questions
    Assert.Equal((2, 4, 0), (result.NumQuestions, result.NumSamples, result.NumUndecided))
    // Strictly right are 2 of 4 and 1 of 4, leniently 3 of 4 and 1 of 4.
    Assert.Equal(0.375, result.Strict.PassAtOne.Value)
    Assert.Equal(0.5, result.Lenient.PassAtOne.Value)
    // pass@2 is 1 - C(2,2)/C(4,2) = 5/6 and 1 - C(3,2)/C(4,2) = 1/2; pass@8 needs 8 samples.
    Assert.Equal<int[]>([| 2; 4 |], result.Strict.PassAtK |> Array.map (fun (struct (k, _)) -> k))
    let struct (_, passAt2) = result.Strict.PassAtK[0]
    let struct (_, passAt4) = result.Strict.PassAtK[1]
    Assert.Equal(2.0 / 3.0, passAt2.Value, 12)
    Assert.Equal(1.0, passAt4.Value)
    // Votes: 12 twice against 7, then 7 twice against 12.
    Assert.Equal(0.5, result.Strict.Majority.Value)
    Assert.Equal(halfOfTwo, result.Strict.Majority)
    Assert.Equal(0.125, result.Format.Value)
    Assert.Equal(0.125, result.Truncated.Value)

    Assert.Equal(
        questions
        |> Array.concat
        |> Array.averageBy (fun sample -> float sample.NumTokens),
        result.MeanTokens
    )

[<Fact>]
let ``one sample a question is its own majority`` () =
    let one = questions |> Array.map (Array.truncate 1)
    let result = Summary.compute JudgingRule.Number 1UL [| 1 |] one
    Assert.Equal(halfOfTwo, result.Strict.PassAtOne)
    Assert.Equal(result.Strict.PassAtOne, result.Strict.Majority)
    Assert.Empty result.Strict.PassAtK

[<Fact>]
let ``a question with fewer samples is refused`` () =
    Assert.Throws<ArgumentException>(fun () ->
        Summary.compute JudgingRule.Number 1UL [||] [| questions[0]; questions[1][..1] |]
        |> ignore)

[<Fact>]
let ``parts come in the order of their labels and hold every question once`` () =
    let many = Array.init 12 (fun at -> questions[at % 2])
    let labels = Array.init 12 (fun at -> if at = 0 then "none" else string (12 - at))
    let parts = Summary.parts 1UL labels many

    let numbersThenWords = [| yield! [| 1..11 |] |> Array.map string; "none" |]
    Assert.Equal<string[]>(numbersThenWords, parts |> Array.map _.Label)
    Assert.Equal(12, parts |> Array.sumBy _.NumQuestions)
    Assert.Equal(0.5, parts[11].Strict.Value)
    Assert.Equal(0.25, parts[0].Strict.Value)
