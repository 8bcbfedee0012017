module Cppo.Stages.Tests.Objective.ImportanceTests

open System
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Objective

// Two completions of 3 and 2 tokens. The table below was computed by a program of its own, from the definition of TRL's GRPO loss: the
// clipped surrogate times min(exp(old - generation), cap), plus beta KL; gradients there by central differences.
let private generation = [| [| -1.0; -2.0; -0.5 |]; [| -0.25; -3.0 |] |]
let private old = [| [| -0.75; -2.5; -0.5 |]; [| -1.25; -1.5 |] |]
let private policy = [| [| -0.7; -2.4; -0.8 |]; [| -1.2; -1.45 |] |]
let private reference = [| [| -0.9; -2.2; -0.6 |]; [| -1.0; -1.6 |] |]
let private narrow (rows: float[][]) = rows |> Array.map (Array.map float32)

let private settings cap level low high : ImportanceSettings =
    { Cap = cap
      Level = level
      Low = low
      High = high }

let private weightsOf settings =
    Importance.weights settings (narrow generation) (narrow old)

let private samples (denominator: float[][]) : ObjectiveSample[] =
    Array.map3
        (fun logprobs advantage weight ->
            { GenerationLogprobs = logprobs
              Advantage = advantage
              TokenWeight = weight })
        denominator
        [| 1.5; -0.5 |]
        [| 0.5 / 3.0; 0.25 |]

let private token, sequence = ImportanceLevel.Token, ImportanceLevel.Sequence

/// Name, settings, the ratio's denominator, weights, loss, gradient.
let private table =
    [| "token, cap 2",
       settings 2.0 token 0.0 infinity,
       old,
       [| [| 1.284025416688; 0.606530659713; 1.0 |]; [| 0.367879441171; 2.0 |] |],
       -0.378357517405680,
       [| [| -0.3362562403; -0.1690560300; -0.1866805736 |]
          [| 0.0461286003; 0.2642106943 |] |]
       "sequence, cap 2",
       settings 2.0 sequence 0.0 infinity,
       old,
       [| Array.create 3 0.778800783071; Array.create 2 1.6487212707 |],
       -0.130052531362192,
       [| [| -0.2034742266; -0.2166530125; -0.1457134710 |]
          [| 0.2144425996; 0.2180495475 |] |]
       "token, band",
       settings 0.0 token 0.5 2.0,
       old,
       [| Array.create 3 1.0; Array.create 2 0.0 |],
       -0.723583709641506,
       [| [| -0.2616093124; -0.2777687479; -0.1866805736 |]
          [| -0.0022140276; 0.0013929203 |] |]
       "sequence, band",
       settings 0.0 sequence 0.9 5.0,
       old,
       [| Array.create 3 0.0; Array.create 2 1.0 |],
       0.263549123235847,
       [| [| 0.0012084616; -0.0014760184; -0.0014760184 |]
          [| 0.1291948595; 0.1328018073 |] |]
       "token, cap at the band's end (IcePop)",
       settings 5.0 token 0.5 5.0,
       old,
       [| [| 1.284025416688; 0.606530659713; 1.0 |]; [| 0.0; 4.481689070338 |] |],
       -0.100584146607656,
       [| [| -0.3362562403; -0.1690560300; -0.1866805736 |]
          [| -0.0022140276; 0.5903266930 |] |]
       "token, band, the ratio over the recorded logprobs",
       settings 0.0 token 0.5 2.0,
       generation,
       [| Array.create 3 1.0; Array.create 2 0.0 |],
       -0.652053217537498,
       [| [| 0.0012084617; -0.1690560300; -0.1866805736 |]
          [| -0.0022140276; 0.0013929203 |] |]
       "sequence, cap 1.5 and band",
       settings 1.5 sequence 0.5 5.0,
       old,
       [| Array.create 3 0.778800783071; Array.create 2 1.5 |],
       -0.169139124688032,
       [| [| -0.2034742266; -0.2166530125; -0.1457134710 |]
          [| 0.1948993029; 0.1985062508 |] |] |]

let private close (tolerance: float) what (expected: float[][]) (actual: float[][]) =
    Array.iter2
        (Array.iter2 (fun (e: float) (a: float) -> Assert.True(abs (e - a) <= tolerance, $"{what}: {e} expected, {a} found")))
        expected
        actual

[<Fact>]
let ``weights, loss and gradient are those of the table`` () =
    for name, settings, denominator, weights, loss, gradient in table do
        let found = weightsOf settings
        close 1e-7 name weights found

        let result =
            Objective.evaluateWeighted Build.objective (samples denominator) found policy reference

        close 1e-7 name [| [| loss |] |] [| [| result.Loss |] |]
        close 1e-7 name gradient result.Gradient

