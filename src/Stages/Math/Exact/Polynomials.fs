/// Quotients of polynomials with rational coefficients over atoms. Atoms are symbols, i, square roots of primes, and everything
/// else as an unknown of its own.
module internal Cppo.Stages.Math.Exact.Polynomials

open System.Collections.Generic
open System.Numerics
open Cppo.Stages.Math.Expressions

/// Atom numbers with their exponents, by number; exponents are positive.
type Monomial = (struct (int * int)) list

type Polynomial = Map<Monomial, Rational>

type Fraction =
    { Numerator: Polynomial
      Denominator: Polynomial }

/// What an atom is.
type private Atom =
    | Free of string
    /// The square root of an integer; -1 gives i.
    | SquareRoot of BigInteger
    | Opaque of Expression

/// The atoms of one comparison. An atom that is neither a symbol nor the root of a prime may be related to others in ways
/// that the normal form does not see.
[<Sealed>]
type Atoms() =
    let numbers = Dictionary<Atom, int>()
    let kinds = ResizeArray<Atom>()
    let mutable isConclusive = true

    let numberOf (atom: Atom) =
        match numbers.TryGetValue atom with
        | true, number -> number
        | _ ->
            numbers.Add(atom, kinds.Count)
            kinds.Add atom
            kinds.Count - 1

    /// Whether different normal forms are different values.
    member _.IsConclusive = isConclusive

    member _.Free(name: string) = numberOf (Free name)

    member _.Root(radicand: BigInteger, isPrime: bool) =
        if not isPrime then
            isConclusive <- false

        numberOf (SquareRoot radicand)

    member _.Opaque(expression: Expression) =
        isConclusive <- false
        numberOf (Opaque expression)

    /// The square of an atom where it is a number.
    member _.Square(number: int) : BigInteger voption =
        match kinds[number] with
        | SquareRoot radicand -> ValueSome radicand
        | _ -> ValueNone

/// A number as a polynomial.
let constant (value: Rational) : Polynomial =
    if Rational.isZero value then
        Map.empty
    else
        Map.ofList [ [], value ]

/// An atom as a polynomial.
let atom (number: int) : Polynomial =
    Map.ofList [ [ struct (number, 1) ], Rational.one ]

/// A polynomial over one.
let whole (polynomial: Polynomial) =
    { Numerator = polynomial
      Denominator = constant Rational.one }

let private addTerm (budget: Budget) (terms: Polynomial) (monomial: Monomial) (coefficient: Rational) =
    budget.Spend 2

    match terms.TryFind monomial with
    | None when Rational.isZero coefficient -> terms
    | None -> terms.Add(monomial, coefficient)
    | Some other ->
        let sum = Rational.add budget other coefficient

        if Rational.isZero sum then
            terms.Remove monomial
        else
            terms.Add(monomial, sum)

let private add (budget: Budget) (a: Polynomial) (b: Polynomial) : Polynomial = Map.fold (addTerm budget) a b

/// The product of two monomials and the factor that squares of roots leave.
let private multiplyMonomials (budget: Budget) (atoms: Atoms) (a: Monomial) (b: Monomial) : struct (Monomial * Rational) =
    let mutable factor = Rational.one

    let reduced (number: int) (exponent: int) (rest: Monomial) =
        match atoms.Square number with
        | ValueSome square ->
            factor <- Rational.multiply budget factor (Rational.power budget (Rational.ofBigInteger square) (exponent / 2))

            if exponent % 2 = 1 then
                struct (number, 1) :: rest
            else
                rest
        | ValueNone -> struct (number, exponent) :: rest

    let rec merge (a: Monomial) (b: Monomial) : Monomial =
        match a, b with
        | [], rest
        | rest, [] -> rest
        | struct (x, m) :: restA, struct (y, n) :: restB ->
            if x < y then struct (x, m) :: merge restA b
            elif y < x then struct (y, n) :: merge a restB
            else reduced x (m + n) (merge restA restB)

    let product = merge a b
    struct (product, factor)

let multiply (budget: Budget) (atoms: Atoms) (a: Polynomial) (b: Polynomial) : Polynomial =
    let mutable terms: Polynomial = Map.empty

    for KeyValue(left, x) in a do
        for KeyValue(right, y) in b do
            budget.Spend 4
            let struct (monomial, factor) = multiplyMonomials budget atoms left right
            let coefficient = Rational.multiply budget (Rational.multiply budget x y) factor
            terms <- addTerm budget terms monomial coefficient

    terms

let one = constant Rational.one

let addFractions (budget: Budget) (atoms: Atoms) (a: Fraction) (b: Fraction) : Fraction =
    if a.Denominator = b.Denominator then
        { a with
            Numerator = add budget a.Numerator b.Numerator }
    else
        { Numerator = add budget (multiply budget atoms a.Numerator b.Denominator) (multiply budget atoms b.Numerator a.Denominator)
          Denominator = multiply budget atoms a.Denominator b.Denominator }

let multiplyFractions (budget: Budget) (atoms: Atoms) (a: Fraction) (b: Fraction) : Fraction =
    { Numerator = multiply budget atoms a.Numerator b.Numerator
      Denominator = multiply budget atoms a.Denominator b.Denominator }

let rec powerOf (budget: Budget) (atoms: Atoms) (value: Fraction) (exponent: int) : Fraction =
    if exponent < 0 then
        if value.Numerator.IsEmpty then
            raise (Undefined "division by zero")

        powerOf
            budget
            atoms
            { Numerator = value.Denominator
              Denominator = value.Numerator }
            -exponent
    elif exponent = 0 then
        whole one
    elif exponent = 1 then
        value
    else
        let half = powerOf budget atoms value (exponent / 2)
        let square = multiplyFractions budget atoms half half

        if exponent % 2 = 1 then
            multiplyFractions budget atoms square value
        else
            square

/// The constant that a normal form is, if it is one.
let tryConstant (fraction: Fraction) : Rational voption =
    let constantOf (polynomial: Polynomial) =
        if polynomial.IsEmpty then
            ValueSome Rational.zero
        elif polynomial.Count = 1 then
            match polynomial.TryFind [] with
            | Some value -> ValueSome value
            | None -> ValueNone
        else
            ValueNone

    match constantOf fraction.Numerator, constantOf fraction.Denominator with
    | ValueSome a, ValueSome b when not (Rational.isZero b) -> ValueSome(Rational.divide (Budget 1000) a b)
    | _ -> ValueNone
