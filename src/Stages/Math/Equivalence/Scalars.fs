/// Equality of two values: exactly where that can be, else at seeded random points to about 36 digits.
module internal Cppo.Stages.Math.Equivalence.Scalars

open System
open System.Numerics
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Exact
open Cppo.Stages.Math.Numeric

/// What equality depends on, apart from the answers.
type Context =
    {
        Budget: Budget
        /// Decimals to which a number written with a decimal point is compared.
        FloatRounding: int
        /// Digits to which values are compared that no exact form decides, if fewer than the standard.
        NumericPrecision: int
        AllowSetRelation: bool
    }

/// Whether they are equal, and by which rule.
type Outcome = (struct (bool * string))

let yes (reason: string) : Outcome = struct (true, reason)
let no (reason: string) : Outcome = struct (false, reason)

[<Literal>]
let private agreementBits = 120

let private hasDecimal (expression: Expression) =
    Expression.exists
        (function
        | Number(_, isDecimal) -> isDecimal
        | _ -> false)
        expression

let private hasSymbol (expression: Expression) =
    Expression.exists
        (function
        | Symbol _
        | Words _ -> true
        | _ -> false)
        expression

/// Rounds alike; where both are small against the decimals, they must also agree within a hundredth.
let private roundsAlike (context: Context) (a: Rational) (b: Rational) =
    let isSmall (value: Rational) =
        BigInteger.Abs value.Numerator * BigInteger 1000 < value.Denominator

    let areClose () =
        let difference = Rational.subtract context.Budget a b

        let larger =
            if
                isSmall a
                && Rational.compare (Rational.multiply context.Budget a a) (Rational.multiply context.Budget b b)
                   >= 0
            then
                a
            else
                b

        BigInteger.Abs difference.Numerator
        * BigInteger.Abs larger.Denominator
        * BigInteger 100
        <= BigInteger.Abs larger.Numerator * difference.Denominator

    let decimals = max 0 (min 100 context.FloatRounding)

    Rational.roundScaled decimals a = Rational.roundScaled decimals b
    && (not (isSmall a && isSmall b) || areClose ())

let private rationals (context: Context) (isRounded: bool) (a: Rational) (b: Rational) : Outcome =
    if a = b then
        yes "the same number"
    elif isRounded && roundsAlike context a b then
        yes $"the same number to {context.FloatRounding} decimals"
    else
        no "different numbers"

/// A high-precision number as a fraction; 0 where it is below 2^-2000.
let private rationalOf (context: Context) (value: BigFloat) : Rational =
    if value.Exponent >= 0 then
        if value.Exponent > 3000 then
            raise (BudgetExceeded "a number too large to round")

        Rational.ofBigInteger (value.Mantissa <<< value.Exponent)
    elif value.Exponent < -3000 then
        Rational.zero
    else
        Rational.create context.Budget value.Mantissa (BigInteger.One <<< -value.Exponent)

