module Cppo.Stages.Tests.Rewards.RewardTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Rewards

let private settings (weights: (string * float) list) : RewardSettings =
    { Rewards = [| for name, weight in weights -> { Name = name; Weight = weight } |]
      RepetitionNgram = 3
      RepetitionMaxPenalty = -1.0
      Lengths = LengthRewardSettings.Default }

let private paper = settings [ "accuracy", 1.0; "format", 1.0 ]

let private thought (answer: string) =
    $"<think>a</think>\n<answer>{answer}</answer>"

[<Fact>]
let ``the total is the weighted sum of the parts, in the order of the settings`` () =
    let reward =
        Reward.score (settings [ "format", 0.5; "accuracy", 2.0 ]) "#### 12" (thought "12.0")

    Assert.Equal<RewardPart[]>([| { Name = "format"; Value = 1.0 }; { Name = "accuracy"; Value = 1.5 } |], reward.Parts)
    Assert.Equal(3.5, reward.Total)
    Assert.Equal("12.0", reward.ExtractedAnswer)
    Assert.True reward.Correct

[<Fact>]
let ``every known name has a part`` () =
    let completion = "<think>\nStep 1: a b c a b c\n</think>\n<answer>\n12\n</answer>"

    let rollout =
        Build.rollout 0L "#### 12" 3 [| Build.completion 0 16000 completion; Build.completion 1 2 "13" |]

    let reward =
        (Reward.scoreGroup (settings [ for name in BuiltInRewards.table.Names -> name, 1.0 ]) rollout).Rewards[0]

    Assert.Equal<string[]>(BuiltInRewards.table.Names, reward.Parts |> Array.map _.Name)
    Assert.All(reward.Parts, fun part -> Assert.True(System.Double.IsFinite part.Value))

[<Theory>]
[<InlineData("#### 12", "<think>a</think>\n<answer>12</answer>", "exact: '12' = '12'; format kept")>]
[<InlineData("12", "<think>a</think>\n<answer>12.0</answer>", "numeric: '12.0' = '12'; format kept")>]
[<InlineData("#### 12", "So <think>a</think>\n<answer>13</answer>", "wrong: '13', not '12'; format broken: text before <think>")>]
[<InlineData("#### 12", "12", "no <answer>; format broken: no <think>")>]
[<InlineData("#### 12", "<think>a", "no <answer>; format broken: no </think>")>]
[<InlineData("#### 12", "<think>a</think>", "no <answer>; format broken: no <answer>")>]
[<InlineData("#### 12",
             "<think>a</think><answer>12</answer>",
             "exact: '12' = '12'; format broken: no single line break between </think> and <answer>")>]
[<InlineData("#### 12", "<think>a</think>\n<answer>12", "no <answer>; format broken: no </answer>")>]
[<InlineData("#### 12", "<think>a</think>\n<answer>12</answer>.", "exact: '12' = '12'; format broken: text after </answer>")>]
let ``the reason says which rule decided`` (answer: string) (completion: string) (reason: string) =
    Assert.Equal(reason, (Reward.score paper answer completion).Reason)

[<Theory>]
[<InlineData("", "no answer here")>]
[<InlineData("", "<answer></answer>")>]
[<InlineData("####", "<answer></answer>")>]
[<InlineData("#### 12", "no answer here")>]
let ``a missing gold answer and a missing answer earn nothing, even together`` (answer: string) (completion: string) =
    let reward = Reward.score paper answer completion
    Assert.Equal(0.0, reward.Total)
    Assert.False reward.Correct

[<Fact>]
let ``without an accuracy reward the verdict is still there`` () =
    let reward = Reward.score (settings [ "format", 1.0 ]) "#### 12" (thought "12")
    Assert.Equal(1.0, reward.Total)
    Assert.True reward.Correct

[<Fact>]
let ``a group's rewards follow its completions`` () =
    let rollout =
        Build.rollout 0L "#### 12" 3 [| Build.completion 0 2 (thought "12"); Build.completion 1 2 "13" |]

    let scored = Reward.scoreGroup paper rollout
    Assert.Same(rollout, scored.Rollout)
    Assert.Equal<float[]>([| 3.0; 0.0 |], scored.Rewards |> Array.map _.Total)

[<Theory>]
[<InlineData("cosine")>]
[<InlineData("length")>]
let ``without a gold answer there is neither a right nor a wrong length`` (name: string) =
    let rollout =
        Build.rollout 0L "####" 3 [| Build.completion 0 2 (thought "12"); Build.completion 1 900 "13" |]

    let rewards = (Reward.scoreGroup (settings [ name, 1.0 ]) rollout).Rewards
    Assert.Equal<float[]>([| 0.0; 0.0 |], rewards |> Array.map _.Total)

[<Fact>]
let ``values of the user's own rewards take their weighted place among the parts`` () =
    let settings = settings [ "mine", 0.5; "accuracy", 1.0; "yours", -2.0 ]

    let rewards =
        [| thought "12"; "13" |]
        |> Array.map (Reward.score settings "#### 12")
        |> Reward.join
            settings
            [| { Name = "yours"
                 Values = [| 0.25; -1.0 |]
                 Reasons = [| ""; "rude" |] }
               { Name = "mine"
                 Values = [| 4.0; 6.0 |]
                 Reasons = [| "fine"; "" |] } |]

    Assert.Equal<float[]>([| 0.5 * 4.0 + 2.0 - 2.0 * 0.25; 0.5 * 6.0 - 2.0 * -1.0 |], rewards |> Array.map _.Total)
    Assert.Equal<float[]>([| 4.0; 2.0; 0.25 |], rewards[0].Parts |> Array.map _.Value)
    Assert.Equal("exact: '12' = '12'; format kept; mine: fine", rewards[0].Reason)
    Assert.EndsWith("; yours: rude", rewards[1].Reason)
    Assert.Equal<bool[]>([| true; false |], rewards |> Array.map _.Correct)
