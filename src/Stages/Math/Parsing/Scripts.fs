/// What is written below, above and behind a value: subscripts, primes, degrees, arguments.
module internal Cppo.Stages.Math.Parsing.Scripts

open System.Text
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor

/// The text of the tokens of a subscript.
let private readSubscriptText (c: Cursor) : string =
    let text = StringBuilder()

    let append (token: Token) =
        match token with
        | Digits value -> text.Append value |> ignore
        | Letter value -> text.Append value |> ignore
        | Command name -> text.Append name |> ignore
        | Prose value -> text.Append(Vocabulary.digitsOf value) |> ignore
        | Mark mark when mark <> '{' && mark <> '}' -> text.Append mark |> ignore
        | _ -> ()

    if c.At >= c.Tokens.Length then
        fault "a subscript is missing"

    if c.Take(Mark '{') then
        let mutable level = 1

        while level > 0 do
            if c.At >= c.Tokens.Length then
                fault "a subscript does not end"

            match c.Tokens[c.At] with
            | Mark '{' -> level <- level + 1
            | Mark '}' -> level <- level - 1
            | token -> append token

            c.Advance()
    else
        append c.Tokens[c.At]
        c.Advance()

    text.ToString()

/// A value with the subscript that stands here: a name of its own, or a number in another base.
let readSubscript (c: Cursor) (value: Expression) : Expression =
    let subscript = readSubscriptText c

    match value with
    | Symbol name -> Symbol(name + "_" + subscript)
    | Words name -> Words(name + "_" + subscript)
    | Number(value, _) -> Symbol(Rational.toText value + "_" + subscript)
    | Product factors ->
        match List.rev factors with
        | Symbol name :: before -> Product(List.rev (Symbol(name + "_" + subscript) :: before))
        | _ -> fault "a subscript of a product"
    | Constant Euler -> Symbol("e_" + subscript)
    | Constant Imaginary -> Symbol("i_" + subscript)
    | Call _ -> value
    | _ -> fault "a subscript of something that has none"

/// A derivative of a name is another name; behind a number a prime is a unit.
let primed (value: Expression) : Expression =
    match value with
    | Symbol name -> Symbol(name + "'")
    | Call(name, items) when name.Length <= 2 -> Call(name + "'", items)
    | other -> other

/// Whether a degree sign stands here as an exponent, which is then read.
let takeDegree (c: Cursor) : bool =
    if c.Next(Command "circ") || c.Next(Command "degree") then
        c.Advance()
        true
    elif
        c.Next(Mark '{')
        && c.At + 2 < c.Tokens.Length
        && c.Tokens[c.At + 1] = Command "circ"
        && c.Tokens[c.At + 2] = Mark '}'
    then
        c.Advance 3
        true
    else
        false

/// A degree is a unit, but within sine and its sisters it is pi/180.
let degrees (c: Cursor) (value: Expression) : Expression =
    if c.InAngle > 0 then
        Product [ value; Constant Pi; Expression.reciprocal (Expression.number 180) ]
    else
        value

/// An argument in braces, or one token (of a number its first digit where `isOneDigit`).
let rec readArgument (c: Cursor) (isOneDigit: bool) : Expression =
    match c.Peek() with
    | ValueSome(Mark '{') ->
        c.Advance()
        let value = c.Grammar.List c
        c.Expect(Mark '}')
        value
    | ValueSome(Digits digits) when isOneDigit && digits.Length > 1 && digits[1] <> '.' ->
        c.Tokens[c.At] <- Digits(digits.Substring 1)
        Number(Numbers.valueOf c.Budget (digits.Substring(0, 1)), false)
    | ValueSome(Mark '-') ->
        c.Advance()
        Expression.negate (readArgument c isOneDigit)
    | ValueNone -> fault "an argument is missing"
    | _ -> c.Deeper(fun () -> c.Grammar.Primary c)
