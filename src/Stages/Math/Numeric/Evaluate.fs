/// Numeric values of expressions at a point, to about 60 digits.
module internal Cppo.Stages.Math.Numeric.Evaluate

open System
open System.Numerics
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Exact
open Cppo.Stages.Math.Numeric.Points
open Cppo.Stages.Math.Numeric.WholeNumbers

/// An unknown function: the same smooth function for the same name.
let private unknown (name: string) (arguments: ComplexFloat list) : ComplexFloat =
    arguments
    |> List.indexed
    |> List.fold
        (fun sum (place, argument) ->
            let coefficient power =
                ComplexFloat.real (drawn $"{name}/{place}/{power}" 0)

            let square = ComplexFloat.multiply argument argument

            [ ComplexFloat.multiply (coefficient 1) argument
              ComplexFloat.multiply (coefficient 2) square
              ComplexFloat.multiply (coefficient 3) (ComplexFloat.multiply square argument) ]
            |> List.fold ComplexFloat.add sum)
        (ComplexFloat.real (drawn name 0))

let private integerOf (value: ComplexFloat) =
    if not (ComplexFloat.isReal value) then
        raise (Undefined "the integer part of a complex number")

    BigFloat.floor value.Re

let private extreme (sign: int) (values: ComplexFloat list) =
    if not (List.forall ComplexFloat.isReal values) then
        raise (Undefined "an order of complex numbers")

    values
    |> List.reduce (fun a b -> if BigFloat.compare a.Re b.Re * sign >= 0 then a else b)

let private commonDivisor (values: ComplexFloat list) (isMultiple: bool) =
    let whole (value: ComplexFloat) =
        let integer = integerOf value

        if BigFloat.compare value.Re (BigFloat.ofBigInteger integer) <> 0 then
            raise (Undefined "a common divisor of numbers that are not whole")

        BigInteger.Abs integer

    values
    |> List.map whole
    |> List.reduce (fun a b ->
        let divisor = BigInteger.GreatestCommonDivisor(a, b)

        if not isMultiple then divisor
        elif divisor.IsZero then BigInteger.Zero
        else a / divisor * b)
    |> BigFloat.ofBigInteger
    |> ComplexFloat.real

let private hyperbolic (a: ComplexFloat) : struct (ComplexFloat * ComplexFloat) =
    let plus = ComplexFloat.exp a
    let minus = ComplexFloat.reciprocal plus
    struct (ComplexFloat.half (ComplexFloat.subtract plus minus), ComplexFloat.half (ComplexFloat.add plus minus))

