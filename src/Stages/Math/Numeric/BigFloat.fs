namespace Cppo.Stages.Math.Numeric

open System
open System.Numerics
open Cppo.Stages.Math.Expressions

/// A binary floating-point number of `BigFloat.precision` bits: mantissa * 2^exponent. Relative error of an operation about
/// 2^-precision, of an elementary function about 2^(8 - precision).
[<Struct>]
type internal BigFloat = { Mantissa: BigInteger; Exponent: int }

module internal BigFloat =
    [<Literal>]
    let precision = 224

    /// Fraction bits of the fixed-point numbers within the elementary functions.
    [<Literal>]
    let private fixedBits = 256

    let private bits (value: BigInteger) =
        int ((if value.Sign < 0 then -value else value).GetBitLength())

    let private rounded (mantissa: BigInteger) (exponent: int) : BigFloat =
        if mantissa.IsZero then
            { Mantissa = BigInteger.Zero
              Exponent = 0 }
        else
            let excess = bits mantissa - precision

            if abs exponent > 100_000_000 then
                raise (BudgetExceeded "a number too large or too small to evaluate")

            if excess > 0 then
                { Mantissa = mantissa >>> excess
                  Exponent = exponent + excess }
            else
                { Mantissa = mantissa
                  Exponent = exponent }

    let zero =
        { Mantissa = BigInteger.Zero
          Exponent = 0 }

    let ofBigInteger (value: BigInteger) = rounded value 0
    let ofInt (value: int) = rounded (BigInteger value) 0
    let one = ofInt 1
    let isZero (value: BigFloat) = value.Mantissa.IsZero
    let sign (value: BigFloat) = value.Mantissa.Sign

    let negate (value: BigFloat) =
        { value with
            Mantissa = -value.Mantissa }

    let abs' (value: BigFloat) =
        if sign value < 0 then negate value else value

    /// floor(log2 |value|) + 1; very small for 0.
    let magnitude (value: BigFloat) =
        if isZero value then
            -1_000_000_000
        else
            value.Exponent + bits value.Mantissa

    let add (a: BigFloat) (b: BigFloat) =
        if isZero a then
            b
        elif isZero b then
            a
        else
            let gap = magnitude a - magnitude b

            if gap > precision + 8 then
                a
            elif gap < -precision - 8 then
                b
            else
                let exponent = min a.Exponent b.Exponent

                rounded
                    ((a.Mantissa <<< (a.Exponent - exponent))
                     + (b.Mantissa <<< (b.Exponent - exponent)))
                    exponent

    let subtract (a: BigFloat) (b: BigFloat) = add a (negate b)

    let multiply (a: BigFloat) (b: BigFloat) =
        rounded (a.Mantissa * b.Mantissa) (a.Exponent + b.Exponent)

    let divide (a: BigFloat) (b: BigFloat) =
        if isZero b then
            raise (Undefined "division by zero")

        let shift = max 0 (precision + 2 + bits b.Mantissa - bits a.Mantissa)
        rounded ((a.Mantissa <<< shift) / b.Mantissa) (a.Exponent - b.Exponent - shift)

    let ofRational (value: Rational) =
        if value.Denominator.IsOne then
            ofBigInteger value.Numerator
        else
            divide (ofBigInteger value.Numerator) (ofBigInteger value.Denominator)

    let compare (a: BigFloat) (b: BigFloat) = sign (subtract a b)

    /// value * 2^shift.
    let scale (shift: int) (value: BigFloat) =
        rounded value.Mantissa (value.Exponent + shift)

    /// The nearest double, for starting values; infinite or 0 beyond its range.
    let toFloat (value: BigFloat) : float =
        let excess = bits value.Mantissa - 60

        let mantissa =
            if excess > 0 then
                float (value.Mantissa >>> excess)
            else
                float value.Mantissa

        Math.ScaleB(mantissa, (max 0 excess) + value.Exponent)

    let ofFloat (value: float) : BigFloat =
        let exponent = Math.ILogB value - 60

        if value = 0.0 then
            zero
        else
            rounded (BigInteger(Math.ScaleB(value, -exponent))) exponent

    let sqrt (value: BigFloat) : BigFloat =
        if isZero value then
            zero
        else
            let shift =
                let raw = 2 * precision + 4 - bits value.Mantissa
                if (value.Exponent - raw) % 2 = 0 then raw else raw + 1

            let scaled =
                if shift >= 0 then
                    value.Mantissa <<< shift
                else
                    value.Mantissa >>> -shift

            let mutable root = BigInteger.One <<< ((bits scaled + 1) / 2)
            let mutable next = (root + scaled / root) >>> 1

            while next < root do
                root <- next
                next <- (root + scaled / root) >>> 1

            rounded root ((value.Exponent - shift) / 2)

    let private toFixed (value: BigFloat) : BigInteger =
        let shift = value.Exponent + fixedBits

        if shift >= 0 then
            value.Mantissa <<< shift
        else
            value.Mantissa >>> -shift

    let private ofFixed (value: BigInteger) = rounded value -fixedBits

    let private fixedOne = BigInteger.One <<< fixedBits

    /// atan(1/n) in fixed point with extra bits.
    let private arctanInverse (n: int) (extra: int) =
        let mutable term = (fixedOne <<< extra) / BigInteger n
        let mutable sum = term
        let mutable k = 1

        while not term.IsZero do
            term <- -(term / BigInteger(n * n))
            k <- k + 2
            sum <- sum + term / BigInteger k

        sum

    /// Machin's formula.
    let pi =
        rounded ((arctanInverse 5 16 * BigInteger 16) - (arctanInverse 239 16 * BigInteger 4)) (-fixedBits - 16)

    /// 2 atanh(1/3).
    let private ln2 =
        let mutable term = (fixedOne <<< 16) * BigInteger 2 / BigInteger 3
        let mutable sum = term
        let mutable k = 1

        while not term.IsZero do
            term <- term / BigInteger 9
            k <- k + 2
            sum <- sum + term / BigInteger k

        rounded sum (-fixedBits - 16)

    /// The integer nearest to a value of at most 2^60.
    let private nearest (value: BigFloat) : BigInteger =
        let shifted = add value (scale -1 one)

        if shifted.Exponent >= 0 then
            shifted.Mantissa <<< shifted.Exponent
        else
            shifted.Mantissa >>> -shifted.Exponent

    let floor (value: BigFloat) : BigInteger =
        if magnitude value > 4096 then
            raise (BudgetExceeded "the integer part of a number too large")

        if value.Exponent >= 0 then
            value.Mantissa <<< value.Exponent
        else
            value.Mantissa >>> -value.Exponent

    let private limited (most: int) (value: BigFloat) =
        if magnitude value > most then
            raise (BudgetExceeded "an argument too large to evaluate")

    let exp (value: BigFloat) : BigFloat =
        limited 24 value
        let times = nearest (divide value ln2)
        let rest = subtract value (multiply (ofBigInteger times) ln2)
        let x = toFixed (scale -8 rest)
        let mutable term = fixedOne
        let mutable sum = fixedOne
        let mutable k = 1

        while not (BigInteger.Abs term).IsOne && not term.IsZero do
            term <- ((term * x) >>> fixedBits) / BigInteger k
            sum <- sum + term
            k <- k + 1

        let mutable result = ofFixed sum

        for _ in 1..8 do
            result <- multiply result result

        scale (int times) result

    /// Sine and cosine.
    let sinCos (value: BigFloat) : struct (BigFloat * BigFloat) =
        limited 48 value
        let quarter = scale -1 pi
        let turns = nearest (divide value quarter)
        let x = toFixed (subtract value (multiply (ofBigInteger turns) quarter))
        let square = (x * x) >>> fixedBits

        let series (first: BigInteger) (start: int) =
            let mutable term = first
            let mutable sum = first
            let mutable k = start

            while not (BigInteger.Abs term).IsOne && not term.IsZero do
                term <- -(((term * square) >>> fixedBits) / BigInteger(k * (k + 1)))
                sum <- sum + term
                k <- k + 2

            ofFixed sum

        let sine = series x 2
        let cosine = series fixedOne 1

        match int ((turns % BigInteger 4 + BigInteger 4) % BigInteger 4) with
        | 0 -> struct (sine, cosine)
        | 1 -> struct (cosine, negate sine)
        | 2 -> struct (negate sine, negate cosine)
        | _ -> struct (negate cosine, sine)

    /// Natural logarithm of a positive value, by Halley's iteration from the double's.
    let ln (value: BigFloat) : BigFloat =
        if sign value <= 0 then
            raise (Undefined "the logarithm of zero")

        let exponent = magnitude value
        let mantissa = scale -exponent value
        let mutable y = ofFloat (Math.Log(toFloat mantissa))

        for _ in 1..2 do
            let e = exp y
            y <- add y (scale 1 (divide (subtract mantissa e) (add mantissa e)))

        add y (multiply (ofInt exponent) ln2)

    /// The angle of a point, -pi .. pi.
    let atan2 (y: BigFloat) (x: BigFloat) : BigFloat =
        if isZero y then
            if sign x >= 0 then zero else pi
        else
            let radius = sqrt (add (multiply x x) (multiply y y))
            let sine = divide y radius
            let cosine = divide x radius
            let mutable angle = ofFloat (Math.Atan2(toFloat sine, toFloat cosine))

            for _ in 1..3 do
                // sin(true angle - angle), which is the error up to its third power
                let struct (s, c) = sinCos angle
                angle <- add angle (subtract (multiply sine c) (multiply cosine s))

            angle
