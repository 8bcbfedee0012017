/// Exact normal forms of expressions, as quotients of polynomials.
module internal Cppo.Stages.Math.Exact.Exact

open System.Numerics
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Exact.Polynomials

let private smallPrimes =
    [| for n in 2..997 do
           if Seq.forall (fun d -> n % d <> 0) (seq { 2 .. int (sqrt (float n)) }) then
               n |]

/// A square root as coefficient and prime roots: sqrt(12) = 2 sqrt(3), sqrt(-2) = i sqrt(2).
let private squareRoot (budget: Budget) (atoms: Atoms) (radicand: BigInteger) : Polynomial =
    let mutable rest = BigInteger.Abs radicand
    let mutable outside = BigInteger.One

    let mutable result =
        if radicand.Sign < 0 then
            atom (atoms.Root(BigInteger.MinusOne, true))
        else
            one

    for prime in smallPrimes do
        if rest >= BigInteger prime * BigInteger prime || rest = BigInteger prime then
            let mutable count = 0
            let mutable isDivisible = true

            while isDivisible do
                budget.Spend 1
                let mutable remainder = BigInteger.Zero
                let quotient = BigInteger.DivRem(rest, BigInteger prime, &remainder)
                isDivisible <- remainder.IsZero && not rest.IsZero

                if isDivisible then
                    rest <- quotient
                    count <- count + 1

            outside <- outside * BigInteger.Pow(BigInteger prime, count / 2)

            if count % 2 = 1 then
                result <- multiply budget atoms result (atom (atoms.Root(BigInteger prime, true)))

    if rest > BigInteger.One then
        let isPrime = rest < BigInteger(997 * 997)
        result <- multiply budget atoms result (atom (atoms.Root(rest, isPrime)))

    multiply budget atoms result (constant (Rational.ofBigInteger outside))

/// The normal form; raises `BudgetExceeded` where it would grow too large and `Undefined` at a division by zero.
let rec normalForm (budget: Budget) (atoms: Atoms) (expression: Expression) : Fraction =
    budget.Spend 2

    match expression with
    | Number(value, _) -> whole (constant value)
    | Symbol name -> whole (atom (atoms.Free name))
    | Constant Imaginary -> whole (atom (atoms.Root(BigInteger.MinusOne, true)))
    | Percent inner ->
        multiplyFractions
            budget
            atoms
            (normalForm budget atoms inner)
            (whole (constant (Rational.create budget BigInteger.One (BigInteger 100))))
    | Sum items ->
        items
        |> List.map (normalForm budget atoms)
        |> List.reduce (addFractions budget atoms)
    | Product items ->
        items
        |> List.map (normalForm budget atoms)
        |> List.reduce (multiplyFractions budget atoms)
    | Power(basis, exponent) -> power budget atoms basis exponent expression
    | _ -> whole (atom (atoms.Opaque expression))

and private power (budget: Budget) (atoms: Atoms) (basis: Expression) (exponent: Expression) (whole': Expression) : Fraction =
    let opaque () = whole (atom (atoms.Opaque whole'))

    let exponentValue =
        match exponent with
        | Number(value, _) -> ValueSome value
        | _ -> tryConstant (normalForm budget (Atoms()) exponent)

    match exponentValue with
    | ValueSome value when Rational.isInteger value ->
        match Rational.tryInt value with
        | ValueSome n when abs n <= 40 -> powerOf budget atoms (normalForm budget atoms basis) n
        | ValueSome n ->
            let inner = normalForm budget atoms basis

            match tryConstant inner with
            | ValueSome rational -> whole (constant (Rational.power budget rational n))
            | ValueNone when inner.Numerator.Count = 1 && inner.Denominator = one && abs n < 10000 -> powerOf budget atoms inner n
            | ValueNone -> opaque ()
        | ValueNone -> opaque ()
    | ValueSome value when value.Denominator = BigInteger 2 ->
        match Rational.tryInt (Rational.multiply budget value (Rational.ofInt 2)), tryConstant (normalForm budget (Atoms()) basis) with
        | ValueSome twice, ValueSome radicand when abs twice <= 41 ->
            // sqrt(p/q) = sqrt(p q) / q
            let root =
                { Numerator = squareRoot budget atoms (radicand.Numerator * radicand.Denominator)
                  Denominator = constant (Rational.ofBigInteger radicand.Denominator) }

            powerOf budget atoms root twice
        | _ -> opaque ()
    | _ -> opaque ()

/// Whether two expressions have the same normal form: true and false are certain, none means that the form cannot tell.
let equal (budget: Budget) (a: Expression) (b: Expression) : bool voption =
    let atoms = Atoms()
    let left = normalForm budget atoms a
    let right = normalForm budget atoms b

    if left.Denominator.IsEmpty || right.Denominator.IsEmpty then
        raise (Undefined "division by zero")

    let isSame =
        if left.Denominator = right.Denominator then
            left.Numerator = right.Numerator
        else
            multiply budget atoms left.Numerator right.Denominator = multiply budget atoms right.Numerator left.Denominator

    if isSame then ValueSome true
    elif atoms.IsConclusive then ValueSome false
    else ValueNone

/// The exact rational value of an expression without symbols, if it has one.
let rec tryRational (budget: Budget) (expression: Expression) : Rational voption =
    match expression with
    | Number(value, _) -> ValueSome value
    | Percent(Number(value, _)) -> ValueSome(Rational.divide budget value (Rational.ofInt 100))
    | Symbol _
    | Words _
    | Constant _ -> ValueNone
    | _ -> tryConstant (normalForm budget (Atoms()) expression)

/// Numerator and denominator of a rational function of one symbol as coefficients by power; none for anything else.
let coefficients (budget: Budget) (symbol: string) (expression: Expression) : struct (Rational[] * Rational[]) voption =
    let atoms = Atoms()
    let variable = atoms.Free symbol
    let form = normalForm budget atoms expression

    let ofPolynomial (polynomial: Polynomial) =
        let powers =
            [ for KeyValue(monomial, coefficient) in polynomial do
                  match monomial with
                  | [] -> Some(0, coefficient)
                  | [ struct (atom, power) ] when atom = variable && power <= 8 -> Some(power, coefficient)
                  | _ -> None ]

        if List.forall Option.isSome powers then
            let result = Array.create 9 Rational.zero

            for power, coefficient in List.choose id powers do
                result[power] <- coefficient

            ValueSome result
        else
            ValueNone

    match ofPolynomial form.Numerator, ofPolynomial form.Denominator with
    | ValueSome numerator, ValueSome denominator -> ValueSome(struct (numerator, denominator))
    | _ -> ValueNone
