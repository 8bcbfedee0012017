module Cppo.Stages.Tests.Evaluation.CurveAreaTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Evaluation

[<Fact>]
let ``areas by hand`` () =
    let line = [| struct (0.0, 0.0); struct (2.0, 2.0) |]
    Assert.Equal(1.0, CurveArea.meanHeight 0.0 2.0 line)
    Assert.Equal(0.5, CurveArea.meanHeight 0.0 1.0 line)
    Assert.Equal(1.5, CurveArea.meanHeight 1.0 2.0 line)
    // Trapezoids 1, 3 and 4 of width 1, 1 and 2: (1 + 3 + 8) / 4.
    let steps =
        [| struct (0.0, 0.0); struct (1.0, 2.0); struct (2.0, 4.0); struct (4.0, 4.0) |]

    Assert.Equal(3.0, CurveArea.meanHeight 0.0 4.0 steps)
    // Cut at 0.5 and 3: (1 + 2) / 2 / 2, 3, 4.
    Assert.Equal((0.75 + 3.0 + 4.0) / 2.5, CurveArea.meanHeight 0.5 3.0 steps)

[<Fact>]
let ``a curve that rises sooner has the larger area over the common range`` () =
    let late = [| struct (0.0, 0.0); struct (8.0, 0.0); struct (10.0, 1.0) |]
    let soon = [| struct (1.0, 0.0); struct (2.0, 1.0); struct (20.0, 1.0) |]

    match CurveArea.compare late soon with
    | ValueSome compared ->
        Assert.Equal((1.0, 10.0), (compared.From, compared.To))
        Assert.Equal(1.0 / 9.0, compared.First, 12)
        Assert.Equal(8.5 / 9.0, compared.Second, 12)
    | ValueNone -> Assert.Fail "They have 1 to 10 in common."

[<Fact>]
let ``no common range, no comparison; no curve, no area`` () =
    let early, late =
        [| struct (0.0, 1.0); struct (1.0, 1.0) |], [| struct (1.0, 1.0); struct (2.0, 1.0) |]

    Assert.True((CurveArea.compare early late).IsNone)
    Assert.True((CurveArea.compare early [||]).IsNone)

    Assert.Throws<ArgumentException>(fun () -> CurveArea.meanHeight 0.0 2.0 early |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () -> CurveArea.meanHeight 0.0 1.0 (Array.rev early) |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () -> CurveArea.compare early [| struct (0.0, nan) |] |> ignore)

[<Property>]
let ``the mean height lies between the lowest and the highest point, and points on the line change nothing`` () =
    let heights =
        Gen.choose (-50, 50) |> Gen.map float |> Gen.arrayOfLength 6 |> Arb.fromGen

    Prop.forAll heights (fun heights ->
        let curve = heights |> Array.mapi (fun x y -> struct (float x, y))

        let finer =
            [| for x in 0..4 do
                   struct (float x, heights[x])
                   struct (float x + 0.5, (heights[x] + heights[x + 1]) / 2.0)
               struct (5.0, heights[5]) |]

        let mean = CurveArea.meanHeight 0.0 5.0 curve

        Array.min heights - 1e-9 <= mean
        && mean <= Array.max heights + 1e-9
        && abs (mean - CurveArea.meanHeight 0.0 5.0 finer) < 1e-9)