let private agree (bits: int) (a: ComplexFloat) (b: ComplexFloat) =
    let difference = BigFloat.magnitude (ComplexFloat.abs' (ComplexFloat.subtract a b))

    let size =
        max (BigFloat.magnitude (ComplexFloat.abs' a)) (BigFloat.magnitude (ComplexFloat.abs' b))

    difference <= size - bits || size < -150

let private bitsOf (context: Context) (isRounded: bool) =
    let digits =
        if isRounded then
            context.FloatRounding
        else
            context.NumericPrecision

    if digits < 15 then
        max 4 (int (float digits * 3.3219))
    else
        agreementBits

/// Whether a value is real up to rounding.
let private isReal (value: ComplexFloat) =
    BigFloat.isZero value.Im
    || BigFloat.magnitude value.Im <= BigFloat.magnitude value.Re - agreementBits

let private tryWith (context: Context) (symbol: string -> ComplexFloat) (expression: Expression) : ComplexFloat voption =
    try
        ValueSome(Evaluate.at context.Budget symbol expression)
    with Undefined _ ->
        ValueNone

let private tryAt (context: Context) (point: int) = tryWith context (Points.symbolAt point)

/// Whether it holds a function that is defined for whole numbers only.
let private isOfWholeNumbers (expression: Expression) =
    Expression.exists
        (function
        | Call(("factorial" | "binomial" | "sum" | "prod" | "gcd" | "lcm" | "mod"), _) -> true
        | _ -> false)
        expression

let private constants (context: Context) (isRounded: bool) (a: Expression) (b: Expression) : Outcome =
    match tryAt context 0 a, tryAt context 0 b with
    | ValueSome x, ValueSome y when isRounded ->
        let rounded (x: BigFloat) (y: BigFloat) =
            roundsAlike context (rationalOf context x) (rationalOf context y)

        if rounded x.Re y.Re && (isReal x && isReal y || rounded x.Im y.Im) then
            yes $"the same value to {context.FloatRounding} decimals"
        else
            no "different values"
    | ValueSome x, ValueSome y ->
        if agree (bitsOf context false) x y then
            yes "the same value to 36 digits"
        else
            no "different values"
    | ValueNone, ValueNone -> raise (Undefined "neither side has a value")
    | _ -> no "one side has no value"

let private numPoints = 6

/// Compares at random points. Where both are real they must agree; complex values count where nothing is real.
let private functions (context: Context) (isRounded: bool) (a: Expression) (b: Expression) : Outcome =
    let bits = bitsOf context isRounded

    let symbolAt =
        if isOfWholeNumbers a || isOfWholeNumbers b then
            Points.wholeAt
        else
            Points.symbolAt

    let mutable numReal = 0
    let mutable numComplex = 0
    let mutable isRefuted = false
    let mutable isComplexRefuted = false
    let mutable point = 0

    while point < numPoints && not isRefuted do
        match tryWith context (symbolAt point) a, tryWith context (symbolAt point) b with
        | ValueSome x, ValueSome y ->
            let isSame = agree bits x y

            if isReal x && isReal y then
                numReal <- numReal + 1
                isRefuted <- not isSame
            else
                numComplex <- numComplex + 1
                isComplexRefuted <- isComplexRefuted || not isSame
        | _ -> ()

        point <- point + 1

    if isRefuted then
        no "different at a random point"
    elif numReal + numComplex = 0 then
        raise (Undefined "no value at any random point")
    elif isComplexRefuted && numReal < 2 then
        no "different at a random point"
    else
        yes $"the same at {numReal + numComplex} random points"

let private infinite (a: Expression) (b: Expression) : Outcome =
    let isNegative (expression: Expression) =
        match expression with
        | Product(Number(value, _) :: _) -> Rational.sign value < 0
        | _ -> false

    if
        Expression.isInfinite a
        && Expression.isInfinite b
        && isNegative a = isNegative b
    then
        yes "both infinite"
    else
        no "one side is infinite"

let private exactly (context: Context) (a: Expression) (b: Expression) : bool voption =
    try
        context.Budget.Within(3000, (fun share -> Exact.equal share a b))
    with BudgetExceeded _ ->
        ValueNone

let private tryRational (context: Context) (expression: Expression) : Rational voption =
    match expression with
    | Number(value, _) -> ValueSome value
    | _ when hasSymbol expression -> ValueNone
    | _ ->
        try
            context.Budget.Within(3000, (fun share -> Exact.tryRational share expression))
        with BudgetExceeded _ ->
            ValueNone

/// Whether two values without comparisons, lists and sets are equal.
let rec equal (context: Context) (a: Expression) (b: Expression) : Outcome =
    if Expression.isInfinite a || Expression.isInfinite b then
        infinite a b
    else
        let isRounded = hasDecimal a || hasDecimal b

        match tryRational context a, tryRational context b with
        | ValueSome x, ValueSome y -> rationals context isRounded x y
        | _ ->
            match exactly context a b with
            | ValueSome true -> yes "the same exact form"
            | ValueSome false when not isRounded -> no "different exact forms"
            | _ when hasSymbol a || hasSymbol b -> functions context isRounded a b
            | _ -> constants context isRounded a b

/// Whether one value may be stated as an approximation of the other: they differ by a twentieth at most.
let approximates (context: Context) (a: Expression) (b: Expression) : bool =
    match tryAt context 0 a, tryAt context 0 b with
    | ValueSome x, ValueSome y ->
        let difference = ComplexFloat.abs' (ComplexFloat.subtract x y)

        BigFloat.compare (BigFloat.multiply difference (BigFloat.ofInt 20)) (ComplexFloat.abs' x)
        <= 0
    | _ -> false

/// Whether two values are proportional with a constant factor, and the sign of the factor (0 where it is not real).
let proportional (context: Context) (a: Expression) (b: Expression) : int voption =
    let ratios =
        [ for point in 0 .. numPoints - 1 do
              match tryAt context point a, tryAt context point b with
              | ValueSome x, ValueSome y ->
                  if ComplexFloat.isZero y then
                      if not (ComplexFloat.isZero x) then
                          ValueNone
                  else
                      ValueSome(ComplexFloat.divide x y)
              | _ -> () ]

    match ratios with
    | ValueSome first :: rest when
        not (ComplexFloat.isZero first)
        && (rest.Length >= 2 || not (hasSymbol a || hasSymbol b))
        && rest
           |> List.forall (function
               | ValueSome ratio -> agree agreementBits first ratio
               | ValueNone -> false)
        ->
        ValueSome(if isReal first then BigFloat.sign first.Re else 0)
    | _ -> ValueNone
