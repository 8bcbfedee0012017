namespace Cppo.Stages.Math.Expressions

open System
open System.Numerics

/// An exact fraction in lowest terms with a positive denominator. Numerator and denominator have at most
/// `Rational.maxBits` bits; operations that would exceed them raise `BudgetExceeded`.
[<Struct>]
type internal Rational =
    { Numerator: BigInteger
      Denominator: BigInteger }

module internal Rational =
    [<Literal>]
    let maxBits = 4096

    let private bits (value: BigInteger) = int (value.GetBitLength())

    let private limited (numerator: BigInteger) (denominator: BigInteger) =
        if bits numerator > maxBits || bits denominator > maxBits then
            raise (BudgetExceeded $"a number of more than {maxBits} bits")

        { Numerator = numerator
          Denominator = denominator }

    /// The fraction in lowest terms; raises `Undefined` where the denominator is 0.
    let create (budget: Budget) (numerator: BigInteger) (denominator: BigInteger) : Rational =
        if denominator.IsOne then
            budget.Spend 1
            limited numerator denominator
        elif denominator.IsZero then
            raise (Undefined "division by zero")
        else
            let size = (bits numerator + bits denominator) / 256
            budget.Spend(1 + size * size / 4)
            let divisor = BigInteger.GreatestCommonDivisor(numerator, denominator)

            let divisor = if denominator.Sign < 0 then -divisor else divisor

            limited (numerator / divisor) (denominator / divisor)

    let ofBigInteger (value: BigInteger) : Rational = limited value BigInteger.One

    let ofInt (value: int) : Rational =
        { Numerator = BigInteger value
          Denominator = BigInteger.One }

    let zero = ofInt 0
    let one = ofInt 1
    let minusOne = ofInt -1

    let half =
        { Numerator = BigInteger.One
          Denominator = BigInteger 2 }

    let isInteger (value: Rational) = value.Denominator.IsOne
    let isZero (value: Rational) = value.Numerator.IsZero
    let sign (value: Rational) = value.Numerator.Sign

    let negate (value: Rational) : Rational =
        { value with
            Numerator = -value.Numerator }

    let add (budget: Budget) (a: Rational) (b: Rational) : Rational =
        create budget (a.Numerator * b.Denominator + b.Numerator * a.Denominator) (a.Denominator * b.Denominator)

    let subtract (budget: Budget) (a: Rational) (b: Rational) : Rational = add budget a (negate b)

    let multiply (budget: Budget) (a: Rational) (b: Rational) : Rational =
        create budget (a.Numerator * b.Numerator) (a.Denominator * b.Denominator)

    let divide (budget: Budget) (a: Rational) (b: Rational) : Rational =
        create budget (a.Numerator * b.Denominator) (a.Denominator * b.Numerator)

    /// An integer power; raises `BudgetExceeded` before it would grow too large.
    let power (budget: Budget) (value: Rational) (exponent: int) : Rational =
        let size = max (bits value.Numerator) (bits value.Denominator)

        if size > 1 && int64 (size - 1) * int64 (abs exponent) > int64 maxBits then
            raise (BudgetExceeded $"a number of more than {maxBits} bits")

        budget.Spend 10
        let times = abs exponent
        let numerator = BigInteger.Pow(value.Numerator, times)
        let denominator = BigInteger.Pow(value.Denominator, times)

        if exponent >= 0 then
            limited numerator denominator
        else
            create budget denominator numerator

    let compare (a: Rational) (b: Rational) : int =
        BigInteger.Compare(a.Numerator * b.Denominator, b.Numerator * a.Denominator)

    /// Half to even, at a number of decimals; the result is scaled by 10^decimals.
    let roundScaled (decimals: int) (value: Rational) : BigInteger =
        let scaled = value.Numerator * BigInteger.Pow(BigInteger 10, decimals)
        let mutable rest = BigInteger.Zero
        let quotient = BigInteger.DivRem(scaled, value.Denominator, &rest)
        let twice = BigInteger.Abs rest * BigInteger 2

        match BigInteger.Compare(twice, value.Denominator) with
        | 0 when quotient.IsEven -> quotient
        | order when order < 0 -> quotient
        | _ -> quotient + BigInteger value.Numerator.Sign

    /// The int of a small integer.
    let tryInt (value: Rational) : int voption =
        if value.Denominator.IsOne && bits value.Numerator < 31 then
            ValueSome(int value.Numerator)
        else
            ValueNone

    let toText (value: Rational) : string =
        if value.Denominator.IsOne then
            value.Numerator.ToString(Globalization.CultureInfo.InvariantCulture)
        else
            $"{value.Numerator}/{value.Denominator}"
