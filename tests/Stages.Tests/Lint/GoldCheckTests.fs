module Cppo.Stages.Tests.Lint.GoldCheckTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Math
open Cppo.Stages.Rewards
open Cppo.Stages.Lint
open Cppo.Stages.Batch

let internal settings (names: string list) : RewardSettings =
    { Rewards = [| for name in names -> { Name = name; Weight = 1.0 } |]
      RepetitionNgram = 3
      RepetitionMaxPenalty = -1.0
      Lengths = LengthRewardSettings.Default }

let private kinds (names: string list) (answer: string) =
    GoldCheck.faults (settings names) answer |> Array.map _.Kind

[<Fact>]
let ``accuracy needs something behind the mark`` () =
    Assert.Empty(kinds [ "accuracy" ] "3+4 = 7\n#### 7")
    Assert.Empty(kinds [ "accuracy" ] "\\frac{")
    Assert.Equal<string>([| "accuracy cannot read the gold answer" |], kinds [ "accuracy"; "format" ] "3+4 = 7\n#### ")
    Assert.Equal<string>([| "accuracy cannot read the gold answer" |], kinds [ "accuracy" ] " , ")

[<Fact>]
let ``mathAccuracy needs what the verifier can read`` () =
    Assert.Empty(kinds [ "mathAccuracy" ] "3+4 = 7\n#### 7")
    Assert.Empty(kinds [ "mathAccuracy" ] "\\frac{1}{2}")
    let fault = Assert.Single(GoldCheck.faults (settings [ "mathAccuracy" ]) "\\frac{")
    Assert.Equal("mathAccuracy", fault.Reward)
    Assert.Equal(ValueSome fault.Reason, MathAnswer.goldFault VerifySettings.Default "\\frac{")

[<Fact>]
let ``without an accuracy there is nothing to read`` () =
    Assert.Empty(kinds [ "format"; "tagCount" ] "")

[<Fact>]
let ``a group is scored as its completions are one by one`` () =
    let settings = settings [ "mathAccuracy"; "format" ]

    let texts =
        [| "<think>a</think>\n<answer>0.5</answer>"
           "<think>a</think>\n<answer>\\frac{2}{4}</answer>"
           "It is $\\boxed{3}$."
           "" |]

    for answer in [ "\\frac12"; "\\frac{" ] do
        let group =
            { Question =
                { Id = "q"
                  Text = "?"
                  Answer = answer
                  Ordinal = 0L
                  Earlier = [||] }
              PromptTokenIds = [| 1 |]
              Batch = 0
              PolicyVersion = 0
              Device = "cpu"
              Completions =
                texts
                |> Array.mapi (fun index text ->
                    { Index = index
                      TokenIds = [| 1; 2 |]
                      GenerationLogprobs = [| -1f; -1f |]
                      Text = text
                      FinishReason = Stop })
              GeneratedAt = System.DateTimeOffset.UnixEpoch }

        let together = (Reward.scoreGroup settings group).Rewards
        Assert.Equal<CompletionReward>(texts |> Array.map (Reward.scoreWithLength settings answer 2), together)
        Assert.Equal((if answer = "\\frac12" then 3.0 else 1.0), together[0].Total)
