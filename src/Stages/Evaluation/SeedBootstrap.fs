namespace Cppo.Stages.Evaluation

open System
open Cppo.Stages

/// The accuracy of a method that was trained with several seeds and asked the same questions.
type MethodAccuracy =
    {
        /// Seeds that it was trained with.
        NumSeeds: int
        /// Questions that each was asked.
        NumQuestions: int
        /// Mean over seeds and questions, 0 .. 1.
        Mean: float
        /// Bootstrap over seeds and questions, 95 %.
        Low: float
        /// See `Low`.
        High: float
        /// The second opinion: Student's interval over the seeds' means, these questions given.
        OverSeeds: MeanInterval
    }

/// Two methods on the same seeds and questions; differences are the second minus the first, -1 .. 1.
type MethodDifference =
    {
        /// Seeds that both were trained with.
        NumSeeds: int
        /// Questions that each was asked.
        NumQuestions: int
        /// The first method's accuracy, 0 .. 1.
        First: float
        /// The second method's accuracy, 0 .. 1.
        Second: float
        /// Second minus first.
        Difference: float
        /// Bootstrap over seeds and questions, two-sided 95 %.
        Low: float
        /// See `Low`.
        High: float
        /// The one-sided 95 % bounds: the 5 % and the 95 % quantile.
        LowerBound: float
        /// See `LowerBound`.
        UpperBound: float
        /// Of a difference of 0, two-sided.
        PValue: float
        /// How much worse the second may be and still count as no worse, >= 0.
        Margin: float
        /// The second opinion: Student's interval over the seeds' differences, these questions given.
        OverSeeds: MeanInterval
    }

