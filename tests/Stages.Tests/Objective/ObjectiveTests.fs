module Cppo.Stages.Tests.Objective.ObjectiveTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Advantage
open Cppo.Stages.Objective

let private sample advantage (generation: float[]) : ObjectiveSample =
    { GenerationLogprobs = generation
      Advantage = advantage
      TokenWeight = 1.0 }

let private noKl = { Build.objective with Beta = 0.0 }

let private one settings advantage ratio =
    Objective.evaluateDouble settings [| sample advantage [| -1.0 |] |] [| [| -1.0 + log ratio |] |] [||]

[<Theory>]
// Inside the range the surrogate and its slope are ratio * advantage.
[<InlineData(1.0, 1.1, -1.1, -1.1)>]
[<InlineData(-1.0, 0.9, 0.9, 0.9)>]
// Clipped: the advantage's sign pushes further out; no gradient.
[<InlineData(1.0, 1.5, -1.2, 0.0)>]
[<InlineData(-1.0, 0.5, 0.8, 0.0)>]
// Outside on the other side: the minimum is the unclipped product and pulls back.
[<InlineData(1.0, 0.5, -0.5, -0.5)>]
[<InlineData(-1.0, 1.5, 1.5, 1.5)>]
// No advantage, no surrogate.
[<InlineData(0.0, 1.5, 0.0, 0.0)>]
let ``the clipped surrogate, one token`` (advantage: float) (ratio: float) (loss: float) (gradient: float) =
    let result = one noKl advantage ratio
    Assert.Equal(loss, result.Loss, 12)
    Assert.Equal(gradient, result.Gradient[0][0], 12)

[<Fact>]
let ``the range's two ends are settings of their own`` () =
    let settings =
        { noKl with
            EpsilonLow = 0.1
            EpsilonHigh = 0.3 }

    Assert.Equal(-1.3, (one settings 1.0 2.0).Loss, 12)
    Assert.Equal(0.9, (one settings -1.0 0.1).Loss, 12)

[<Fact>]
let ``clipped and unclipped tokens outside the range are counted apart`` () =
    let ratios = [| 1.0; 1.5; 0.5; 1.1 |]
    let generation = Array.create 4 -1.0
    let policy = ratios |> Array.map (fun ratio -> -1.0 + log ratio)

    let result =
        Objective.evaluateDouble noKl [| sample 1.0 generation |] [| policy |] [||]

    Assert.Equal(0.25, result.ClipRatio)
    Assert.Equal(0.25, result.UnclippedOutsideRatio)
    Assert.Equal(4, result.NumTokens)
    Assert.Equal(-Array.average policy, result.Entropy, 12)

[<Fact>]
let ``k3 of one token`` () =
    // ref - policy = log 2: KL = 2 - log 2 - 1, slope 1 - 2; the ratio is 1.
    let settings = { Build.objective with Beta = 0.5 }

    let result =
        Objective.evaluateDouble settings [| sample 0.0 [| -1.0 |] |] [| [| -1.0 |] |] [| [| -1.0 + log 2.0 |] |]

    Assert.Equal(1.0 - log 2.0, result.Kl, 12)
    Assert.Equal(0.5 * (1.0 - log 2.0), result.Loss, 12)
    Assert.Equal(-0.5, result.Gradient[0][0], 12)

[<Fact>]
let ``beta 0 reports the KL of given reference logprobs and adds nothing of it to loss and gradient`` () =
    // Gaps to the reference: log 2, 0, and one whose exponential overflows.
    let samples = [| sample 1.0 [| -1.0; -1.0 |]; sample -0.5 [| -1000.0 |] |]
    let policy = [| [| -1.0; -1.5 |]; [| -1000.0 |] |]
    let without = Objective.evaluateDouble noKl samples policy [||]
    Assert.Equal(0.0, without.Kl)

    let finite =
        Objective.evaluateDouble noKl samples policy [| [| -1.0 + log 2.0; -1.5 |]; [| -1000.0 |] |]

    Assert.Equal(1.0 - log 2.0, finite.Kl, 12)

    let overflowing =
        Objective.evaluateDouble noKl samples policy [| [| -1.0; -1.5 |]; [| 0.0 |] |]

    Assert.Equal(infinity, overflowing.Kl)

    for result in [| finite; overflowing |] do
        Assert.Equal<ObjectiveResult<float>>(without, { result with Kl = 0.0 })

[<Fact>]
let ``an overflowing ratio shows in the loss, but not where the advantage is zero`` () =
    Assert.Equal(
        infinity,
        (one noKl -1.0 Double.MaxValue
         |> fun _ -> Objective.evaluateDouble noKl [| sample -1.0 [| -1000.0 |] |] [| [| 0.0 |] |] [||])
            .Loss
    )

    let zero =
        Objective.evaluateDouble noKl [| sample 0.0 [| -1000.0 |] |] [| [| 0.0 |] |] [||]

    Assert.Equal(0.0, zero.Loss)
    Assert.Equal(0.0, zero.Gradient[0][0])

let private logprob =
    Gen.choose (-3000, -1) |> Gen.map (fun value -> float value / 1000.0)

