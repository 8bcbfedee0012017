module Cppo.Stages.Tests.Evaluation.VerdictTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Evaluation

let private rounded = Array.map (fun (p: float) -> Math.Round(p, 12))

[<Fact>]
let ``Holm's published examples`` () =
    Assert.Equal<float[]>([| 0.03; 0.06; 0.06; 0.02 |], Holm.adjust [| 0.01; 0.04; 0.03; 0.005 |] |> rounded)
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm").
    Assert.Equal<float[]>([| 0.05; 0.08; 0.09; 0.09; 0.09 |], Holm.adjust [| 0.01; 0.02; 0.03; 0.04; 0.05 |] |> rounded)
    Assert.Equal<float[]>([| 1.0; 1.0 |], Holm.adjust [| 0.6; 0.9 |])
    Assert.Empty(Holm.adjust [||])
    Assert.Throws<ArgumentException>(fun () -> Holm.adjust [| nan |] |> ignore)

[<Property>]
let ``Holm keeps the order, raises no p less than to itself and none above Bonferroni's`` () =
    let pValues =
        Gen.choose (0, 1000)
        |> Gen.map (fun thousandths -> float thousandths / 1000.0)
        |> Gen.nonEmptyListOf
        |> Gen.map Array.ofList
        |> Arb.fromGen

    Prop.forAll pValues (fun pValues ->
        let adjusted = Holm.adjust pValues

        Array.forall2 (fun p raised -> p <= raised && raised <= min 1.0 (float pValues.Length * p)) pValues adjusted
        && Array.allPairs (Array.zip pValues adjusted) (Array.zip pValues adjusted)
           |> Array.forall (fun ((p, raised), (q, other)) -> p > q || raised <= other))

let private difference lower upper margin : MethodDifference =
    { NumSeeds = 3
      NumQuestions = 100
      First = 0.5
      Second = 0.5
      Difference = (lower + upper) / 2.0
      Low = lower
      High = upper
      LowerBound = lower
      UpperBound = upper
      PValue = 1.0
      Margin = margin
      OverSeeds = StudentT.ofMean [| 0.0 |] }

[<Theory>]
[<InlineData(-0.01, 0.03, 0.02, "held")>]
[<InlineData(0.01, 0.03, 0.0, "held")>]
[<InlineData(-0.03, 0.03, 0.02, "undecided")>]
[<InlineData(-0.02, 0.03, 0.02, "undecided")>]
[<InlineData(-0.09, -0.03, 0.02, "not held")>]
[<InlineData(-0.09, -0.02, 0.02, "undecided")>]
let ``no worse by more than a margin`` lower upper margin (name: string) =
    Assert.Equal(name, difference lower upper margin |> Verdicts.nonInferior |> Verdicts.nameOf)

[<Theory>]
[<InlineData(2.0, 3.0, "held")>]
[<InlineData(1.9, 3.0, "undecided")>]
[<InlineData(1.0, 2.0, "undecided")>]
[<InlineData(1.0, 1.9, "not held")>]
[<InlineData(Double.NaN, Double.NaN, "undecided")>]
let ``at least two`` low high (name: string) =
    Assert.Equal(name, Verdicts.atLeast 2.0 low high |> Verdicts.nameOf)

[<Fact>]
let ``pairs are judged by their adjusted p and their direction`` () =
    let order =
        Verdicts.ofPairs
            [| struct ("a", "b", 0.1, 0.01)
               struct ("b", "c", 0.1, 0.04)
               struct ("c", "d", -0.1, 0.001) |]

    Assert.Equal<float[]>([| 0.02; 0.04; 0.003 |], order.Pairs |> Array.map _.AdjustedP |> rounded)
    Assert.Equal<Verdict[]>([| Verdict.Held; Verdict.Held; Verdict.NotHeld |], order.Pairs |> Array.map _.Verdict)
    Assert.Equal(Verdict.NotHeld, order.Verdict)
    // 0.03 alone is significant, of two it is not.
    let two =
        Verdicts.ofPairs [| struct ("a", "b", 0.1, 0.03); struct ("b", "c", 0.1, 0.04) |]

    Assert.Equal<Verdict[]>([| Verdict.Undecided; Verdict.Undecided |], two.Pairs |> Array.map _.Verdict)
    Assert.Equal(Verdict.Undecided, two.Verdict)
    Assert.Equal(Verdict.Held, (Verdicts.ofPairs [| struct ("a", "b", 0.1, 0.03) |]).Verdict)

/// Three methods on 60 questions and 3 seeds: the better, the more of every three questions.
let private methods =
    [| for numRight in [ 3; 2; 0 ] do
           Array.init 3 (fun s -> Array.init 60 (fun q -> if (q + s) % 3 < numRight then 1.0 else 0.0)) |]

[<Fact>]
let ``an order of methods is held pair by pair, and its reverse is not`` () =
    let names = [| "best"; "middle"; "worst" |]
    let order = Verdicts.order 1UL names methods

    Assert.Equal<(string * string)[]>(
        [| "best", "middle"; "best", "worst"; "middle", "worst" |],
        order.Pairs |> Array.map (fun pair -> pair.Better, pair.Worse)
    )

    Assert.Equal(Verdict.Held, order.Verdict)

    let reverse = Verdicts.order 1UL (Array.rev names) (Array.rev methods)

    Assert.Equal<Verdict[]>(Array.create 3 Verdict.NotHeld, reverse.Pairs |> Array.map _.Verdict)
    Assert.Equal(Verdict.NotHeld, reverse.Verdict)

    let same = Verdicts.order 1UL [| "one"; "same" |] [| methods[1]; methods[1] |]

    Assert.Equal(Verdict.Undecided, same.Verdict)
    Assert.Throws<ArgumentException>(fun () -> Verdicts.order 1UL [| "one" |] [| methods[0] |] |> ignore)

[<Fact>]
let ``claims together`` () =
    Assert.Equal(Verdict.Held, Verdicts.all [ Verdict.Held; Verdict.Held ])
    Assert.Equal(Verdict.Undecided, Verdicts.all [ Verdict.Held; Verdict.Undecided ])
    Assert.Equal(Verdict.NotHeld, Verdicts.all [ Verdict.Undecided; Verdict.NotHeld; Verdict.Held ])
