/// Several tests at once.
module Cppo.Stages.Evaluation.Holm

/// Holm's adjusted p-values, in the order given: of the i-th smallest of m, the largest of (m - j + 1) p_j for j up to i, at most 1. Those
/// below 0.05 may be called significant together with at most 5 % risk of a single false one, however the tests depend on each other.
/// Example: [0.01; 0.04; 0.03; 0.005] -> [0.03; 0.06; 0.06; 0.02]. Raises ArgumentException where one is no p.
let adjust (pValues: float[]) : float[] =
    if pValues |> Array.exists (fun p -> not (p >= 0.0 && p <= 1.0)) then
        invalidArg (nameof pValues) "A p-value lies in 0 .. 1."

    let adjusted = Array.zeroCreate<float> pValues.Length

    pValues
    |> Array.indexed
    |> Array.sortBy snd
    |> Array.fold
        (fun struct (rank, largest) (at, p) ->
            let value = max largest (min 1.0 (float (pValues.Length - rank) * p))
            adjusted[at] <- value
            struct (rank + 1, value))
        struct (0, 0.0)
    |> ignore

    adjusted
