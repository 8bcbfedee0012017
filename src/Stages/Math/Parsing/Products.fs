/// Powers, products and quotients, with and without signs between the factors.
module internal Cppo.Stages.Math.Parsing.Products

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor
open Cppo.Stages.Math.Parsing.Environments
open Cppo.Stages.Math.Parsing.Scripts
open Cppo.Stages.Math.Parsing.Units

/// An operand that may have a sign.
let rec readSigned (c: Cursor) (read: unit -> Expression) : Expression =
    c.Deeper(fun () ->
        if c.Take(Mark '-') then
            Expression.negate (readSigned c read)
        elif c.Take(Mark '+') then
            readSigned c read
        else
            read ())

/// Whether the bracket here ends an interval that is open above: `[0, 1[`.
let private closesInterval (c: Cursor) : bool =
    c.At + 1 = c.Tokens.Length
    || (match c.Tokens[c.At + 1] with
        | Mark(',' | ';' | ')' | '}')
        | Joiner _
        | Command("cup" | "cap" | "setminus" | "}") -> true
        | _ -> false)

let private modulusCommands = set [ "bmod"; "mod"; "pmod" ]

/// Whether a modulus in parentheses starts here: `(mod 3)`.
let private startsModulus (c: Cursor) : bool =
    c.Next(Mark '(')
    && c.At + 1 < c.Tokens.Length
    && (match c.Tokens[c.At + 1] with
        | Command name -> modulusCommands.Contains name
        | _ -> false)

/// Commands with which no factor starts.
let private noFactors =
    set
        [ "}"
          "rangle"
          "rfloor"
          "rceil"
          "rvert"
          "rVert"
          "cdot"
          "times"
          "ast"
          "bullet"
          "div"
          "pm"
          "mp"
          "cup"
          "cap"
          "bigcup"
          "bigcap"
          "setminus"
          "backslash"
          "smallsetminus"
          "bmod"
          "mod"
          "pmod"
          "mid"
          "vert"
          "colon"
          "over"
          "choose"
          "rightarrow"
          "to" ]

/// Whether a factor starts here, so that a product may go on without a sign.
let startsFactor (c: Cursor) : bool =
    match c.Peek() with
    | ValueSome(Digits _ | Literal _ | Letter _ | Prose _) -> true
    | ValueSome(Begin name) -> matrixEnvironments.Contains name
    | ValueSome(Mark '(') -> not (startsModulus c)
    | ValueSome(Mark '{') -> true
    | ValueSome(Mark '[') -> not (closesInterval c)
    | ValueSome(Mark '|') -> c.OpenBars = 0
    | ValueSome(Command name) -> not (noFactors.Contains name || Vocabulary.comparisons.ContainsKey name)
    | _ -> false

/// A proper fraction of literals: behind a whole number it is added, `3\frac{1}{2}` is 3 + 1/2.
let private isMixed (fraction: Expression) : bool =
    match fraction with
    | Product [ Number(a, false); Power(Number(b, false), Number(minus, false)) ] ->
        minus = Rational.minusOne
        && Rational.isInteger a
        && Rational.sign a > 0
        && Rational.compare a b < 0
    | _ -> false

/// Whether a numerator is followed by a slash and a larger denominator: `3 1/2` is 3 + 1/2.
let private isPlainMixed (c: Cursor) (numerator: string) : bool =
    c.At + 2 < c.Tokens.Length
    && c.Tokens[c.At + 1] = Mark '/'
    && (match c.Tokens[c.At + 2] with
        | Digits denominator ->
            not (numerator.Contains '.' || denominator.Contains '.')
            && Numbers.parseDigits numerator < Numbers.parseDigits denominator
        | _ -> false)

let private readPlainFraction (c: Cursor) : Expression =
    let numerator = c.Grammar.Primary c
    c.Advance()
    Expression.quotient numerator (c.Grammar.Primary c)

/// What stands behind `^`.
let readExponent (c: Cursor) : Expression =
    match c.Peek() with
    | ValueSome(Digits _) -> c.Grammar.Primary c
    | ValueSome(Mark('-' | '+')) -> readSigned c (fun () -> c.Grammar.Primary c)
    | ValueNone -> fault "an exponent is missing"
    | _ -> c.Grammar.Primary c

/// What one value may be raised by and followed by: signs of powers, factorials, subscripts.
[<Literal>]
let private maxSigns = 24