[<Fact>]
let ``the gradient is the loss's slope at constant weights`` () =
    for name, settings, denominator, _, _, _ in table do
        let weights = weightsOf settings

        let lossAt policy =
            (Objective.evaluateWeighted Build.objective (samples denominator) weights policy reference).Loss

        let gradient =
            (Objective.evaluateWeighted Build.objective (samples denominator) weights policy reference).Gradient

        let moved s t by =
            policy
            |> Array.mapi (fun i row -> row |> Array.mapi (fun j value -> if i = s && j = t then value + by else value))

        let slopes =
            policy
            |> Array.mapi (fun s row ->
                row
                |> Array.mapi (fun t _ -> (lossAt (moved s t 1e-6) - lossAt (moved s t -1e-6)) / 2e-6))

        close 1e-8 name slopes gradient

[<Fact>]
let ``the KL is not weighed, and a masked token adds nothing else`` () =
    let plain = Objective.evaluateDouble Build.objective (samples old) policy reference

    let none =
        Objective.evaluateWeighted Build.objective (samples old) (generation |> Array.map (Array.map (fun _ -> 0.0))) policy reference

    Assert.Equal(plain.Kl, none.Kl)
    Assert.Equal(0.0, none.PolicyLoss)
    Assert.Equal(0.0, none.ClipRatio)
    // The ratio of a masked token may overflow.
    let far = [| [| -1000.0; -2.0; -0.5 |]; [| -0.25; -3.0 |] |]

    let masked =
        Objective.evaluateWeighted Build.objective (samples far) (weightsOf (settings 0.0 token 0.5 1.1)) policy reference

    Assert.True(Double.IsFinite masked.Loss)

[<Fact>]
let ``weights of 1 change no bit`` () =
    let plain =
        Objective.evaluateDouble Build.objective (samples generation) policy reference

    let ones = generation |> Array.map (Array.map (fun _ -> 1.0))

    Assert.Equal<ObjectiveResult<float>>(plain, Objective.evaluateWeighted Build.objective (samples generation) ones policy reference)

    Assert.Empty(weightsOf ImportanceSettings.Off)

[<Fact>]
let ``the gap is measured over tokens, with what is capped and masked`` () =
    // Log ratios 0.25, -0.5, 0, -1, 1.5; ratios 1.284, 0.607, 1, 0.368, 4.482.
    let measure settings =
        Importance.measure settings (narrow generation) (narrow old)

    let gap = measure (settings 2.0 token 0.5 5.0)
    Assert.Equal(0.65, gap.Mean, 12)
    Assert.Equal(1.5, gap.Largest, 12)
    Assert.Equal(0.8, gap.LargeShare, 12)
    Assert.Equal(1.548024917581976, gap.RatioMean, 12)
    Assert.Equal((0.2, 0.2, 5), (Math.Round(gap.CappedShare, 12), Math.Round(gap.MaskedShare, 12), gap.NumTokens))
    // Ratios of the completions: 0.779 and 1.649.
    let sequences = measure (settings 1.5 sequence 0.8 5.0)
    Assert.Equal((0.4, 0.6), (Math.Round(sequences.CappedShare, 12), Math.Round(sequences.MaskedShare, 12)))
    Assert.Equal(gap.RatioMean, sequences.RatioMean)
    let off = measure ImportanceSettings.Off
    Assert.Equal((0.0, 0.0), (off.CappedShare, off.MaskedShare))

[<Fact>]
let ``parts of an update add up to the whole's gap`` () =
    let settings = settings 2.0 token 0.5 5.0
    let whole = Importance.measure settings (narrow generation) (narrow old)

    let parts =
        Array.map2 (fun drawn met -> Importance.measure settings (narrow [| drawn |]) (narrow [| met |])) generation old

    Assert.Equal<GenerationGap>(whole, Importance.combine parts)
    Assert.Equal(0, (Importance.combine [||]).NumTokens)
    Assert.Equal(0.0, (Importance.combine [||]).Mean)

[<Fact>]
let ``what is no number is not masked, so that the loss shows it`` () =
    let weights =
        Importance.weights (settings 2.0 sequence 0.5 5.0) [| [| -1.0f; -1.0f |] |] [| [| nanf; -1.0f |] |]

    Assert.All(weights[0], fun weight -> Assert.True(Double.IsNaN weight))

[<Fact>]
let ``weights of another shape are refused`` () =
    Assert.Throws<ArgumentException>(fun () ->
        Objective.evaluateWeighted Build.objective (samples old) [| [| 1.0 |] |] policy reference
        |> ignore)
    |> ignore
