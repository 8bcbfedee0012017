/// Functions of whole numbers.
module internal Cppo.Stages.Math.Numeric.WholeNumbers

open System.Numerics
open Cppo.Stages.Math.Expressions

/// n! for n up to 400.
let factorial (budget: Budget) (value: Rational) =
    match Rational.tryInt value with
    | ValueSome n when n >= 0 && n <= 400 ->
        budget.Spend n
        Seq.fold (fun product k -> product * BigInteger(k: int)) BigInteger.One (seq { 2..n })
    | ValueSome n when n < 0 -> raise (Undefined "the factorial of a negative number")
    | _ -> raise (BudgetExceeded "the factorial of a number too large or not whole")

/// A binomial coefficient of a number up to 2000.
let binomial (budget: Budget) (n: Rational) (k: Rational) =
    match Rational.tryInt n, Rational.tryInt k with
    | ValueSome n, ValueSome k when n >= 0 && n <= 2000 && k >= 0 ->
        let k = min k (n - k)
        budget.Spend(2 * max 0 k)
        let mutable result = if k < 0 then BigInteger.Zero else BigInteger.One

        for i in 1..k do
            result <- result * BigInteger(n - k + i) / BigInteger i

        result
    | _ -> raise (BudgetExceeded "a binomial coefficient too large or not of whole numbers")
