/// How far two quantities rise together.
module Cppo.Stages.Evaluation.Correlation

/// Pearson's r of two columns of one length, -1 .. 1; NaN where there are fewer than two pairs or one column has no spread.
let pearson (xs: float[]) (ys: float[]) : float =
    if xs.Length <> ys.Length then
        invalidArg (nameof ys) $"{ys.Length} values cannot be paired with {xs.Length}."

    let isSpread (values: float[]) =
        values |> Array.exists (fun value -> value <> values[0])

    if xs.Length < 2 || not (isSpread xs && isSpread ys) then
        nan
    else
        let centred (values: float[]) =
            let mean = Array.average values
            values |> Array.map (fun value -> value - mean)

        let xs, ys = centred xs, centred ys

        let dot a b =
            Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

        dot xs ys / sqrt (dot xs xs * dot ys ys) |> max -1.0 |> min 1.0

/// Ranks from 1; equal values share the mean of theirs. Example: [5; 1; 5] -> [2.5; 1; 2.5].
let ranks (values: float[]) : float[] =
    let result = Array.zeroCreate<float> values.Length
    let mutable before = 0

    for _, ties in values |> Array.indexed |> Array.groupBy snd |> Array.sortBy fst do
        for at, _ in ties do
            result[at] <- float before + float (ties.Length + 1) / 2.0

        before <- before + ties.Length

    result

/// Spearman's rank correlation: Pearson's r of the ranks, right with ties.
let spearman (xs: float[]) (ys: float[]) : float = pearson (ranks xs) (ranks ys)

/// The means of ys by quarters of ascending xs. Pairs of equal x share the mean of their ys, so that the order in which ties come decides
/// nothing; a pair on the border counts in both quarters with its parts. Example: xs 1 .. 4, ys [1; 2; 3; 4] -> [1; 2; 3; 4].
/// NaN without pairs.
let quarterMeans (xs: float[]) (ys: float[]) : float[] =
    if xs.Length <> ys.Length then
        invalidArg (nameof ys) $"{ys.Length} values cannot be paired with {xs.Length}."

    let ascending =
        Array.zip xs ys
        |> Array.groupBy fst
        |> Array.sortBy fst
        |> Array.collect (fun (_, ties) -> Array.create ties.Length (ties |> Array.averageBy snd))

    let width = float ascending.Length / 4.0

    Array.init 4 (fun quarter ->
        let from, upTo = float quarter * width, float (quarter + 1) * width

        let sum =
            ascending
            |> Array.mapi (fun at y -> y * max 0.0 (min upTo (float (at + 1)) - max from (float at)))
            |> Array.sum

        sum / width)
