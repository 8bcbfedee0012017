namespace Cppo.Stages.Objective

open System
open Cppo.Stages

/// One completion as the objective sees it, in double precision.
type ObjectiveSample =
    {
        /// Shape [T].
        GenerationLogprobs: float[]
        /// Of the completion; all its tokens share it.
        Advantage: float
        /// The factor of each of its tokens' terms in the update's loss.
        TokenWeight: float
    }

/// The loss of some samples and its gradient. Losses are sums that are already weighted, so those of an update's micro-batches
/// add up; the ratios and means are over the tokens at hand.
type ObjectiveResult<'number> =
    {
        /// Sum over tokens of weight * (-importance weight * surrogate + beta * KL).
        Loss: float
        /// Sum over tokens of weight * importance weight * -surrogate.
        PolicyLoss: float
        /// Sum over tokens of weight * KL, without beta; 0 where there are no reference logprobs.
        Kl: float
        /// Share of tokens whose surrogate is the clipped one, so that it has no gradient, 0 .. 1.
        ClipRatio: float
        /// Share of tokens whose ratio is outside the clip range, but on the side where the unclipped surrogate is the smaller one
        /// and keeps its gradient. It is what the authors' code logs as `clip_ratio`.
        UnclippedOutsideRatio: float
        /// Mean of -policyLogprob.
        Entropy: float
        /// The tokens at hand.
        NumTokens: int
        /// d Loss / d policyLogprob, shape [sample][T].
        Gradient: 'number[][]
    }