/// The bootstrap over seeds and questions: each draw takes as many seeds with replacement as there are, and as many questions, the same
/// questions for all seeds of the draw, since they share the test set (Owen's "pigeonhole bootstrap", 2007).
///
/// Seeds number 3 to 5. What that can do: add the spread between trained models to that between questions, which an interval over
/// questions alone ignores. Single answers' noise is resampled by both, which errs on the wide side: with 300 questions and accuracies
/// of seeds that deviate by 0.03, a 95 % interval covers 95 to 99 %. What it cannot: 3 seeds have only 10 different draws, whose spread
/// is (n - 1) / n of the seeds' variance, so where seeds differ far more than answers scatter, it covers about 71 % over 3 seeds, 84 %
/// over 5; and three models that happen to agree look like a method without spread. `OverSeeds` is therefore given beside it: right for
/// few seeds, but about these questions only, and wide.
module SeedBootstrap =

    /// Counters that no completion's index reaches and `Bootstrap` does not use.
    [<Literal>]
    let private QuestionStream = -2

    [<Literal>]
    let private SeedStream = -3

    /// The shape [seed][question] of a method's shares of right samples.
    let private shapeOf (right: float[][]) : struct (int * int) =
        if right.Length = 0 || right[0].Length = 0 then
            invalidArg (nameof right) "There is no seed or no question to take the mean over."

        if right |> Array.exists (fun questions -> questions.Length <> right[0].Length) then
            invalidArg (nameof right) "Every seed must have answered the same questions."

        struct (right.Length, right[0].Length)

    let private draw (count: int) (resample: int) (stream: int) (at: int) (seed: uint64) =
        int (Counted.uniform seed (int64 resample) stream at * float count)

    /// Means over resampled seeds and questions, shape [method][seed][question] -> [method][resample]. All methods see the same draws, and
    /// need the same numbers of seeds and questions; at least one of each.
    let internal resample (numResamples: int) (seed: uint64) (methods: float[][][]) : float[][] =
        let struct (numSeeds, numQuestions) = shapeOf methods[0]

        for right in methods do
            if shapeOf right <> struct (numSeeds, numQuestions) then
                invalidArg (nameof methods) "Methods can be compared on the same seeds and questions only."

        let means = methods |> Array.map (fun _ -> Array.zeroCreate<float> numResamples)

        let timesSeed = Array.zeroCreate<float> numSeeds
        let timesQuestion = Array.zeroCreate<float> numQuestions

        for resample in 0 .. numResamples - 1 do
            Array.Clear timesSeed
            Array.Clear timesQuestion

            for at in 0 .. numSeeds - 1 do
                let drawn = draw numSeeds resample SeedStream at seed
                timesSeed[drawn] <- timesSeed[drawn] + 1.0

            for at in 0 .. numQuestions - 1 do
                let drawn = draw numQuestions resample QuestionStream at seed
                timesQuestion[drawn] <- timesQuestion[drawn] + 1.0

            for at in 0 .. methods.Length - 1 do
                let mutable sum = 0.0

                for s in 0 .. numSeeds - 1 do
                    if timesSeed[s] > 0.0 then
                        let right = methods[at][s]
                        let mutable ofSeed = 0.0

                        for q in 0 .. numQuestions - 1 do
                            ofSeed <- ofSeed + timesQuestion[q] * right[q]

                        sum <- sum + timesSeed[s] * ofSeed

                means[at][resample] <- sum / float (numSeeds * numQuestions)

        means

    let private meanOf (right: float[][]) =
        right |> Array.map Array.average |> Array.average

    /// Differences of shares such as 1/3 are equal but for rounding.
    let private hasSpread (right: float[][]) =
        right
        |> Array.exists (Array.exists (fun value -> abs (value - right[0][0]) > 1e-12))

    let internal accuracyWith (numResamples: int) (seed: uint64) (right: float[][]) : MethodAccuracy =
        let struct (numSeeds, numQuestions) = shapeOf right
        let mean = meanOf right

        let struct (low, high) =
            if hasSpread right then
                resample numResamples seed [| right |] |> Array.head |> Bootstrap.middle95
            else
                let wilson = Intervals.wilsonOf mean numQuestions
                struct (wilson.Low, wilson.High)

        { NumSeeds = numSeeds
          NumQuestions = numQuestions
          Mean = mean
          Low = max 0.0 (min low mean)
          High = min 1.0 (max high mean)
          OverSeeds = StudentT.ofMean (right |> Array.map Array.average) }

    /// A method's accuracy from right[seed][question], the share of right samples, 0 .. 1. Where all are equal, so that resampling would
    /// give no width, the interval is Wilson's over the questions.
    let accuracy (seed: uint64) (right: float[][]) : MethodAccuracy =
        accuracyWith Bootstrap.NumResamples seed right

    /// Bounds and p-values of a difference, from its resampled values.
    let private ofResampled (resampled: float[]) (difference: float) =
        let ascending = Array.sort resampled

        // The sample itself counts as one draw, so that no p is 0.
        let share (isCounted: float -> bool) =
            float (1 + (resampled |> Array.filter isCounted).Length)
            / float (1 + resampled.Length)

        let twoSided =
            2.0
            * min (share (fun value -> value <= 0.0)) (share (fun value -> value >= 0.0))

        {| Low = min difference (Bootstrap.quantile 0.025 ascending)
           High = max difference (Bootstrap.quantile 0.975 ascending)
           LowerBound = min difference (Bootstrap.quantile 0.05 ascending)
           UpperBound = max difference (Bootstrap.quantile 0.95 ascending)
           PValue = min 1.0 twoSided |}

    /// The same where all differences are equal: as many further questions may differ as Wilson's bound allows, and p is a coin's that
    /// falls the same way for each question.
    let private withoutSpread (numQuestions: int) (difference: float) =
        let struct (low, high) = Paired.unseen difference numQuestions

        {| Low = low
           High = high
           LowerBound = low
           UpperBound = high
           PValue =
            if difference = 0.0 then
                1.0
            else
                Paired.mcNemar numQuestions 0 |}

    let internal differenceWith
        (numResamples: int)
        (seed: uint64)
        (margin: float)
        (first: float[][])
        (second: float[][])
        : MethodDifference =
        if not (margin >= 0.0) then
            invalidArg (nameof margin) "A margin is at least 0."

        let struct (numSeeds, numQuestions) = shapeOf first

        if shapeOf second <> struct (numSeeds, numQuestions) then
            invalidArg (nameof second) "Methods can be compared on the same seeds and questions only."

        let differences = Array.map2 (Array.map2 (fun a b -> b - a)) first second
        let difference = meanOf differences

        let bounds =
            if hasSpread differences then
                ofResampled (resample numResamples seed [| differences |] |> Array.head) difference
            else
                withoutSpread numQuestions difference

        { NumSeeds = numSeeds
          NumQuestions = numQuestions
          First = meanOf first
          Second = meanOf second
          Difference = difference
          Low = bounds.Low
          High = bounds.High
          LowerBound = bounds.LowerBound
          UpperBound = bounds.UpperBound
          PValue = bounds.PValue
          Margin = margin
          OverSeeds = StudentT.ofMean (differences |> Array.map Array.average) }

    /// Compares two methods, each right[seed][question] in the same order of seeds and questions. Both see the same draws, so that what
    /// makes a question hard or a seed's data easy cancels.
    let difference (seed: uint64) (margin: float) (first: float[][]) (second: float[][]) : MethodDifference =
        differenceWith Bootstrap.NumResamples seed margin first second
