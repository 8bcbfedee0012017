/// The sign-flip test of two methods on the same seeds and questions. The seeds' answers to one question are not independent: all meet
/// its difficulty. So a question is one cluster, whose differences change sign together; McNemar's test summed over seeds would count n
/// seeds as n times the questions and find too much. It is exact for what it asks: whether these trained models answer alike, over
/// questions like these. It says nothing of models from other seeds; 3 seeds could be flipped in 8 ways only, and so never below
/// p = 0.25. `SeedBootstrap` and `StudentT` speak of seeds.
module Cppo.Stages.Evaluation.SignFlip

open Cppo.Stages

/// How many ways to flip are drawn where there are too many to go through.
[<Literal>]
let NumFlips = 10000

/// Questions that differ, up to which all 2^n ways are gone through.
[<Literal>]
let private MostEnumerated = 13

/// A counter that no completion's index reaches and the bootstraps do not use.
[<Literal>]
let private Stream = -4

/// Sums that are equal but for rounding count as equal.
let private slack = 1e-9

/// The two-sided p of sums of clusters: the share of all ways to give each cluster a sign in which |sum| is at least the one at hand.
/// Without a cluster that differs it is 1. Up to 13 clusters it is exact, above it is drawn: (1 + hits) / (1 + 10,000), the same for the
/// same seed. Example: nine clusters 1, one -1 -> 22/1024, which is McNemar's.
let ofClusters (seed: uint64) (clusters: float[]) : float =
    let nonzero = clusters |> Array.filter (fun sum -> abs sum > slack)
    let least = abs (Array.sum nonzero) - slack

    let isHit (isFlipped: int -> bool) =
        let mutable sum = 0.0

        for at in 0 .. nonzero.Length - 1 do
            sum <- sum + (if isFlipped at then -nonzero[at] else nonzero[at])

        abs sum >= least

    if nonzero.Length <= MostEnumerated then
        let ways = 1 <<< nonzero.Length

        let hits =
            Seq.init ways (fun way -> if isHit (fun at -> (way >>> at) &&& 1 = 1) then 1 else 0)
            |> Seq.sum

        float hits / float ways
    else
        let bits = Array.zeroCreate<uint64>((nonzero.Length + 63) / 64)
        let mutable hits = 0

        for flip in 0 .. NumFlips - 1 do
            for word in 0 .. bits.Length - 1 do
                bits[word] <- Counted.bits seed (int64 flip) Stream word

            if isHit (fun at -> (bits[at >>> 6] >>> (at &&& 63)) &&& 1UL = 1UL) then
                hits <- hits + 1

        float (1 + hits) / float (1 + NumFlips)

/// Two methods, each right[seed][question] in the same order. With one seed and answers right or wrong it is McNemar's exact test, up to
/// what is drawn.
let test (seed: uint64) (first: float[][]) (second: float[][]) : float =
    if Array.map Array.length first <> Array.map Array.length second then
        invalidArg (nameof second) "Methods can be compared on the same seeds and questions only."

    let numQuestions = if first.Length = 0 then 0 else first[0].Length

    if first |> Array.exists (fun questions -> questions.Length <> numQuestions) then
        invalidArg (nameof first) "Every seed must have answered the same questions."

    Array.init numQuestions (fun question ->
        Array.fold2 (fun sum (a: float[]) (b: float[]) -> sum + b[question] - a[question]) 0.0 first second)
    |> ofClusters seed
