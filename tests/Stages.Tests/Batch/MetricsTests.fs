module Cppo.Stages.Tests.Batch.MetricsTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Rewards
open Cppo.Stages.Advantage
open Cppo.Stages.Prune
open Cppo.Stages.Batch

let private settings: RewardSettings =
    { Rewards = [| { Name = "accuracy"; Weight = 1.0 }; { Name = "format"; Weight = 1.0 } |]
      RepetitionNgram = 3
      RepetitionMaxPenalty = -1.0
      Lengths = LengthRewardSettings.Default }

let private right = "<think>a</think>\n<answer>1</answer>"

/// Completions of 4 tokens after a prompt of 10: one right, one right in value, one without format, the rest empty.
let private group (ordinal: int) (texts: string[]) =
    texts
    |> Array.mapi (fun index text ->
        { Build.completion index 4 text with
            FinishReason = if text = "" then Length else Stop })
    |> Build.rollout ordinal "#### 1" 10
    |> Reward.scoreGroup settings
    |> Advantage.compute { Epsilon = 1e-4 }
    |> Prune.ofGroup (Build.prune LowestAbsolute.rule 2)

let private batch =
    let allocation =
        { Build.allocation Completions with
            DropZeroAdvantage = true
            GroupSize = 4
            MicroBatchTokens = 56 }

    Pack.toBatch (Build.pack allocation) 3 [| group 0 [| right; "1"; ""; "" |]; group 1 [| ""; ""; ""; "" |] |]

let private metrics = Metrics.ofBatch batch

[<Fact>]
let ``every completion is counted under one fate`` () =
    Assert.Equal(2, metrics.NumGroups)
    Assert.Equal(8, metrics.NumCompletions)
    Assert.Equal(2, metrics.NumKept)
    Assert.Equal(4, metrics.NumPruned)
    Assert.Equal(2, metrics.NumDroppedZeroAdvantage)
    Assert.Equal(0, metrics.NumDroppedNoRoom + metrics.NumDroppedTooLong)
    Assert.Equal(1, metrics.NumGroupsWithoutSpread)

[<Fact>]
let ``rewards are means over all completions generated`` () =
    Assert.Equal(3.0 / 8.0, metrics.RewardMean)
    Assert.Equal<RewardPart[]>([| { Name = "accuracy"; Value = 0.25 }; { Name = "format"; Value = 0.125 } |], metrics.RewardParts)
    Assert.Equal(0.125, metrics.Accuracy)
    Assert.Equal(0.125, metrics.FormatRate)
    // Rewards 3, 0, 0, 0: standard deviation 1.5; the other group has none.
    Assert.Equal(0.75, metrics.RewardStd, 12)

[<Fact>]
let ``lengths, truncation and tokens`` () =
    Assert.Equal(4.0, metrics.CompletionLengthMean)
    Assert.Equal(4, metrics.CompletionLengthMax)
    Assert.Equal(6.0 / 8.0, metrics.TruncatedShare)
    Assert.Equal(112L, metrics.TokensGenerated)
    Assert.Equal(28L, metrics.TokensForwarded)
    Assert.Equal(84L, metrics.TokensAvoided)
    Assert.Equal((1, 1), (metrics.NumDevices, metrics.NumMicroBatches))
    Assert.Equal(1, metrics.StalenessMax)

[<Fact>]
let ``the kept share of advantage is by absolute value`` () =
    // Advantages in the ratio 3 : -1 : -1 : -1; the first two stay.
    Assert.Equal(4.0 / 6.0, metrics.KeptAdvantageShare, 9)

[<Fact>]
let ``capacity counts completions, micro-batches count tokens`` () =
    // 2 of 4 questions x 4 completions; 28 of one micro-batch's 56 tokens.
    Assert.Equal(2.0 / 16.0, metrics.CapacityFill)
    Assert.Equal(0.5, metrics.TokenFill)
    Assert.Equal((1.0, 1.0), (metrics.DeviceBalance, metrics.DeviceBalanceThreshold))

[<Fact>]
let ``in mode tokens the capacity is that of all micro-batches, used or not`` () =
    let allocation =
        { Build.allocation Tokens with
            GroupSize = 4
            MicroBatchTokens = 56
            MicroBatchesPerDevice = 4 }

    let metrics =
        Metrics.ofBatch (Pack.toBatch (Build.pack allocation) 3 [| group 0 [| right; "1"; ""; "" |] |])

    Assert.Equal(28.0 / (4.0 * 56.0), metrics.CapacityFill)
    Assert.Equal(0.5, metrics.TokenFill)

[<Fact>]
let ``the four kinds of table 3 before and after pruning`` () =
    let formatOnly = "<think>a</think>\n<answer>2</answer>"
    let answerOnly = "<answer>1</answer>"

    let metrics =
        Pack.toBatch
            (Build.pack (Build.allocation Off))
            0
            [| group 0 [| right; formatOnly; answerOnly; "" |]
               group 1 [| right; right; formatOnly; right |] |]
        |> Metrics.ofBatch

    // Rewards 3, 1, 2, 0: the largest |advantages| are those of full success and full failure. Rewards 3, 3, 1, 3: that of the one
    // that stands out, then of the first.
    Assert.Equal(
        { FormatAndAnswer = 4
          Neither = 1
          FormatOnly = 2
          AnswerOnly = 1 },
        metrics.KindsGenerated
    )

    Assert.Equal(
        { FormatAndAnswer = 2
          Neither = 1
          FormatOnly = 1
          AnswerOnly = 0 },
        metrics.KindsKept
    )

    Assert.Equal(6.0 / 8.0, metrics.FormatRate)
    Assert.Equal(5.0 / 8.0, metrics.Accuracy)

[<Fact>]
let ``an empty batch has zeros`` () =
    let metrics =
        Metrics.ofBatch (Pack.toBatch (Build.pack (Build.allocation Off)) 0 [||])

    Assert.Equal(0, metrics.NumCompletions)
    Assert.Equal(0.0, metrics.RewardMean)
    Assert.Equal(0.0, metrics.KeptAdvantageShare)
    Assert.Empty metrics.RewardParts
