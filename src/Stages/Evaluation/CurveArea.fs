namespace Cppo.Stages.Evaluation

open System

/// Two curves over the range of x that both have.
type CurveComparison =
    {
        /// Where the common range begins.
        From: float
        /// Where the common range ends.
        To: float
        /// The first curve's area over the range, divided by its width: a mean height.
        First: float
        /// The same of the second curve.
        Second: float
    }

/// The area under a curve of points (x, y) joined by straight lines, as a mean height. Of two rewards that rise to the same height, the one
/// that rises sooner has the larger area.
module CurveArea =

    let private check (points: struct (float * float)[]) =
        let isFinite (struct (x, y)) = Double.IsFinite x && Double.IsFinite y

        let isAscending =
            points
            |> Array.pairwise
            |> Array.forall (fun (struct (x, _), struct (next, _)) -> x < next)

        if not (Array.forall isFinite points && isAscending) then
            invalidArg (nameof points) "A curve's points are finite, and their x ascend."

    /// y at x, on the line between the neighbours.
    let private heightAt (points: struct (float * float)[]) (x: float) : float =
        let after = points |> Array.findIndex (fun (struct (at, _)) -> at >= x)
        let struct (right, high) = points[after]

        if right = x then
            high
        else
            let struct (left, low) = points[after - 1]
            low + (high - low) * (x - left) / (right - left)

    /// The mean height between two x within the curve's range, by the trapezoid rule; the curve is cut there. x is whatever the caller
    /// compares by: updates, completions, seconds. Example: (0, 0), (2, 2) from 0 to 1 -> 0.5.
    let meanHeight (from: float) (upTo: float) (points: struct (float * float)[]) : float =
        check points

        let isWithin =
            points.Length > 1
            && (let struct (first, _) = points[0]
                let struct (last, _) = points[points.Length - 1]
                first <= from && from < upTo && upTo <= last)

        if not isWithin then
            invalidArg (nameof points) $"The curve has no stretch from {from} to {upTo}."

        let inside = points |> Array.filter (fun (struct (x, _)) -> x > from && x < upTo)

        let cut =
            [| struct (from, heightAt points from)
               yield! inside
               struct (upTo, heightAt points upTo) |]

        let area =
            cut
            |> Array.pairwise
            |> Array.sumBy (fun (struct (left, low), struct (right, high)) -> (right - left) * (low + high) / 2.0)

        area / (upTo - from)

    /// Both curves cut to the range of x that both have; none where that has no width.
    let compare (first: struct (float * float)[]) (second: struct (float * float)[]) : CurveComparison voption =
        check first
        check second

        if first.Length = 0 || second.Length = 0 then
            ValueNone
        else
            let ends (points: struct (float * float)[]) =
                let struct (left, _) = points[0]
                let struct (right, _) = points[points.Length - 1]
                struct (left, right)

            let struct (firstLeft, firstRight) = ends first
            let struct (secondLeft, secondRight) = ends second
            let from, upTo = max firstLeft secondLeft, min firstRight secondRight

            if from < upTo then
                ValueSome
                    { From = from
                      To = upTo
                      First = meanHeight from upTo first
                      Second = meanHeight from upTo second }
            else
                ValueNone