/// Raises a value by one sign that stands behind it; exponents are collected, as they bind from the right. Whether there was one.
let private tryRaise (c: Cursor) (exponents: ResizeArray<Expression>) (value: Expression byref) : bool =
    match c.Peek() with
    | ValueSome(Mark '^') ->
        c.Advance()

        if takeDegree c then
            value <- degrees c value
        else
            match readExponent c with
            | exponent when Expression.isProse exponent -> ()
            | exponent -> exponents.Add exponent

        true
    | ValueSome(Command("circ" | "degree")) ->
        c.Advance()
        value <- degrees c value
        true
    | ValueSome((Mark('!' | '%' | ''' | '_') | Command "prime") as sign) ->
        let raised =
            if exponents.Count = 0 then
                value
            else
                Power(value, Seq.reduceBack (fun lower upper -> Power(lower, upper)) exponents)

        exponents.Clear()
        c.Advance()

        value <-
            match sign with
            | Mark '!' -> Call("factorial", [ raised ])
            | Mark '%' -> Percent raised
            | Mark '_' -> readSubscript c raised
            | _ -> primed raised

        true
    | _ -> false

/// A value with its exponents, factorials, percent signs, primes and subscripts.
let readPower (c: Cursor) : Expression =
    c.Deeper(fun () ->
        let exponents = ResizeArray<Expression>()
        let mutable value = c.Grammar.Primary c
        let mutable numSigns = 0

        while tryRaise c exponents &value do
            c.Budget.Spend 1
            numSigns <- numSigns + 1

            if numSigns > maxSigns then
                raise (BudgetExceeded $"more than {maxSigns} signs behind one value")

        if exponents.Count = 0 then
            value
        else
            Power(value, Seq.reduceBack (fun lower upper -> Power(lower, upper)) exponents))

/// Factors side by side; without functions where the argument of a function is read.
let readFactors (c: Cursor) (withFunctions: bool) : Expression =
    let factors = ResizeArray [ readPower c ]

    let isFunction () =
        match c.Peek() with
        | ValueSome(Command name) -> Vocabulary.functions.Contains name
        | _ -> false

    while startsFactor c && (withFunctions || not (isFunction ())) do
        match factors.Count, factors[factors.Count - 1], c.Peek() with
        | 1, Number(whole, false), ValueSome(Command("frac" | "dfrac" | "tfrac" | "cfrac")) when Rational.isInteger whole ->
            match readPower c with
            | fraction when isMixed fraction -> factors[0] <- Sum [ factors[0]; fraction ]
            | Percent fraction when isMixed fraction -> factors[0] <- Percent(Sum [ factors[0]; fraction ])
            | factor -> factors.Add factor
        | 1, Number(whole, false), ValueSome(Digits numerator) when Rational.isInteger whole && isPlainMixed c numerator ->
            factors[0] <- Sum [ factors[0]; readPlainFraction c ]
        | _ -> factors.Add(readPower c)

    productOf (List.ofSeq factors)

let private readDivisor (c: Cursor) (isLiteral: bool) : Expression =
    match c.Peek() with
    | ValueSome(Digits _) when isLiteral -> readPower c
    | _ -> readSigned c (fun () -> readFactors c true)

/// "9 (mod 11)" states the residue; a modulus in prose is known from the question.
let private withModulus (value: Expression) (modulus: Expression) : Expression =
    if Expression.isProse modulus then
        value
    else
        Call("mod", [ value; modulus ])

/// Explicit products and quotients, from left to right.
let readTerm (c: Cursor) : Expression =
    let factors = ResizeArray [ readFactors c true ]
    let mutable isMore = true

    while isMore do
        match c.Peek() with
        | ValueSome(Mark '*')
        | ValueSome(Command("cdot" | "times" | "ast" | "bullet")) ->
            c.Advance()
            factors.Add(readSigned c (fun () -> readFactors c true))
        | ValueSome(Mark '/')
        | ValueSome(Command "div") ->
            c.Advance()

            let isLiteral =
                factors.Count = 1
                && (match factors[0] with
                    | Number _ -> true
                    | _ -> false)

            factors.Add(Expression.reciprocal (readDivisor c isLiteral))
            // 1/2x is one half of x: a fraction of two literals comes first.
            if startsFactor c then
                factors.Add(readFactors c true)
        | ValueSome(Command("bmod" | "mod" | "pmod")) ->
            c.Advance()
            let value = withModulus (productOf (List.ofSeq factors)) (readFactors c true)
            factors.Clear()
            factors.Add value
        | ValueSome(Mark '(') when startsModulus c ->
            c.Advance 2
            let value = withModulus (productOf (List.ofSeq factors)) (readFactors c true)
            c.Expect(Mark ')')
            factors.Clear()
            factors.Add value
        | _ -> isMore <- false

    productOf (List.ofSeq factors)