let private cases =
    gen {
        let! lengths = Gen.choose (1, 5) |> Gen.nonEmptyListOf

        let rows =
            lengths
            |> List.map (fun length -> Gen.arrayOfLength length logprob)
            |> Gen.collectToArray id

        let! generation = rows
        let! policy = rows
        let! reference = rows

        let! advantages =
            Gen.choose (-30, 30)
            |> Gen.map (fun value -> float value / 10.0)
            |> Gen.arrayOfLength lengths.Length

        let samples =
            Array.map2
                (fun generation advantage ->
                    { sample advantage generation with
                        TokenWeight = 0.1 })
                generation
                advantages

        return samples, policy, reference
    }
    |> Arb.fromGen

[<Property>]
let ``the gradient is the loss's slope, whatever the surrogate`` () =
    let surrogates = Gen.elements Surrogates.table.Entries |> Arb.fromGen

    Prop.forAll cases (fun (samples, policy, reference) ->
        Prop.forAll surrogates (fun surrogate ->
            let settings =
                { Build.objective with
                    Surrogate = surrogate }

            let lossAt policy =
                (Objective.evaluateDouble settings samples policy reference).Loss

            let gradient = (Objective.evaluateDouble settings samples policy reference).Gradient

            let step = 1e-6

            let moved s t by =
                policy
                |> Array.mapi (fun i row -> row |> Array.mapi (fun j value -> if i = s && j = t then value + by else value))

            let isKink s t =
                let ratio = exp (policy[s][t] - samples[s].GenerationLogprobs[t])
                abs (ratio - 0.8) < 1e-4 || abs (ratio - 1.2) < 1e-4

            policy
            |> Array.indexed
            |> Array.forall (fun (s, row) ->
                row
                |> Array.indexed
                |> Array.forall (fun (t, _) ->
                    let slope = (lossAt (moved s t step) - lossAt (moved s t -step)) / (2.0 * step)
                    isKink s t || abs (slope - gradient[s][t]) < 1e-5 * max 1.0 (abs slope)))))

[<Property>]
let ``samples add up and their order does not matter`` () =
    Prop.forAll cases (fun (samples, policy, reference) ->
        let whole = Objective.evaluateDouble Build.objective samples policy reference

        let parts =
            Array.init samples.Length (fun s ->
                Objective.evaluateDouble Build.objective [| samples[s] |] [| policy[s] |] [| reference[s] |])

        let combined = Objective.combine parts
        let close (a: float) b = abs (a - b) <= 1e-9 * max 1.0 (abs a)

        close whole.Loss combined.Loss
        && close whole.PolicyLoss combined.PolicyLoss
        && close whole.Kl combined.Kl
        && close whole.ClipRatio combined.ClipRatio
        && close whole.Entropy combined.Entropy
        && whole.NumTokens = combined.NumTokens
        && whole.Gradient = (parts |> Array.collect _.Gradient))

[<Fact>]
let ``the float32 objective is the double one, rounded`` () =
    let drawn: TrainingSample =
        { Prompt = 0
          Group = 0
          Completion = 0
          TokenIds = [| 1; 2 |]
          GenerationLogprobs = [| -0.5f; -1.5f |]
          Advantage = 1.25
          TokenWeight = 0.5 }

    let policy, reference = [| [| -0.25f; -1.75f |] |], [| [| -0.75f; -1.0f |] |]
    let result = Objective.evaluate Build.objective [| drawn |] [||] policy reference

    let wide =
        Objective.evaluateDouble
            Build.objective
            [| { GenerationLogprobs = [| -0.5; -1.5 |]
                 Advantage = 1.25
                 TokenWeight = 0.5 } |]
            [| [| -0.25; -1.75 |] |]
            [| [| -0.75; -1.0 |] |]

    Assert.Equal(wide.Loss, result.Loss)
    Assert.Equal<float32[][]>(wide.Gradient |> Array.map (Array.map float32), result.Gradient)

[<Fact>]
let ``shapes that differ are refused`` () =
    let evaluate policy reference =
        Objective.evaluateDouble Build.objective [| sample 1.0 [| -1.0 |] |] policy reference
        |> ignore

    Assert.Throws<ArgumentException>(fun () -> evaluate [| [| -1.0; -1.0 |] |] [| [| -1.0 |] |])
    |> ignore

    Assert.Throws<ArgumentException>(fun () -> evaluate [| [| -1.0 |] |] [||])
    |> ignore

    Assert.Throws<ArgumentException>(fun () ->
        Objective.evaluateDouble noKl [| sample 1.0 [| -1.0 |] |] [| [| -1.0 |] |] [| [| -1.0; -1.0 |] |]
        |> ignore)
    |> ignore

[<Fact>]
let ``nothing gives zeros`` () =
    let result =
        Objective.combine [| Objective.evaluateDouble Build.objective [||] [||] [||] |]

    Assert.Equal(0.0, result.Loss)
    Assert.Equal(0.0, result.ClipRatio)
    Assert.Equal(0.0, result.Entropy)
