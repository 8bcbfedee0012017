module Cppo.Stages.Tests.Evaluation.SignFlipTests

open System
open Xunit
open FsCheck.Xunit
open Cppo.Stages
open Cppo.Stages.Evaluation

[<Fact>]
let ``clusters of one size are McNemar's test`` () =
    let clusters = Array.append [| -1.0 |] (Array.create 9 1.0)
    Assert.Equal(22.0 / 1024.0, SignFlip.ofClusters 1UL clusters, 12)
    Assert.Equal(Paired.mcNemar 1 9, SignFlip.ofClusters 1UL clusters, 12)

[<Fact>]
let ``clusters by hand`` () =
    // The sums of +-3 +-2 +-1: |6| twice, |4| twice, |2| twice, 0 twice.
    Assert.Equal(2.0 / 8.0, SignFlip.ofClusters 1UL [| 3.0; 2.0; 1.0 |])
    Assert.Equal(4.0 / 8.0, SignFlip.ofClusters 1UL [| 3.0; 2.0; -1.0 |])
    Assert.Equal(6.0 / 8.0, SignFlip.ofClusters 1UL [| 3.0; -2.0; 1.0 |])
    Assert.Equal(1.0, SignFlip.ofClusters 1UL [| 3.0; -2.0; -1.0 |])
    Assert.Equal(1.0, SignFlip.ofClusters 1UL [| 0.0; 0.0 |])
    Assert.Equal(1.0, SignFlip.ofClusters 1UL [||])

[<Fact>]
let ``many clusters are drawn, near the exact p and the same each time`` () =
    let clusters = Array.init 40 (fun at -> if at < 13 then -1.0 else 1.0)
    let p = SignFlip.ofClusters 1UL clusters
    // 0.0385, with a deviation of 0.002.
    Assert.InRange(p, Paired.mcNemar 13 27 - 0.008, Paired.mcNemar 13 27 + 0.008)
    Assert.Equal(p, SignFlip.ofClusters 1UL clusters)
    Assert.NotEqual(p, SignFlip.ofClusters 2UL clusters)
    Assert.Equal(1.0 / 10001.0, SignFlip.ofClusters 1UL (Array.create 100 1.0))

[<Fact>]
let ``the answers of seeds to one question are one cluster`` () =
    // Three seeds agree on four questions: 4 clusters and not 12 pairs, so 2/16 and not 2/4096.
    let worse = Array.init 3 (fun _ -> Array.create 4 0.0)
    let better = Array.init 3 (fun _ -> Array.create 4 1.0)
    Assert.Equal(2.0 / 16.0, SignFlip.test 1UL worse better)
    Assert.Equal(2.0 / 16.0, SignFlip.test 1UL better worse)
    Assert.Throws<ArgumentException>(fun () -> SignFlip.test 1UL worse better[..1] |> ignore)

[<Fact>]
let ``p is below 0.05 no more often than that where methods are alike, and summed McNemar is`` () =
    // Questions that the two methods' models answer differently, the seeds alike: the worst case of dependence.
    let sets =
        Array.init 400 (fun set ->
            let clusters =
                Array.init 60 (fun q ->
                    match Counted.uniform 3UL (int64 set) 0 q with
                    | draw when draw < 0.2 -> 3.0
                    | draw when draw < 0.4 -> -3.0
                    | _ -> 0.0)

            let count sign =
                3 * (clusters |> Array.filter (fun sum -> Math.Sign sum = sign)).Length

            struct (SignFlip.ofClusters 1UL clusters, Paired.mcNemar (count 1) (count -1)))

    let clustered =
        sets |> Array.filter (fun (struct (p, _)) -> p < 0.05) |> Array.length

    let summed = sets |> Array.filter (fun (struct (_, p)) -> p < 0.05) |> Array.length

    Assert.InRange(clustered, 4, 28)
    Assert.True(summed > 70)

[<Property(MaxTest = 30)>]
let ``which method is named first does not matter`` (differences: int8 list) =
    let clusters = differences |> List.truncate 10 |> Array.ofList |> Array.map float
    SignFlip.ofClusters 1UL clusters = SignFlip.ofClusters 1UL (Array.map (~-) clusters)