/// A function of one argument by name; none where the name is unknown.
let private elementary (name: string) (a: ComplexFloat) : ComplexFloat voption =
    let sinCos () = ComplexFloat.sinCos a
    let sine () = let struct (s, _) = sinCos () in s
    let cosine () = let struct (_, c) = sinCos () in c

    let ratio () =
        let struct (s, c) = sinCos ()
        ComplexFloat.divide s c

    let squareRootOf plus =
        ComplexFloat.sqrt (ComplexFloat.add (ComplexFloat.multiply a a) (ComplexFloat.real (BigFloat.ofInt plus)))

    match name with
    | "sin" -> ValueSome(sine ())
    | "cos" -> ValueSome(cosine ())
    | "tan" -> ValueSome(ratio ())
    | "cot" -> ValueSome(ComplexFloat.reciprocal (ratio ()))
    | "sec" -> ValueSome(ComplexFloat.reciprocal (cosine ()))
    | "csc" -> ValueSome(ComplexFloat.reciprocal (sine ()))
    | "arcsin" -> ValueSome(ComplexFloat.asin a)
    | "arccos" -> ValueSome(ComplexFloat.subtract (ComplexFloat.real (BigFloat.scale -1 BigFloat.pi)) (ComplexFloat.asin a))
    | "arctan" -> ValueSome(ComplexFloat.atan a)
    | "arccot" -> ValueSome(ComplexFloat.subtract (ComplexFloat.real (BigFloat.scale -1 BigFloat.pi)) (ComplexFloat.atan a))
    | "arcsec" ->
        ValueSome(ComplexFloat.subtract (ComplexFloat.real (BigFloat.scale -1 BigFloat.pi)) (ComplexFloat.asin (ComplexFloat.reciprocal a)))
    | "arccsc" -> ValueSome(ComplexFloat.asin (ComplexFloat.reciprocal a))
    | "sinh" -> let struct (s, _) = hyperbolic a in ValueSome s
    | "cosh" -> let struct (_, c) = hyperbolic a in ValueSome c
    | "tanh" -> let struct (s, c) = hyperbolic a in ValueSome(ComplexFloat.divide s c)
    | "coth" -> let struct (s, c) = hyperbolic a in ValueSome(ComplexFloat.divide c s)
    | "sech" -> let struct (_, c) = hyperbolic a in ValueSome(ComplexFloat.reciprocal c)
    | "csch" -> let struct (s, _) = hyperbolic a in ValueSome(ComplexFloat.reciprocal s)
    | "arcsinh" -> ValueSome(ComplexFloat.ln (ComplexFloat.add a (squareRootOf 1)))
    | "arccosh" -> ValueSome(ComplexFloat.ln (ComplexFloat.add a (squareRootOf -1)))
    | "arctanh" ->
        ValueSome(
            ComplexFloat.half (
                ComplexFloat.subtract
                    (ComplexFloat.ln (ComplexFloat.add ComplexFloat.one a))
                    (ComplexFloat.ln (ComplexFloat.subtract ComplexFloat.one a))
            )
        )
    | "ln" -> ValueSome(ComplexFloat.ln a)
    | "abs" -> ValueSome(ComplexFloat.real (ComplexFloat.abs' a))
    | "arg" -> ValueSome(ComplexFloat.real (BigFloat.atan2 a.Im a.Re))
    | "Re" -> ValueSome(ComplexFloat.real a.Re)
    | "Im" -> ValueSome(ComplexFloat.real a.Im)
    | "sgn" when ComplexFloat.isReal a -> ValueSome(ComplexFloat.real (BigFloat.ofInt (BigFloat.sign a.Re)))
    | "floor" -> ValueSome(ComplexFloat.real (BigFloat.ofBigInteger (integerOf a)))
    | "ceil" -> ValueSome(ComplexFloat.real (BigFloat.negate (BigFloat.ofBigInteger (integerOf (ComplexFloat.negate a)))))
    | _ -> ValueNone

/// A power with an exact rational exponent; odd roots of negative numbers are real, as in school.
let private rationalPower (a: ComplexFloat) (exponent: Rational) : ComplexFloat =
    let isOddRoot = not exponent.Denominator.IsEven

    match Rational.tryInt exponent with
    | ValueSome n when abs n <= 4096 -> ComplexFloat.powerInt a n
    | _ when ComplexFloat.isZero a ->
        if Rational.sign exponent > 0 then
            ComplexFloat.zero
        else
            raise (Undefined "division by zero")
    | _ when exponent.Denominator = BigInteger 2 && abs (exponent.Numerator) < BigInteger 100 ->
        ComplexFloat.powerInt (ComplexFloat.sqrt a) (int exponent.Numerator)
    | _ when ComplexFloat.isReal a && BigFloat.sign a.Re < 0 && isOddRoot ->
        let size =
            BigFloat.exp (BigFloat.multiply (BigFloat.ofRational exponent) (BigFloat.ln (BigFloat.negate a.Re)))

        ComplexFloat.real (
            if exponent.Numerator.IsEven then
                size
            else
                BigFloat.negate size
        )
    | _ -> ComplexFloat.exp (ComplexFloat.multiply (ComplexFloat.real (BigFloat.ofRational exponent)) (ComplexFloat.ln a))

let private rationalOf (budget: Budget) (expression: Expression) : Rational voption =
    match expression with
    | Number(value, _) -> ValueSome value
    | _ when
        Expression.exists
            (function
            | Symbol _
            | Call _
            | Constant _
            | Matrix _ -> true
            | _ -> false)
            expression
        ->
        ValueNone
    | _ -> Exact.tryRational budget expression

/// The value at a point; raises `Undefined` where there is none and `BudgetExceeded` where it is too large.
let rec at (budget: Budget) (symbol: string -> ComplexFloat) (expression: Expression) : ComplexFloat =
    let value = at budget symbol
    budget.Spend 4

    match expression with
    | Number(number, _) -> ComplexFloat.real (BigFloat.ofRational number)
    | Symbol name
    | Words name -> symbol name
    | Constant Pi -> ComplexFloat.real BigFloat.pi
    | Constant Euler -> ComplexFloat.real (BigFloat.exp BigFloat.one)
    | Constant Imaginary -> ComplexFloat.imaginary
    | Constant Infinity -> raise (Undefined "infinity in an expression")
    | Percent inner -> ComplexFloat.divide (value inner) (ComplexFloat.real (BigFloat.ofInt 100))
    | Sum items -> items |> List.map value |> List.reduce ComplexFloat.add
    | Product items -> items |> List.map value |> List.reduce ComplexFloat.multiply
    | Power(basis, exponent) -> power budget symbol basis exponent
    | Call(name, arguments) -> call budget symbol name arguments
    | _ -> raise (Undefined "something that is no number")

and private power (budget: Budget) (symbol: string -> ComplexFloat) (basis: Expression) (exponent: Expression) : ComplexFloat =
    match rationalOf budget exponent with
    | ValueSome rational ->
        budget.Spend(if Rational.isInteger rational then 10 else 100)
        rationalPower (at budget symbol basis) rational
    | ValueNone ->
        budget.Spend 150
        let exponent = at budget symbol exponent

        match basis with
        | Constant Euler -> ComplexFloat.exp exponent
        | _ ->
            let basis = at budget symbol basis

            if ComplexFloat.isZero basis then
                raise (Undefined "a power of zero")

            ComplexFloat.exp (ComplexFloat.multiply exponent (ComplexFloat.ln basis))

/// The whole number that an expression is.
and private whole (budget: Budget) (symbol: string -> ComplexFloat) (expression: Expression) : Rational =
    match Exact.tryRational budget expression with
    | ValueSome value -> value
    | ValueNone ->
        let value = at budget symbol expression

        if
            ComplexFloat.isReal value
            && BigFloat.compare value.Re (BigFloat.ofBigInteger (BigFloat.floor value.Re)) = 0
        then
            Rational.ofBigInteger (BigFloat.floor value.Re)
        else
            raise (Undefined "a function of whole numbers elsewhere")

/// A sum or product of a term for every whole value of a variable between two ends.
and private iterated
    (budget: Budget)
    (symbol: string -> ComplexFloat)
    (isSum: bool)
    (variable: string)
    (ends: struct (Rational * Rational))
    (term: Expression)
    =
    let struct (first, last) = ends

    match Rational.tryInt first, Rational.tryInt last with
    | ValueSome first, ValueSome last when int64 last - int64 first <= 1000L ->
        let valueAt (k: int) =
            let bound = ComplexFloat.real (BigFloat.ofInt k)
            at budget (fun name -> if name = variable then bound else symbol name) term

        let add = if isSum then ComplexFloat.add else ComplexFloat.multiply
        let none = if isSum then ComplexFloat.zero else ComplexFloat.one
        seq { first..last } |> Seq.map valueAt |> Seq.fold add none
    | _ -> raise (BudgetExceeded "a sum or product of more than 1000 terms")

and private call (budget: Budget) (symbol: string -> ComplexFloat) (name: string) (arguments: Expression list) : ComplexFloat =
    budget.Spend 100
    let whole = whole budget symbol

    match name, arguments with
    | "factorial", [ argument ] -> ComplexFloat.real (BigFloat.ofBigInteger (factorial budget (whole argument)))
    | "binomial", [ n; k ] -> ComplexFloat.real (BigFloat.ofBigInteger (binomial budget (whole n) (whole k)))
    | ("sum" | "prod"), [ Symbol variable; first; last; term ] ->
        iterated budget symbol (name = "sum") variable struct (whole first, whole last) term
    | "mod", [ a; b ] ->
        let a, b = at budget symbol a, at budget symbol b
        let times = integerOf (ComplexFloat.divide a b)
        ComplexFloat.subtract a (ComplexFloat.multiply b (ComplexFloat.real (BigFloat.ofBigInteger times)))
    | _ -> named name (arguments |> List.map (at budget symbol))

/// A function of values by its name.
and private named (name: string) (values: ComplexFloat list) : ComplexFloat =
    match name, values with
    | "log", [ basis; argument ] -> ComplexFloat.divide (ComplexFloat.ln argument) (ComplexFloat.ln basis)
    | "ratio", [ a; b ] -> ComplexFloat.divide a b
    | ("max" | "min"), _ :: _ -> extreme (if name = "max" then 1 else -1) values
    | ("gcd" | "lcm"), _ :: _ -> commonDivisor values (name = "lcm")
    | _, [ argument ] ->
        match elementary name argument with
        | ValueSome result -> result
        | ValueNone -> unknown name values
    | _ -> unknown name values
