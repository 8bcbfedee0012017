module Cppo.Stages.Tests.Evaluation.StudentTTests

open System
open Xunit
open FsCheck.Xunit
open Cppo.Stages
open Cppo.Stages.Evaluation

/// A standard normal number for the counters, by Box and Muller.
let internal normal (seed: uint64) (a: int) (b: int) (c: int) : float =
    let radius = sqrt (-2.0 * log (1.0 - Counted.uniform seed (int64 a) b (2 * c)))
    radius * cos (2.0 * Math.PI * Counted.uniform seed (int64 a) b (2 * c + 1))

[<Theory>]
// Printed tables of Student's t.
[<InlineData(1, 0.975, 12.7062)>]
[<InlineData(2, 0.975, 4.302653)>]
[<InlineData(3, 0.975, 3.182446)>]
[<InlineData(4, 0.975, 2.776445)>]
[<InlineData(9, 0.975, 2.262157)>]
[<InlineData(30, 0.975, 2.042272)>]
[<InlineData(1000, 0.975, 1.962339)>]
[<InlineData(2, 0.95, 2.919986)>]
[<InlineData(4, 0.95, 2.131847)>]
[<InlineData(4, 0.995, 4.604095)>]
[<InlineData(1, 0.9995, 636.6192)>]
[<InlineData(4, 0.5, 0.0)>]
let ``quantiles are those of the tables`` (degrees: float) (p: float) (t: float) =
    let places = if t > 10.0 then 4 else 6
    Assert.Equal(t, StudentT.quantile degrees p, places)
    Assert.Equal(-t, StudentT.quantile degrees (1.0 - p), places)

[<Theory>]
// I_x(1, 1) = x, I_x(2, 3) = x^2 (6 - 8x + 3x^2), I_x(1/2, 1/2) = 2/pi asin sqrt x, and the tail of 1 degree is Cauchy's.
[<InlineData(1.0, 1.0, 0.3, 0.3)>]
[<InlineData(2.0, 3.0, 0.4, 0.5248)>]
[<InlineData(0.5, 0.5, 0.25, 0.3333333333)>]
[<InlineData(0.5, 0.5, 0.9, 0.7951672353)>]
[<InlineData(2.0, 3.0, 0.0, 0.0)>]
[<InlineData(2.0, 3.0, 1.0, 1.0)>]
let ``the incomplete beta function in closed form`` (a: float) (b: float) (x: float) (value: float) =
    Assert.Equal(value, StudentT.incompleteBeta a b x, 9)

[<Fact>]
let ``an interval by hand`` () =
    // Mean 2, s 1, error 1 / sqrt 3, t 4.302653.
    let interval = StudentT.ofMean [| 1.0; 2.0; 3.0 |]
    Assert.Equal(2.0, interval.Mean)
    Assert.Equal(-0.484138, interval.Low, 6)
    Assert.Equal(4.484138, interval.High, 6)
    // t = 2 sqrt 3 with 2 degrees: p = 1 - t / sqrt (2 + t^2).
    Assert.Equal(1.0 - sqrt 12.0 / sqrt 14.0, interval.PValue, 10)
    Assert.Equal(interval, StudentT.ofPairs [| 5.0; 5.0; 5.0 |] [| 6.0; 7.0; 8.0 |])

[<Fact>]
let ``a ratio is a geometric mean`` () =
    let ratio = StudentT.ofRatios [| 1.0; 2.0 |] [| 2.0; 16.0 |]
    // 2 and 8: the mean of their logs is ln 4.
    Assert.Equal(4.0, ratio.Mean, 12)
    Assert.Equal(16.0, ratio.Low * ratio.High, 8)
    Assert.Throws<ArgumentException>(fun () -> StudentT.ofRatios [| 0.0 |] [| 1.0 |] |> ignore)

[<Fact>]
let ``one value says nothing of its spread, and equal values have none`` () =
    let single = StudentT.ofMean [| 0.4 |]
    Assert.Equal((-infinity, 0.4, infinity, 1.0), (single.Low, single.Mean, single.High, single.PValue))
    let equal = StudentT.ofMean [| 0.1; 0.1; 0.1 |]
    Assert.Equal((equal.Mean, equal.Mean, 0.0), (equal.Low, equal.High, equal.PValue))
    Assert.Equal(1.0, (StudentT.ofMean [| 0.0; 0.0 |]).PValue)

    Assert.Throws<ArgumentException>(fun () -> StudentT.ofMean [||] |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () -> StudentT.ofPairs [| 1.0 |] [||] |> ignore)

[<Theory>]
[<InlineData(3)>]
[<InlineData(5)>]
let ``the interval covers 95 percent of the time, few as the values are`` (count: int) =
    let covered =
        Array.init 2000 (fun set -> StudentT.ofMean (Array.init count (fun at -> normal 5UL set count at)))
        |> Array.filter (fun interval -> interval.Low <= 0.0 && 0.0 <= interval.High)

    // 1900 with a deviation of 9.7.
    Assert.InRange(covered.Length, 1865, 1935)

[<Property(MaxTest = 50)>]
let ``quantile and tail are each other's inverse`` (degrees: byte) (percent: byte) =
    let degrees = float degrees + 1.0
    let p = 0.5 + 0.49 * float percent / 255.0
    let t = StudentT.quantile degrees p
    abs (1.0 - StudentT.twoSidedP degrees t / 2.0 - p) < 1e-9

[<Fact>]
let ``one-sided bounds are those of the 95 % quantile`` () =
    // Mean 2, s = 1, n = 3: 2 -+ 2.919986 / sqrt 3.
    let struct (low, high) = StudentT.ofMean [| 1.0; 2.0; 3.0 |] |> StudentT.oneSided
    Assert.Equal(2.0 - 2.919986 / sqrt 3.0, low, 5)
    Assert.Equal(2.0 + 2.919986 / sqrt 3.0, high, 5)
    Assert.Equal(struct (-infinity, infinity), StudentT.ofMean [| 1.0 |] |> StudentT.oneSided)
