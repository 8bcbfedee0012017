namespace Cppo.Stages.Evaluation

open System

/// A mean of few values with Student's two-sided 95 % interval and its test against 0.
type MeanInterval =
    {
        /// Of the values.
        Mean: float
        /// Infinite where there is one value only: nothing is known of its spread.
        Low: float
        /// See `Low`.
        High: float
        /// How many values there are, at least 1.
        NumValues: int
        /// Two-sided p of the mean being 0; 1 where there is one value only.
        PValue: float
    }

/// Student's t distribution, and intervals of means over seeds.
module StudentT =

    /// ln Gamma(x) for x > 0, by Lanczos' sum with g = 7 and nine terms; relative error about 1e-14.
    let private logGamma: float -> float =
        let terms =
            [| 676.5203681218851
               -1259.1392167224028
               771.32342877765313
               -176.61502916214059
               12.507343278686905
               -0.13857109526572012
               9.9843695780195716e-6
               1.5056327351493116e-7 |]

        let rec ofPositive (x: float) =
            if x < 0.5 then
                // Euler's reflection brings the argument to where the sum is exact.
                log (Math.PI / sin (Math.PI * x)) - ofPositive (1.0 - x)
            else
                let x = x - 1.0
                let t = x + 7.5

                let sum =
                    Array.fold2
                        (fun sum term place -> sum + term / (x + place))
                        0.99999999999980993
                        terms
                        (Array.init terms.Length (fun at -> float (at + 1)))

                0.5 * log (2.0 * Math.PI) + (x + 0.5) * log t - t + log sum

        ofPositive

    /// The continued fraction of the incomplete beta function, by Lentz's method.
    let private betaFraction (a: float) (b: float) (x: float) : float =
        let apart (value: float) =
            if abs value < 1e-300 then 1e-300 else value

        let mutable c = 1.0
        let mutable d = 1.0 / apart (1.0 - (a + b) * x / (a + 1.0))
        let mutable fraction = d
        let mutable m = 1.0
        let mutable change = 0.0

        while abs (change - 1.0) > 1e-16 && m <= 500.0 do
            let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))

            let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))

            d <- 1.0 / apart (1.0 + even * d)
            c <- apart (1.0 + even / c)
            fraction <- fraction * d * c
            d <- 1.0 / apart (1.0 + odd * d)
            c <- apart (1.0 + odd / c)
            change <- d * c
            fraction <- fraction * change
            m <- m + 1.0

        fraction

    /// I_x(a, b), the regularised incomplete beta function, for a, b > 0 and x in 0 .. 1. Example: I_x(1, 1) = x.
    let incompleteBeta (a: float) (b: float) (x: float) : float =
        if x <= 0.0 then
            0.0
        elif x >= 1.0 then
            1.0
        else
            let scale =
                exp (logGamma (a + b) - logGamma a - logGamma b + a * log x + b * log (1.0 - x))

            // Each of the two forms converges fast on its side of the mean.
            if x < (a + 1.0) / (a + b + 2.0) then
                scale * betaFraction a b x / a
            else
                1.0 - scale * betaFraction b a (1.0 - x) / b

    /// The probability of more than |t| on either side with `degrees` of freedom: I_{d / (d + t^2)}(d / 2, 1 / 2).
    /// Example: t = 2.776445, 4 degrees -> 0.05.
    let twoSidedP (degrees: float) (t: float) : float =
        if Double.IsNaN t then
            nan
        else
            incompleteBeta (degrees / 2.0) 0.5 (degrees / (degrees + t * t))

    /// The t below which a share `p` of the distribution lies, 0 < p < 1, degrees > 0. Example: p 0.975, 2 degrees -> 4.302653.
    let rec quantile (degrees: float) (p: float) : float =
        if not (p > 0.0 && p < 1.0 && degrees > 0.0) then
            invalidArg (nameof p) $"There is no quantile {p} of Student's t with {degrees} degrees of freedom."
        elif p < 0.5 then
            -(quantile degrees (1.0 - p))
        else
            let beyond t = 0.5 * twoSidedP degrees t
            let mutable low, high = 0.0, 1.0

            while beyond high > 1.0 - p && high < 1e300 do
                high <- high * 2.0

            for _ in 1..200 do
                let middle = 0.5 * (low + high)

                if beyond middle > 1.0 - p then
                    low <- middle
                else
                    high <- middle

            0.5 * (low + high)

    /// The mean of n values, mean -+ t(0.975, n - 1) s / sqrt n, s with n - 1. Right at any n where the values are normally distributed,
    /// which means over hundreds of questions nearly are. With 3 values t is 4.30, so the interval is honest and wide. Values without
    /// spread give an interval of no width. Raises ArgumentException where there is none.
    let ofMean (values: float[]) : MeanInterval =
        if values.Length = 0 then
            invalidArg (nameof values) "There is no value to take the mean of."

        let n = float values.Length
        let mean = Array.average values

        if values.Length = 1 then
            { Mean = mean
              Low = -infinity
              High = infinity
              NumValues = 1
              PValue = 1.0 }
        else
            let isSpread = values |> Array.exists (fun value -> value <> values[0])

            let error =
                if isSpread then
                    let squares = values |> Array.sumBy (fun value -> (value - mean) * (value - mean))
                    sqrt (squares / (n - 1.0) / n)
                else
                    0.0

            let halfWidth = quantile (n - 1.0) 0.975 * error

            { Mean = mean
              Low = mean - halfWidth
              High = mean + halfWidth
              NumValues = values.Length
              PValue =
                if error > 0.0 then twoSidedP (n - 1.0) (mean / error)
                elif mean = 0.0 then 1.0
                else 0.0 }

    /// The one-sided 95 % bounds of a mean, from its two-sided ones; infinite where there is one value only.
    let oneSided (mean: MeanInterval) : struct (float * float) =
        if mean.NumValues < 2 then
            struct (-infinity, infinity)
        else
            let degrees = float (mean.NumValues - 1)
            let share = quantile degrees 0.95 / quantile degrees 0.975
            struct (mean.Mean - (mean.Mean - mean.Low) * share, mean.Mean + (mean.High - mean.Mean) * share)

    /// The mean of second minus first of the same seeds, with n - 1 degrees of freedom.
    let ofPairs (first: float[]) (second: float[]) : MeanInterval =
        if first.Length <> second.Length then
            invalidArg (nameof second) $"{second.Length} values cannot be paired with {first.Length}."

        ofMean (Array.map2 (fun a b -> b - a) first second)

    /// The geometric mean of numerator / denominator of the same seeds, from `ofPairs` of the logarithms; `PValue` is that of a ratio of 1.
    /// For times and what else multiplies. All values must be above 0.
    let ofRatios (denominators: float[]) (numerators: float[]) : MeanInterval =
        if Seq.exists (fun value -> not (value > 0.0)) (Seq.append denominators numerators) then
            invalidArg (nameof numerators) "A ratio's parts must be above 0."

        let logs = ofPairs (Array.map log denominators) (Array.map log numerators)

        { logs with
            Mean = exp logs.Mean
            Low = exp logs.Low
            High = exp logs.High }
