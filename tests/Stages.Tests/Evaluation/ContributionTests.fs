module Cppo.Stages.Tests.Evaluation.ContributionTests

open System
open Xunit
open FsCheck.Xunit
open Cppo.Stages
open Cppo.Stages.Batch
open Cppo.Stages.Evaluation

[<Fact>]
let ``correlations by hand`` () =
    Assert.Equal(1.0, Correlation.pearson [| 1.0; 2.0; 3.0 |] [| 10.0; 20.0; 30.0 |], 12)
    Assert.Equal(-1.0, Correlation.spearman [| 1.0; 2.0; 3.0 |] [| 9.0; 8.0; -100.0 |], 12)
    // Deviations -1 0 1 and -1 1 0: 1 / 2.
    Assert.Equal(0.5, Correlation.pearson [| 1.0; 2.0; 3.0 |] [| 1.0; 3.0; 2.0 |], 12)
    Assert.Equal<float[]>([| 2.5; 1.0; 2.5; 4.0 |], Correlation.ranks [| 5.0; 1.0; 5.0; 9.0 |])
    // Anscombe's first set.
    let x = [| 10.0; 8.0; 13.0; 9.0; 11.0; 14.0; 6.0; 4.0; 12.0; 7.0; 5.0 |]
    let y = [| 8.04; 6.95; 7.58; 8.81; 8.33; 9.96; 7.24; 4.26; 10.84; 4.82; 5.68 |]
    Assert.Equal(0.81642, Correlation.pearson x y, 5)
    Assert.Equal(0.81818, Correlation.spearman x y, 5)
    Assert.True(Double.IsNaN(Correlation.pearson [| 1.0; 1.0 |] [| 1.0; 2.0 |]))
    Assert.True(Double.IsNaN(Correlation.pearson [| 1.0 |] [| 1.0 |]))
    Assert.Throws<ArgumentException>(fun () -> Correlation.pearson [| 1.0 |] [||] |> ignore)

[<Fact>]
let ``quarters share what ties have and what lies on their borders`` () =
    Assert.Equal<float[]>([| 1.0; 2.0; 3.0; 4.0 |], Correlation.quarterMeans [| 4.0; 3.0; 2.0; 1.0 |] [| 4.0; 3.0; 2.0; 1.0 |])
    // Three pairs of equal x: 1 for each of them, whichever comes first.
    Assert.Equal<float[]>([| 1.0; 1.0; 1.0; 7.0 |], Correlation.quarterMeans [| 0.0; 0.0; 0.0; 5.0 |] [| 3.0; 0.0; 0.0; 7.0 |])
    // Six pairs, quarters of one and a half.
    let six =
        Correlation.quarterMeans [| 1.0 .. 6.0 |] [| 3.0; 6.0; 9.0; 12.0; 15.0; 18.0 |]

    Assert.Equal<float[]>([| 4.0; 8.0; 13.0; 17.0 |], six)

[<Property>]
let ``a rank correlation sees the order only`` (values: int16 list) =
    let xs = values |> List.map float |> Array.ofList
    let ys = xs |> Array.mapi (fun at _ -> float (at * at % 7))
    let cubed = xs |> Array.map (fun x -> x * x * x)
    let plain, other = Correlation.spearman xs ys, Correlation.spearman cubed ys
    (Double.IsNaN plain && Double.IsNaN other) || abs (plain - other) < 1e-9

let private contribution group completion advantage norm : Contribution =
    { Update = 0
      Pass = 0
      QuestionId = string group
      Group = group
      Completion = completion
      NumTokens = 10 * (completion + 1)
      Kind =
        if advantage > 0.0 then
            CompletionKind.FormatAndAnswer
        else
            CompletionKind.Neither
      Reward = 0.0
      Advantage = advantage
      IsKept = false
      Norm = norm
      SurrogateNorm = norm / 2.0
      KlNorm = 1.0
      PolicyLoss = -advantage
      KlLoss = 0.5
      ClipRatio = if completion = 0 then 0.4 else 0.0 }

[<Fact>]
let ``a summary by hand`` () =
    let completions =
        [| contribution 0 0 1.0 8.0
           contribution 0 1 -1.0 4.0
           contribution 0 2 0.0 0.0
           contribution 1 0 0.5 2.0
           contribution 1 1 -0.5 2.0
           contribution 1 2 0.1 4.0
           { contribution 0 0 1.0 8.0 with
               Pass = 1 } |]

    let summaries = Contributions.summarize [| 3; 2; 1 |] completions
    Assert.Equal<int[]>([| 0; 1 |], summaries |> Array.map _.Pass)
    let summary = summaries[0]
    Assert.Equal(6, summary.NumCompletions)
    // Of a sum of 20: 8 + 2 are the first of the two that tie by |A|; 8 + 4 the largest.
    Assert.Equal<int[]>([| 2; 1 |], summary.TopShares |> Array.map _.K)

    Assert.Equal(
        (0.5, 0.5, 0.6),
        (summary.TopShares[1].ByAdvantage, summary.TopShares[1].ByAdvantageWithoutKl, summary.TopShares[1].ByNorm)
    )

    Assert.Equal((0.8, 0.9), (summary.TopShares[0].ByAdvantage, summary.TopShares[0].ByNorm))
    Assert.Equal(1.0 / 3.0, summary.TopShares[1].Even)
    // KL: 6 of 6 + 10; losses 3 of 3 + 3.1.
    Assert.Equal(6.0 / 16.0, summary.KlGradientShare, 12)
    Assert.Equal(3.0 / 6.1, summary.KlLossShare, 12)
    // 10 of 60 tokens in each group at 0.4.
    Assert.Equal(0.4 / 6.0, summary.ClipRatio, 12)
    let right = summary.Kinds[0]
    Assert.Equal((CompletionKind.FormatAndAnswer, 3), (right.Kind, right.NumCompletions))
    Assert.Equal(14.0 / 3.0, right.Norm, 12)
    Assert.Equal(1.6 / 3.0, right.AbsoluteAdvantage, 12)
    Assert.Equal(0, summary.Kinds[2].NumCompletions)
    Assert.Equal(Correlation.pearson [| 1.0; 1.0; 0.0; 0.5; 0.5; 0.1 |] [| 8.0; 4.0; 0.0; 2.0; 2.0; 4.0 |], summary.Pearson, 12)

[<Theory>]
[<InlineData(true, "<think>a</think>\n<answer>1</answer>", "right format and answer")>]
[<InlineData(true, "1", "answer only")>]
[<InlineData(false, "<think>a</think>\n<answer>2</answer>", "format only")>]
[<InlineData(false, "2", "neither")>]
let ``the four kinds of table 3`` isCorrect text (name: string) =
    let reward =
        { Total = 0.0
          Parts = [||]
          ExtractedAnswer = ""
          Reason = ""
          Correct = isCorrect }

    Assert.Equal(name, CompletionKinds.ofCompletion reward text |> CompletionKinds.nameOf)