/// A surrogate of completions' advantages and a k3 penalty (CPPO, arXiv 2503.22342, eq. 8 to 10), as arithmetic on logprobs.
module Objective =

    /// What one token adds, before its weight.
    [<Struct>]
    type private Term =
        { Surrogate: SurrogateTerm
          Kl: float
          KlSlope: float }

    let private masked: SurrogateTerm =
        { Value = 0.0
          Slope = 0.0
          IsClipped = false
          IsOutside = false }

    let private term (settings: ObjectiveSettings) advantage importance (generation: float) (policy: float) (reference: float) =
        // A masked token adds exactly 0, even if its ratio overflows.
        let surrogate =
            if importance = 0.0 then
                masked
            else
                let term = settings.Surrogate.Term settings advantage (exp (policy - generation))

                { term with
                    Value = importance * term.Value
                    Slope = importance * term.Slope }

        let gap = reference - policy

        { Surrogate = surrogate
          Kl = exp gap - gap - 1.0
          KlSlope = 1.0 - exp gap }

    /// beta * KL, or its slope: exactly 0 where beta is 0, even if the KL overflows.
    let private penalty (settings: ObjectiveSettings) (kl: float) =
        if settings.Beta = 0.0 then 0.0 else settings.Beta * kl

    let private share (count: int) (numTokens: int) =
        if numTokens = 0 then 0.0 else float count / float numTokens

    /// The objective in double precision. `policy` and `reference` have the shape of the samples' generation logprobs, [sample][T];
    /// with beta 0 `reference` may be empty, and where it is not, the KL is reported and adds nothing to loss and gradient.
    /// `importance` holds each token's factor in the surrogate, see `Importance.weights`; empty: 1. It is taken as a constant, and the KL
    /// is not weighed by it. Raises ArgumentException where shapes differ.
    let evaluateWeighted
        (settings: ObjectiveSettings)
        (samples: ObjectiveSample[])
        (importance: float[][])
        (policy: float[][])
        (reference: float[][])
        : ObjectiveResult<float> =
        let hasReference = settings.Beta <> 0.0 || reference.Length > 0
        let lengths (rows: float[][]) = rows |> Array.map _.Length
        let expected = samples |> Array.map _.GenerationLogprobs.Length

        if lengths policy <> expected then
            invalidArg (nameof policy) "policy logprobs do not have the shape of the samples' generation logprobs"

        if hasReference && lengths reference <> expected then
            invalidArg (nameof reference) "reference logprobs do not have the shape of the samples' generation logprobs"

        if importance.Length > 0 && lengths importance <> expected then
            invalidArg (nameof importance) "importance weights do not have the shape of the samples' generation logprobs"

        let gradient = expected |> Array.map Array.zeroCreate<float>
        let mutable policyLoss, kl, entropy = 0.0, 0.0, 0.0
        let mutable numClipped, numOutside, numTokens = 0, 0, 0

        for s in 0 .. samples.Length - 1 do
            let sample = samples[s]
            let weight = sample.TokenWeight

            for t in 0 .. expected[s] - 1 do
                let logprob = policy[s][t]
                let reference = if hasReference then reference[s][t] else logprob
                let factor = if importance.Length = 0 then 1.0 else importance[s][t]

                let term =
                    term settings sample.Advantage factor sample.GenerationLogprobs[t] logprob reference

                gradient[s][t] <- weight * (penalty settings term.KlSlope - term.Surrogate.Slope)
                policyLoss <- policyLoss - weight * term.Surrogate.Value
                kl <- kl + weight * term.Kl
                entropy <- entropy - logprob
                numClipped <- numClipped + (if term.Surrogate.IsClipped then 1 else 0)
                numOutside <- numOutside + (if term.Surrogate.IsOutside then 1 else 0)
                numTokens <- numTokens + 1

        { Loss = policyLoss + penalty settings kl
          PolicyLoss = policyLoss
          Kl = kl
          ClipRatio = share numClipped numTokens
          UnclippedOutsideRatio = share numOutside numTokens
          Entropy = if numTokens = 0 then 0.0 else entropy / float numTokens
          NumTokens = numTokens
          Gradient = gradient }

    /// `evaluateWeighted` without importance weights.
    let evaluateDouble (settings: ObjectiveSettings) (samples: ObjectiveSample[]) (policy: float[][]) (reference: float[][]) =
        evaluateWeighted settings samples [||] policy reference

    let private widen (rows: float32[][]) = rows |> Array.map (Array.map float)

    /// The objective of a micro-batch's samples: float32 logprobs [sample][T] in, float32 gradient out, double inside.
    /// `importanceWeights` may be empty, which is 1 for each token, `referenceLogprobs` where beta is 0.
    let evaluate
        (settings: ObjectiveSettings)
        (samples: TrainingSample[])
        (importanceWeights: float[][])
        (policyLogprobs: float32[][])
        (referenceLogprobs: float32[][])
        : ObjectiveResult<float32> =
        let wide =
            samples
            |> Array.map (fun sample ->
                { GenerationLogprobs = sample.GenerationLogprobs |> Array.map float
                  Advantage = sample.Advantage
                  TokenWeight = sample.TokenWeight })

        let result =
            evaluateWeighted settings wide importanceWeights (widen policyLogprobs) (widen referenceLogprobs)

        { Loss = result.Loss
          PolicyLoss = result.PolicyLoss
          Kl = result.Kl
          ClipRatio = result.ClipRatio
          UnclippedOutsideRatio = result.UnclippedOutsideRatio
          Entropy = result.Entropy
          NumTokens = result.NumTokens
          Gradient = result.Gradient |> Array.map (Array.map float32) }

    /// The result of several micro-batches together: losses add up, ratios and means are weighted by tokens; no gradient.
    let combine (results: ObjectiveResult<'number>[]) : ObjectiveResult<'number> =
        let numTokens = results |> Array.sumBy _.NumTokens

        let mean (value: ObjectiveResult<'number> -> float) =
            if numTokens = 0 then
                0.0
            else
                (results |> Array.sumBy (fun result -> value result * float result.NumTokens))
                / float numTokens

        { Loss = results |> Array.sumBy _.Loss
          PolicyLoss = results |> Array.sumBy _.PolicyLoss
          Kl = results |> Array.sumBy _.Kl
          ClipRatio = mean _.ClipRatio
          UnclippedOutsideRatio = mean _.UnclippedOutsideRatio
          Entropy = mean _.Entropy
          NumTokens = numTokens
          Gradient = [||] }
