/// The smallest readable things: literals, names, commands, and what brackets hold.
module internal Cppo.Stages.Math.Parsing.Primaries

open System
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor
open Cppo.Stages.Math.Parsing.Scripts
open Cppo.Stages.Math.Parsing.Brackets
open Cppo.Stages.Math.Parsing.Environments
open Cppo.Stages.Math.Parsing.Functions

/// A letter: a constant, a function of what stands in parentheses behind it, or a variable.
let private readNamed (c: Cursor) (letter: char) : Expression =
    match letter with
    | 'i' -> Constant Imaginary
    | 'e' -> Constant Euler
    | 'f'
    | 'g'
    | 'h' when
        c.Next(Mark '(')
        || (c.Next(Mark ''') && c.At + 1 < c.Tokens.Length && c.Tokens[c.At + 1] = Mark '(')
        ->
        let name =
            if c.Take(Mark ''') then
                string letter + "'"
            else
                string letter

        c.Advance()
        let struct (_, items) = readInner c
        c.Expect(Mark ')')
        Call(name, items)
    | _ -> Symbol(string letter)

/// What stands between two commands, as an argument of a function.
let private readFenced (c: Cursor) (closing: string) (name: string) : Expression =
    let value = c.Grammar.List c
    c.Expect(Command closing)
    Call(name, [ value ])

let private readFraction (c: Cursor) : Expression =
    let numerator = readArgument c true
    let denominator = readArgument c true

    // Per something is a unit.
    if Expression.isProse denominator then
        numerator
    else
        Expression.quotient numerator denominator

/// A command that takes arguments or opens something; none where it is a name.
let private tryReadStructure (c: Cursor) (name: string) : Expression voption =
    match name with
    | "frac"
    | "dfrac"
    | "tfrac"
    | "cfrac" -> ValueSome(readFraction c)
    | "sqrt" -> ValueSome(readRoot c)
    | "cbrt" -> ValueSome(Power(readArgument c false, Expression.quotient (Expression.number 1) (Expression.number 3)))
    | "binom"
    | "dbinom"
    | "tbinom" ->
        let upper = readArgument c true
        ValueSome(Call("binomial", [ upper; readArgument c true ]))
    | "sum"
    | "prod" -> ValueSome(readIterated c name)
    | "{" -> ValueSome(readSetBraces c)
    | "langle" ->
        let struct (_, items) = readInner c
        c.Expect(Command "rangle")
        ValueSome(Bracketed('(', items, ')'))
    | "lfloor" -> ValueSome(readFenced c "rfloor" "floor")
    | "lceil" -> ValueSome(readFenced c "rceil" "ceil")
    | "lvert"
    | "lVert" -> ValueSome(readBars c (fun () -> c.Take(Command "rvert") || c.Take(Command "rVert")))
    | "mid"
    | "vert"
    | "Vert" -> ValueSome(readBars c (fun () -> c.Take(Command name)))
    | _ when Vocabulary.functions.Contains name -> ValueSome(readFunction c name)
    | _ -> ValueNone

let private readCommand (c: Cursor) (name: string) : Expression =
    match tryReadStructure c name, name with
    | ValueSome structure, _ -> structure
    | _, "pi" -> Constant Pi
    | _, "infty" -> Constant Infinity
    | _, "imath" -> Constant Imaginary
    | _, "R" -> Bracketed('(', [ Expression.negate (Constant Infinity); Constant Infinity ], ')')
    | _, ("emptyset" | "varnothing") -> Members []
    | _, "top" -> Symbol "T"
    | _, ("ldots" | "dots" | "cdots" | "dotsc" | "dotsb") -> Symbol "..."
    | _, "prime" -> Words "prime"
    | _ when
        name.StartsWith("bar ", StringComparison.Ordinal)
        || Vocabulary.greek.Contains name
        ->
        Symbol name
    | _ -> fault $"\\{name} is not known"

/// A value that nothing can be taken from.
let rec readPrimary (c: Cursor) : Expression =
    match c.Peek() with
    | ValueNone -> fault "something is missing"
    | ValueSome token ->
        c.Advance()

        match token with
        | Digits text -> Number(Numbers.valueOf c.Budget text, text.Contains '.')
        | Literal value -> Number(value, false)
        | Letter letter -> readNamed c letter
        | Command name -> readCommand c name
        | Prose text -> Words text
        | Mark('(' | '[' as left) -> readBrackets c left
        | Mark ']' -> readBrackets c '('
        | Mark '{' when c.Take(Mark '}') -> Words ""
        | Mark '{' ->
            let value = c.Grammar.List c
            c.Expect(Mark '}')
            value
        | Mark '|' -> readBars c (fun () -> c.Take(Mark '|'))
        | Begin("cases" | "dcases" | "rcases" as name) -> readCases c name
        | Begin name when matrixEnvironments.Contains name -> readMatrix c name
        | Mark '&' -> readPrimary c
        | _ -> fault "something stands where a value should"
