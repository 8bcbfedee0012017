/// Bootstrap intervals over questions: the questions are drawn anew with replacement, many times, and the middle 95 % of the
/// means is the interval. Draws are counted, so that the same seed gives the same interval on every machine.
module Cppo.Stages.Evaluation.Bootstrap

open System
open Cppo.Stages

/// How often the questions are drawn anew.
[<Literal>]
let NumResamples = 10000

/// The counter that no completion's index reaches, so that resampling shares no draw with generating.
[<Literal>]
let private Stream = -1

/// Means of columns over resampled questions, shape [column][question] -> [column][resample]. All columns see the same draws.
/// There must be a question.
let resampledMeans (seed: uint64) (columns: float[][]) : float[][] =
    let numQuestions = columns[0].Length
    let means = columns |> Array.map (fun _ -> Array.zeroCreate NumResamples)

    for resample in 0 .. NumResamples - 1 do
        for draw in 0 .. numQuestions - 1 do
            let question =
                int (Counted.uniform seed (int64 resample) Stream draw * float numQuestions)

            for column in 0 .. columns.Length - 1 do
                means[column][resample] <- means[column][resample] + columns[column][question]

    means |> Array.map (Array.map (fun sum -> sum / float numQuestions))

/// The quantile of ascending values, linear between neighbours: at place p (n - 1). Example: 0.25 of [1; 2; 3] -> 1.5.
let quantile (p: float) (ascending: float[]) : float =
    let place = p * float (ascending.Length - 1)
    let below = int (floor place)
    let above = min (below + 1) (ascending.Length - 1)
    ascending[below] + (place - float below) * (ascending[above] - ascending[below])

/// The 2.5 % and 97.5 % quantiles.
let middle95 (values: float[]) : struct (float * float) =
    let ascending = Array.sort values
    struct (quantile 0.025 ascending, quantile 0.975 ascending)

let private hasSpread (values: float[]) =
    values |> Array.exists (fun value -> value <> values[0])

/// Mean and 95 % interval of each column, shape [column][question], values 0 .. 1. A column without spread, where resampling would
/// give an interval of no width, gets Wilson's.
let proportions (seed: uint64) (columns: float[][]) : Proportion[] =
    let isResampled (values: float[]) = values.Length > 0 && hasSpread values

    let resampled = columns |> Array.filter isResampled

    let means =
        if resampled.Length = 0 then
            [||]
        else
            resampledMeans seed resampled

    let mutable next = 0

    columns
    |> Array.map (fun values ->
        if isResampled values then
            let mean = Array.average values
            let struct (low, high) = middle95 means[next]
            next <- next + 1

            { Value = mean
              Low = max 0.0 (min low mean)
              High = min 1.0 (max high mean)
              NumQuestions = values.Length }
        else
            Intervals.wilsonOf (if values.Length = 0 then 0.0 else Array.average values) values.Length)
