namespace Cppo.Stages.Evaluation

/// What measurements say of a claim.
[<RequireQualifiedAccess>]
type Verdict =
    /// The measurements support it.
    | Held
    /// The measurements speak against it.
    | NotHeld
    /// Too little was measured to say either.
    | Undecided

/// A claim that one method does better than another.
type OrderedPair =
    {
        /// The method that is claimed to do better.
        Better: string
        /// The method that it is compared with.
        Worse: string
        /// Better minus worse, as measured.
        Difference: float
        /// Of a difference of 0, two-sided, before correction.
        PValue: float
        /// By Holm, among all pairs of the claim.
        AdjustedP: float
        /// By the corrected p.
        Verdict: Verdict
    }

/// A claimed order of methods, pair by pair and as a whole.
type OrderVerdict =
    {
        /// Each pair that the order implies.
        Pairs: OrderedPair[]
        /// Held where all pairs are, not held where one is not, else undecided.
        Verdict: Verdict
    }

/// Verdicts on claims about methods.
module Verdicts =

    /// The level of all verdicts.
    [<Literal>]
    let Level = 0.05

    /// `held`, `not held` or `undecided`.
    let nameOf (verdict: Verdict) : string =
        match verdict with
        | Verdict.Held -> "held"
        | Verdict.NotHeld -> "not held"
        | Verdict.Undecided -> "undecided"

    /// Of several claims together: held where all are, not held where one is not, else undecided; none are held.
    let all (verdicts: Verdict seq) : Verdict =
        if Seq.forall (fun verdict -> verdict = Verdict.Held) verdicts then
            Verdict.Held
        elif Seq.contains Verdict.NotHeld verdicts then
            Verdict.NotHeld
        else
            Verdict.Undecided

    /// "The second is no worse than the first by more than the margin": held where the difference's one-sided 95 % lower bound is above
    /// -margin, not held where its upper bound is below.
    let nonInferior (difference: MethodDifference) : Verdict =
        if difference.LowerBound > -difference.Margin then
            Verdict.Held
        elif difference.UpperBound < -difference.Margin then
            Verdict.NotHeld
        else
            Verdict.Undecided

    /// "At least x": held where the interval lies at or above x, not held where it lies below. Bounds that are not numbers decide nothing.
    let atLeast (x: float) (low: float) (high: float) : Verdict =
        if low >= x then Verdict.Held
        elif high < x then Verdict.NotHeld
        else Verdict.Undecided

    /// A claim on a difference of known p: held where p < 0.05 in the stated direction, not held where it is so in the other.
    let private directed (difference: float) (p: float) : Verdict =
        if not (p < Level) || difference = 0.0 then
            Verdict.Undecided
        elif difference > 0.0 then
            Verdict.Held
        else
            Verdict.NotHeld

    /// Pairs with their differences (better minus worse) and p-values, which Holm's correction judges together.
    let ofPairs (pairs: struct (string * string * float * float)[]) : OrderVerdict =
        let adjusted = pairs |> Array.map (fun struct (_, _, _, p) -> p) |> Holm.adjust

        let judged =
            Array.map2
                (fun (struct (better, worse, difference, p)) adjusted ->
                    { Better = better
                      Worse = worse
                      Difference = difference
                      PValue = p
                      AdjustedP = adjusted
                      Verdict = directed difference adjusted })
                pairs
                adjusted

        { Pairs = judged
          Verdict = judged |> Seq.map _.Verdict |> all }

    /// Two methods for `ofPairs`, each right[seed][question] of the same seeds and questions. p is the largest of three: that of
    /// `SeedBootstrap`, which knows of seeds and questions, `SignFlip`'s, which is exact for the models at hand, and Student's over seeds,
    /// which few seeds do not deceive: a difference counts where all of them say so.
    let compare (seed: uint64) (better: string) (first: float[][]) (worse: string) (second: float[][]) =
        let compared = SeedBootstrap.difference seed 0.0 second first

        let p =
            max compared.OverSeeds.PValue (max compared.PValue (SignFlip.test seed second first))

        struct (better, worse, compared.Difference, p)

    /// The claim that methods do worse from left to right, each right[seed][question] of the same seeds and questions: each against all
    /// that follow, n (n - 1) / 2 pairs, which `compare` compares.
    let order (seed: uint64) (names: string[]) (methods: float[][][]) : OrderVerdict =
        if names.Length <> methods.Length || names.Length < 2 then
            invalidArg (nameof names) "An order needs two methods at least, and a name for each."

        let claimed =
            [| for better in 0 .. methods.Length - 2 do
                   for worse in better + 1 .. methods.Length - 1 do
                       struct (better, worse) |]

        claimed
        |> Array.map (fun (struct (better, worse)) -> compare seed names[better] methods[better] names[worse] methods[worse])
        |> ofPairs
