/// Functions, roots, sums over an index.
module internal Cppo.Stages.Math.Parsing.Functions

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor
open Cppo.Stages.Math.Parsing.Scripts
open Cppo.Stages.Math.Parsing.Products

let private trigonometric =
    set
        [ "sin"
          "cos"
          "tan"
          "cot"
          "sec"
          "csc"
          "sinh"
          "cosh"
          "tanh"
          "coth"
          "sech"
          "csch" ]

let private circular = set [ "sin"; "cos"; "tan"; "cot"; "sec"; "csc" ]

/// One name per function.
let private canonicalName (name: string) =
    match name with
    | "arsinh"
    | "asinh" -> "arcsinh"
    | "arcosh"
    | "acosh" -> "arccosh"
    | "artanh"
    | "atanh" -> "arctanh"
    | "tg" -> "tan"
    | "ctg" -> "cot"
    | "arctg" -> "arctan"
    | "arcctg" -> "arccot"
    | "cosec" -> "csc"
    | "asin" -> "arcsin"
    | "acos" -> "arccos"
    | "atan" -> "arctan"
    | _ -> name

/// A root with its index, the square root without one, as a power.
let readRoot (c: Cursor) : Expression =
    let index =
        if c.Take(Mark '[') then
            let index = c.Grammar.Sum c
            c.Expect(Mark ']')
            index
        else
            Expression.number 2

    let radicand = readArgument c false

    match index with
    | Number(value, _) when not (Rational.isZero value) -> Power(radicand, Number(Rational.divide c.Budget Rational.one value, false))
    | _ -> Power(radicand, Expression.reciprocal index)

/// What stands in parentheses behind a function, or the factors that follow.
let private readFunctionArguments (c: Cursor) (name: string) : Expression list =
    let isCircular = circular.Contains name

    if isCircular then
        c.InAngle <- c.InAngle + 1

    let arguments =
        if c.Next(Mark '(') || c.Next(Mark '[') then
            c.Advance()
            let struct (_, items) = c.Grammar.Items c

            if not (c.Take(Mark ')')) then
                c.Expect(Mark ']')

            items
        else
            match readSigned c (fun () -> readFactors c false) with
            | Listing(_, items) -> items
            | Members items -> items
            | single -> [ single ]

    if isCircular then
        c.InAngle <- c.InAngle - 1

    arguments

/// `\sum_{k=1}^{n} k^2`: the variable, both ends, and the term.
let readIterated (c: Cursor) (name: string) : Expression =
    let mutable lower = ValueNone
    let mutable upper = ValueNone
    let mutable isMore = true

    while isMore do
        if c.Take(Mark '_') then
            lower <- ValueSome(readArgument c false)
        elif c.Take(Mark '^') then
            upper <- ValueSome(readArgument c false)
        else
            isMore <- false

    match lower, upper with
    | ValueSome(Relation((Symbol _ | Constant Imaginary) as variable, [ (Equals, first) ])), ValueSome last ->
        let term = c.Deeper(fun () -> readTerm c)

        // Here i is an index.
        let rec indexed (part: Expression) =
            match part with
            | Constant Imaginary -> Symbol "i"
            | other -> Expression.map indexed other

        if variable.IsSymbol then
            Call(name, [ variable; first; last; term ])
        else
            Call(name, [ Symbol "i"; first; last; indexed term ])
    | _ -> fault $"a {name} without both ends"

/// A function with the powers and the base that stand before its argument.
let readFunction (c: Cursor) (spelled: string) : Expression =
    let name = canonicalName spelled
    let mutable subscript = ValueNone
    let mutable exponent = ValueNone
    let mutable isMore = true

    while isMore do
        if c.Take(Mark '_') then
            subscript <- ValueSome(readArgument c false)
        elif c.Take(Mark '^') then
            exponent <- ValueSome(readExponent c)
        else
            isMore <- false

    let name, exponent =
        match exponent with
        | ValueSome(Number(value, _)) when value = Rational.minusOne && trigonometric.Contains name -> "arc" + name, ValueNone
        | _ -> name, exponent

    let arguments = readFunctionArguments c name

    let value =
        match name, arguments, subscript with
        | "log", [ argument ], ValueSome basis -> Call("log", [ basis; argument ])
        | ("log" | "lg"), [ argument ], ValueNone -> Call("log", [ Expression.number 10; argument ])
        | "exp", [ argument ], _ -> Power(Constant Euler, argument)
        | "floor", [ argument ], _ -> Call("floor", [ argument ])
        | _ -> Call(name, arguments)

    match exponent with
    | ValueSome exponent -> Power(value, exponent)
    | ValueNone -> value
