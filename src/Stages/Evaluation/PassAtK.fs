/// pass@k: the probability that at least one of k samples is right.
module Cppo.Stages.Evaluation.PassAtK

/// The unbiased estimate from n samples of which c are right: 1 - C(n - c, k) / C(n, k), as the product
/// 1 - prod_{i = n-c+1..n} (1 - k / i), which cannot overflow (Chen et al., arXiv 2107.03374). Needs 1 <= k <= n.
/// Example: n 4, c 1, k 2 -> 0.5.
let estimate (numSamples: int) (numRight: int) (k: int) : float =
    if k < 1 || k > numSamples then
        invalidArg (nameof k) $"k is {k}; with {numSamples} samples it must be from 1 to {numSamples}."

    if numSamples - numRight < k then
        1.0
    else
        let mutable allWrong = 1.0

        for i in numSamples - numRight + 1 .. numSamples do
            allWrong <- allWrong * (1.0 - float k / float i)

        1.0 - allWrong

/// The share of right samples, which is pass@1 without the product's rounding; 0 without samples.
let shareRight (right: bool[]) : float =
    if right.Length = 0 then
        0.0
    else
        float (right |> Array.filter id).Length / float right.Length
