module Cppo.Stages.Tests.Lint.RewardProbeTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Rewards
open Cppo.Stages.Lint
open Cppo.Stages.Tests.Lint.GoldCheckTests

let private results (names: string list) : ProbeResult[] =
    RewardProbe.all
    |> Array.collect (fun probe -> RewardProbe.judge (Reward.score (settings names) probe.Gold probe.Completion) probe)

[<Fact>]
let ``every reward here does as wished, but where its published rule is known not to`` () =
    for name in [ "accuracy"; "mathAccuracy"; "format" ] do
        let results = results [ name ]
        Assert.True(results.Length > 5, name)

        for result in results do
            Assert.True((result.IsAsWished || result.IsKnown), $"{result}")

            // What is known is a fact about the rule, not an excuse.
            Assert.True((not result.IsKnown || not result.IsAsWished), $"{result}")

[<Fact>]
let ``a reward that pays for everything fails every probe but those that must earn`` () =
    let generous: CompletionReward =
        { Total = 1.0
          Parts = [| { Name = "accuracy"; Value = 1.0 } |]
          ExtractedAnswer = ""
          Reason = "generous"
          Correct = true }

    for probe in RewardProbe.all do
        for result in RewardProbe.judge generous probe do
            Assert.Equal((probe.Wish = Earns), result.IsAsWished)

[<Fact>]
let ``a probe asks only the rewards that it is meant for`` () =
    Assert.Empty(results [ "tagCount"; "repetition" ])
    let both = results [ "accuracy"; "format"; "tagCount" ]
    Assert.Equal<string>([| "accuracy"; "format" |], both |> Array.map _.Reward |> Array.distinct |> Array.sort)
