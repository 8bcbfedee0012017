/// Advantages, kept completions, loss and gradient of the authors' code and of the paper's definition, through the stages:
/// advantage, prune, pack into several micro-batches on two devices, objective.
module Cppo.Stages.Tests.Objective.LossGoldenTests

open System
open System.IO
open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Advantage
open Cppo.Stages.Prune
open Cppo.Stages.Objective
open Cppo.Stages.Batch
open Cppo.Stages.Tests.Objective.LossCases

/// The logged ratio was counted in float32.
let private loggedTolerance = 1e-6

let cases () : TheoryData<string> =
    let theory = TheoryData<string>()
    all.Value |> Array.iter (fun case -> theory.Add case.Id)
    theory

[<Fact>]
let ``there are cases`` () = Assert.NotEmpty all.Value

[<Theory>]
// One completion, and its prompt of one token; the longest of some; a quarter of many.
[<InlineData(1, 40, 41)>]
[<InlineData(2, 16, 17)>]
[<InlineData(16, 6, 28)>]
let ``micro-batches hold every kept completion, however long, and not two of two`` (numKept: int) (length: int) (tokens: int) =
    let pruned =
        [| Build.advantaged 0 1 (Array.create numKept length) (Array.init numKept float) |]
        |> feed (Array.init numKept id)

    Assert.Equal(tokens, microBatchTokens pruned)

[<Theory; MemberData(nameof cases)>]
let ``the authors' Open-R1 code: advantages, kept completions, loss, gradient, KL and clip ratio`` (id: string) =
    let case = find id
    let expected = case.Expected "authors_openr1"
    let groups = groups 1e-4 case
    closeAll "advantages" (floats (expected.GetProperty "advantages")) (groups |> Array.collect _.Advantages)
    let kept = ints (expected.GetProperty "kept_indices")

    let prune =
        { Build.prune (rule case) (kept.Length / groups.Length) with
            Scope = PruneScope.Batch }

    let pruned =
        if rule case = RandomChoice.rule || kept.Length % groups.Length <> 0 then
            feed kept groups
        else
            Build.pruneBatch prune groups |> checkKept expected groups

    let struct (tokens, gradient) =
        evaluate case TokenMean.aggregation PruneScope.Batch pruned

    close "loss" (expected.GetProperty("loss").GetDouble()) tokens.Loss
    Assert.Equal(expected.GetProperty("clip_ratio").GetDouble(), tokens.UnclippedOutsideRatio, loggedTolerance)
    checkGradient kept (expected.GetProperty "grad_per_token_logps") gradient

    let struct (sequences, _) =
        evaluate case SequenceMean.aggregation PruneScope.Batch pruned

    let kl = expected.GetProperty "kl"

    // The authors log none with beta 0; ours is that of the case's reference logprobs all the same.
    if kl.ValueKind <> JsonValueKind.Null then
        close "KL" (kl.GetDouble()) sequences.Kl

    close "KL of the case's logprobs" (givenKl case kept |> Option.defaultValue 0.0) sequences.Kl

[<Theory; MemberData(nameof cases)>]
let ``the paper's definition: kept completions, loss and gradient`` (id: string) =
    let case = find id
    let expected = case.Expected "paper"
    let groups = groups 1e-4 case
    let kept = ints (expected.GetProperty "kept_indices")

    let prune =
        Build.prune LowestAbsolute.rule (expected.GetProperty("k_per_question").GetInt32())

    let pruned =
        if rule case = HighestAbsolute.rule then
            Build.pruneBatch
                { prune with
                    Rule = HighestAbsolute.rule }
                groups
            |> checkKept expected groups
        elif rule case = RandomChoice.rule then
            feed kept groups
        else
            let ours = Build.pruneBatch prune groups
            Assert.Equal<int[]>(kept, localIndices ours)
            ours

    let struct (result, gradient) =
        evaluate case SequenceMean.aggregation PruneScope.Question pruned

    close "loss" (expected.GetProperty("loss").GetDouble()) result.Loss
    checkGradient kept (expected.GetProperty "grad_per_token_logps") gradient

[<Theory; MemberData(nameof cases)>]
let ``each scope with each aggregation`` (id: string) =
    let case = find id
    let groups = groups 1e-4 case
    let crossed = case.Expected "crossed_loss_values"

    let check (name: string) (source: string) aggregation scope =
        let kept = ints ((case.Expected source).GetProperty "kept_indices")

        let struct (result, _) = evaluate case aggregation scope (feed kept groups)

        close name (crossed.GetProperty(name).GetDouble()) result.Loss

    check "batchtopk_tokenmean" "authors_openr1" TokenMean.aggregation PruneScope.Batch
    check "batchtopk_seqmean" "authors_openr1" SequenceMean.aggregation PruneScope.Batch
    check "questiontopk_tokenmean" "paper" TokenMean.aggregation PruneScope.Question
    check "questiontopk_seqmean" "paper" SequenceMean.aggregation PruneScope.Question

[<Theory; MemberData(nameof cases)>]
let ``the authors' verl code, where its dual clip does not act`` (id: string) =
    let case = find id
    let expected = case.Expected "authors_verl"

    if
        expected.ValueKind <> JsonValueKind.Null
        && expected.GetProperty("dual_clip_frac").GetDouble() = 0.0
    then
        let groups = groups 1e-6 case
        let kept = ints (expected.GetProperty "kept_indices")
        let pruned = feed kept groups
        let advantages = groups |> Array.collect _.Advantages
        closeAll "advantages" (floats (expected.GetProperty "advantages_kept")) (kept |> Array.map (fun at -> advantages[at]))
        let value (name: string) = expected.GetProperty(name).GetDouble()

        let struct (tokens, _) = evaluate case TokenMean.aggregation PruneScope.Batch pruned

        let struct (sequences, _) =
            evaluate case SequenceMean.aggregation PruneScope.Batch pruned

        close "token mean" (value "pg_loss_tokenmean_default") tokens.PolicyLoss
        close "sequence mean" (value "pg_loss_seqmean") sequences.PolicyLoss
        close "KL" (value "kl_loss_seqmean") sequences.Kl
        close "as intended" (value "loss_as_config_intends") sequences.Loss
        Assert.Equal(value "clip_frac", tokens.ClipRatio, loggedTolerance)
