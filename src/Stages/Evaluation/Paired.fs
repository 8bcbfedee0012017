namespace Cppo.Stages.Evaluation

open System

/// How the second of two models does on the questions that both answered.
type PairedComparison =
    {
        /// The questions that both answered.
        NumQuestions: int
        /// Mean over questions of the first model's share of right samples.
        First: float
        /// The same of the second model.
        Second: float
        /// Second minus first, -1 .. 1, with its 95 % interval.
        Difference: float
        /// The interval's lower end.
        Low: float
        /// The interval's upper end.
        High: float
        /// Questions on which the second has the larger share of right samples.
        NumWon: int
        /// Questions on which the first has the larger share.
        NumLost: int
        /// Questions on which both have the same share.
        NumTied: int
        /// McNemar's exact two-sided p.
        PValue: float
    }

/// Two models on the same questions.
module Paired =

    /// McNemar's exact two-sided p: twice the probability of at most min(won, lost) heads in won + lost throws of a fair coin, at
    /// most 1. Example: 1 won, 9 lost -> 22/1024 = 0.0215.
    let mcNemar (numWon: int) (numLost: int) : float =
        let throws = numWon + numLost
        // ln C(throws, i), and the sum of the probabilities, term by term.
        let mutable logWays = 0.0
        let mutable tail = 0.0

        for heads in 0 .. min numWon numLost do
            if heads > 0 then
                logWays <- logWays + log (float (throws - heads + 1)) - log (float heads)

            tail <- tail + exp (logWays - float throws * log 2.0)

        min 1.0 (2.0 * tail)

    /// Where all differences are equal, resampling gives an interval of no width; then as many further questions may differ as
    /// Wilson's bound allows for an event that was seen in none of n.
    let internal unseen (difference: float) (numQuestions: int) : struct (float * float) =
        let bound = (Intervals.wilson 0 numQuestions).High
        struct (max -1.0 (difference - bound), min 1.0 (difference + bound))

    /// Compares the shares of right samples, one a question in the same order. The interval is a bootstrap over questions that draws
    /// each question for both models together. With several samples a question, p is that of the sign test over questions.
    let compare (seed: uint64) (first: float[]) (second: float[]) : PairedComparison =
        if first.Length <> second.Length then
            invalidArg (nameof second) $"{second.Length} questions cannot be paired with {first.Length}."

        if first.Length = 0 then
            invalidArg (nameof first) "There is no question to compare on."

        let differences = Array.map2 (fun a b -> b - a) first second
        let difference = Array.average differences

        let struct (low, high) =
            if differences |> Array.forall (fun value -> value = differences[0]) then
                unseen difference differences.Length
            else
                Bootstrap.resampledMeans seed [| differences |]
                |> Array.head
                |> Bootstrap.middle95

        let count (sign: int) =
            (differences |> Array.filter (fun value -> Math.Sign value = sign)).Length

        { NumQuestions = differences.Length
          First = Array.average first
          Second = Array.average second
          Difference = difference
          Low = min low difference
          High = max high difference
          NumWon = count 1
          NumLost = count -1
          NumTied = count 0
          PValue = mcNemar (count 1) (count -1) }
