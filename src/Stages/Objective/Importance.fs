namespace Cppo.Stages.Objective

open System
open Cppo.Stages

/// What an importance ratio is taken of.
[<RequireQualifiedAccess>]
type ImportanceLevel =
    /// exp(policyLogprob - generationLogprob) of each token.
    | Token
    /// The product of a completion's token ratios, which all its tokens share: exp of the sum, not divided by the length.
    | Sequence

/// The levels that a configuration may name.
module ImportanceLevels =

    /// All of them; configurations, schema and help take their names from here.
    let table: Table<NamedValue<ImportanceLevel>> =
        Table(
            "importance level",
            (fun level -> { Name = level.Name; Doc = level.Doc }),
            [| { Name = "token"
                 Doc = "each token has a ratio of its own."
                 Value = ImportanceLevel.Token }
               { Name = "sequence"
                 Doc = "a completion has one ratio, the product of its tokens' ratios."
                 Value = ImportanceLevel.Sequence } |]
        )

/// How tokens are corrected for having been drawn by another distribution than that of the policy which the update meets.
type ImportanceSettings =
    {
        /// The largest weight; 0 weighs nothing.
        Cap: float
        /// What the ratio is taken of.
        Level: ImportanceLevel
        /// Tokens whose ratio is outside [Low, High] add nothing to the surrogate; 0 and infinity mask nothing.
        Low: float
        /// See `Low`.
        High: float
    }

    /// Neither weights nor masks.
    static member Off =
        { Cap = 0.0
          Level = ImportanceLevel.Token
          Low = 0.0
          High = infinity }

    /// Whether all weights are 1 and nothing is masked.
    member settings.IsOff =
        settings.Cap = 0.0 && settings.Low <= 0.0 && settings.High = infinity

/// Truncated importance sampling of rollouts (as TRL's and verl's corrections for another engine's or an older policy's logprobs), and
/// masking outside a band. The ratio is that of the policy at the first pass over the distribution that generated; it is a constant of the
/// update, not a function of the weights in training.
module Importance =

    /// |policyLogprob - generationLogprob| above this counts as large.
    let largeGap = 0.01

    // NaN is outside of no band, so that it reaches the loss and is found there.
    let private isMasked (settings: ImportanceSettings) (ratio: float) =
        ratio < settings.Low || ratio > settings.High

    let private isCapped (settings: ImportanceSettings) (ratio: float) =
        settings.Cap > 0.0 && ratio > settings.Cap && not (isMasked settings ratio)

    let private weight (settings: ImportanceSettings) (ratio: float) =
        if isMasked settings ratio then 0.0
        elif settings.Cap > 0.0 then Math.Min(ratio, settings.Cap)
        else 1.0

    let private logRatios (generation: float32[]) (policy: float32[]) =
        Array.map2 (fun (drawn: float32) (met: float32) -> float met - float drawn) generation policy

    /// The ratio that decides about each token.
    let private ratios (settings: ImportanceSettings) (logRatios: float[]) =
        match settings.Level with
        | ImportanceLevel.Token -> logRatios |> Array.map exp
        | ImportanceLevel.Sequence -> Array.create logRatios.Length (exp (Array.sum logRatios))

    /// Each token's factor in the surrogate, shape [sample][T]: min(ratio, cap), or 1 without a cap; 0 outside the band. Empty where the
    /// settings are off. `policy` are the logprobs of the first pass. Raises ArgumentException where shapes differ.
    let weights (settings: ImportanceSettings) (generation: float32[][]) (policy: float32[][]) : float[][] =
        if settings.IsOff then
            [||]
        else
            Array.map2 (fun drawn met -> logRatios drawn met |> ratios settings |> Array.map (weight settings)) generation policy

    /// The mean and the shares of several, weighted by tokens.
    let combine (gaps: GenerationGap[]) : GenerationGap =
        let numTokens = gaps |> Array.sumBy _.NumTokens

        let mean (value: GenerationGap -> float) =
            if numTokens = 0 then
                0.0
            else
                (gaps |> Array.sumBy (fun gap -> value gap * float gap.NumTokens))
                / float numTokens

        { Mean = mean _.Mean
          Largest = gaps |> Array.fold (fun largest gap -> Math.Max(largest, gap.Largest)) 0.0
          LargeShare = mean _.LargeShare
          RatioMean = mean _.RatioMean
          CappedShare = mean _.CappedShare
          MaskedShare = mean _.MaskedShare
          NumTokens = numTokens }

    let private measureCompletion (settings: ImportanceSettings) (generation: float32[]) (policy: float32[]) : GenerationGap =
        let logRatios = logRatios generation policy

        let shared =
            if settings.Level.IsSequence then
                exp (Array.sum logRatios)
            else
                nan

        let mutable sum, largest, ratioSum = 0.0, 0.0, 0.0
        let mutable numLarge, numCapped, numMasked = 0, 0, 0

        for value in logRatios do
            let ratio = exp value
            let deciding = if settings.Level.IsSequence then shared else ratio
            sum <- sum + abs value
            largest <- Math.Max(largest, abs value)
            ratioSum <- ratioSum + ratio
            numLarge <- numLarge + (if abs value > largeGap then 1 else 0)
            numCapped <- numCapped + (if isCapped settings deciding then 1 else 0)
            numMasked <- numMasked + (if isMasked settings deciding then 1 else 0)

        let numTokens = float logRatios.Length

        { Mean = sum / numTokens
          Largest = largest
          LargeShare = float numLarge / numTokens
          RatioMean = ratioSum / numTokens
          CappedShare = float numCapped / numTokens
          MaskedShare = float numMasked / numTokens
          NumTokens = logRatios.Length }

    /// How far generation logprobs are from those of the first pass, shapes [sample][T]; what is capped and masked goes by the settings.
    let measure (settings: ImportanceSettings) (generation: float32[][]) (policy: float32[][]) : GenerationGap =
        Array.map2 (measureCompletion settings) generation policy |> combine
