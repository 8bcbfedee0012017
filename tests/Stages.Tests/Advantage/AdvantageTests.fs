module Cppo.Stages.Tests.Advantage.AdvantageTests

open Xunit
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Advantage

let private advantages (rewards: float[]) =
    let struct (advantages, _, _) = Advantage.ofRewards 1e-4 rewards
    advantages

let private rewards =
    Gen.elements [ 0.0; 0.1; 0.25; 1.0; 1.5; 2.0; 3.0; -1.0 ]
    |> Gen.arrayOf
    |> Gen.filter (fun rewards -> rewards.Length >= 2)
    |> Arb.fromGen

[<Fact>]
let ``hand-computed groups`` () =
    let check (rewards: float[]) (expected: float[]) =
        Array.iter2 (fun (e: float) (a: float) -> Assert.Equal(e, a, 9)) expected (advantages rewards)

    // std of [1; 0] is sqrt 0.5 = 0.707106781
    check [| 1.0; 0.0 |] [| 0.5 / (0.7071067811865476 + 1e-4); -0.5 / (0.7071067811865476 + 1e-4) |]
    // mean 2, std 1
    check [| 1.0; 2.0; 3.0 |] [| -1.0 / 1.0001; 0.0; 1.0 / 1.0001 |]

[<Fact>]
let ``the group's mean and sample deviation are kept`` () =
    let group =
        Advantage.compute { Epsilon = 1e-4 } (Build.scored 0L 2 [| 3; 3; 3 |] [| 1.0; 2.0; 3.0 |])

    Assert.Equal(2.0, group.RewardMean)
    Assert.Equal(1.0, group.RewardStd)
    Assert.Equal(3, group.Advantages.Length)

[<Theory>]
[<InlineData(0.1, 3)>]
[<InlineData(1.1, 16)>]
[<InlineData(2.0, 1)>]
[<InlineData(2.0, 0)>]
let ``equal rewards give exact zeros`` (reward: float) (size: int) =
    let struct (advantages, _, std) =
        Advantage.ofRewards 1e-4 (Array.create size reward)

    Assert.Equal<float[]>(Array.zeroCreate size, advantages)
    Assert.Equal(0.0, std)

[<Property>]
let ``advantages sum to zero and keep the order of the rewards`` () =
    Prop.forAll rewards (fun rewards ->
        let advantages = advantages rewards

        let isOrdered =
            Array.forall2
                (fun (r: float, a: float) (s, b) -> sign (compare r s) = sign (compare a b))
                (Array.zip rewards advantages)
                (Array.rev (Array.zip rewards advantages))

        abs (Array.sum advantages) < 1e-9 && isOrdered)

[<Property>]
let ``a permutation of the rewards permutes the advantages`` () =
    Prop.forAll rewards (fun rewards ->
        Array.forall2 (fun (a: float) b -> abs (a - b) < 1e-12) (Array.rev (advantages rewards)) (advantages (Array.rev rewards)))
