/// Reads tokens into an expression: a list of relations between sums of products, as mathematicians write them.
module internal Cppo.Stages.Mathematics.Parser

open System
open System.Text
open Cppo.Stages.Mathematics.Lexer

/// The deepest nesting that is read; more is no answer, and the stack stays small.
[<Literal>]
let private maxDepth = 48

let private fault (text: string) = raise (SyntaxFault text)

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

let private matrixEnvironments =
    set
        [ "matrix"
          "pmatrix"
          "bmatrix"
          "Bmatrix"
          "vmatrix"
          "Vmatrix"
          "smallmatrix"
          "array"
          "psmallmatrix" ]

let private transparentEnvironments =
    set
        [ "align"
          "align*"
          "aligned"
          "equation"
          "equation*"
          "gather"
          "gather*"
          "gathered"
          "split" ]

/// Prose beside a value is a unit and goes; prose alone stays.
let private withoutUnits (factors: Expression list) =
    match factors |> List.filter (Expression.isProse >> not) with
    | [] -> factors
    | values ->
        // Half of the day belongs to a time.
        values
        @ (factors
           |> List.filter (fun factor -> factor = Words "a.m." || factor = Words "p.m."))

/// A month and a day, as words; none where there is no month.
let private tryDate (factors: Expression list) : Expression voption =
    let isMonth (factor: Expression) =
        match factor with
        | Words word -> Vocabulary.months.Contains(word.Trim())
        | _ -> false

    let textOf (factor: Expression) =
        match factor with
        | Words word -> word.Trim()
        | Number(value, _) -> Rational.toText value
        | _ -> ""

    if List.exists isMonth factors then
        ValueSome(Words(String.Join(' ', List.map textOf factors)))
    else
        ValueNone

let private productOf (factors: Expression list) =
    match
        (match tryDate factors with
         | ValueSome date -> [ date ]
         | ValueNone -> withoutUnits factors)
    with
    | [ single ] -> single
    | values when List.forall Expression.isProse values ->
        let words =
            values
            |> List.choose (function
                | Words word -> Some word
                | _ -> None)

        if words.Length = values.Length then
            Words(String.Join(' ', words))
        else
            Product values
    | values -> Product values

[<Sealed>]
type private Reader(tokens: Token[], budget: Budget) =
    let tokens = tokens
    let mutable at = 0
    let mutable depth = 0
    let mutable openBars = 0
    let mutable inAngle = 0

    let peek () =
        if at < tokens.Length then
            ValueSome tokens[at]
        else
            ValueNone

    let next (token: Token) =
        at < tokens.Length && tokens[at] = token

    let take (token: Token) =
        if next token then
            at <- at + 1
            true
        else
            false

    let expect (token: Token) =
        if not (take token) then
            fault $"{token} is missing"

    /// Runs a reader one level deeper.
    let deeper (read: unit -> Expression) =
        depth <- depth + 1
        budget.Spend 2

        if depth > maxDepth then
            raise (BudgetExceeded $"nesting of more than {maxDepth} levels")

        let result = read ()
        depth <- depth - 1
        result

    let isSeparator () =
        match peek () with
        | ValueSome(Mark(',' | ';'))
        | ValueSome(Joiner _)
        | ValueSome Row -> true
        | _ -> false

    member _.AtEnd = at >= tokens.Length

    /// Items joined by commas, semicolons, and, or; at least one.
    member private reader.Items() : struct (Connector * Expression list) =
        let items = ResizeArray [ reader.Relation() ]
        let mutable connector = Comma

        while isSeparator () do
            let mutable isNextRow = false

            while isSeparator () do
                match tokens[at] with
                | Joiner joiner when joiner <> Comma -> connector <- joiner
                | Row -> isNextRow <- true
                | _ -> ()

                at <- at + 1

            match peek () with
            | ValueSome _ when isNextRow && reader.IsComparison() -> items[items.Count - 1] <- reader.Continued items[items.Count - 1]
            | ValueNone
            | ValueSome(Mark(')' | ']' | '}'))
            | ValueSome(Command("}" | "rangle"))
            | ValueSome(End _) -> ()
            | _ -> items.Add(reader.Relation())

        struct (connector, List.ofSeq items)

    /// Items one level deeper.
    member private reader.Inner() : struct (Connector * Expression list) =
        depth <- depth + 1
        budget.Spend 2

        if depth > maxDepth then
            raise (BudgetExceeded $"nesting of more than {maxDepth} levels")

        let result = reader.Items()
        depth <- depth - 1
        result

    member reader.List() : Expression =
        deeper (fun () ->
            match reader.Items() with
            | struct (_, [ single ]) -> reader.Stacked single
            | struct (connector, items) -> Listing(connector, items))

    /// What stands over something else in TeX's own way: `{1 \over 2}`, `{5 \choose 2}`.
    member private reader.Stacked(upper: Expression) : Expression =
        if take (Command "over") then
            Expression.quotient upper (reader.Sum())
        elif take (Command "choose") then
            Call("binomial", [ upper; reader.Sum() ])
        else
            upper

    member private _.Comparison() : Comparison voption =
        let name =
            match peek () with
            | ValueSome(Command name) -> name
            | ValueSome(Mark mark) -> string mark
            | _ -> ""

        match Vocabulary.comparisons.TryGetValue name with
        | true, comparison ->
            at <- at + 1
            ValueSome comparison
        | _ -> ValueNone

    member private _.IsComparison() : bool =
        match peek () with
        | ValueSome(Command name) -> Vocabulary.comparisons.ContainsKey name
        | ValueSome(Mark mark) -> Vocabulary.comparisons.ContainsKey(string mark)
        | _ -> false

    /// A relation that goes on in the next line: `x = 2 + 3 \\ = 5`.
    member private reader.Continued(before: Expression) : Expression =
        let rest = ResizeArray<Comparison * Expression>()
        let mutable comparison = reader.Comparison()

        while comparison.IsSome do
            rest.Add((comparison.Value, reader.Ratio()))
            comparison <- reader.Comparison()

        match before with
        | Relation(first, chain) -> Relation(first, chain @ List.ofSeq rest)
        | first -> Relation(first, List.ofSeq rest)

    member reader.Relation() : Expression =
        // A comparison without a left side ("= 5", "\approx 8.24") says nothing of it.
        let mutable comparison = reader.Comparison()

        let first =
            match comparison with
            | ValueSome(Equals | Approximately)
            | ValueNone -> reader.Ratio()
            | ValueSome _ -> fault "a comparison without a left side"

        comparison <- reader.Comparison()

        if comparison.IsNone then
            first
        else
            at <- at - 1
            reader.Continued first

    member private reader.Ratio() : Expression =
        let first = reader.Sets()

        let takeColon () =
            take (Mark ':') || take (Command "colon")

        if takeColon () then
            let parts = ResizeArray [ first; reader.Sets() ]

            while takeColon () do
                parts.Add(reader.Sets())

            Call("ratio", List.ofSeq parts)
        else
            first

    member private reader.Sets() : Expression =
        let mutable left = reader.Sum()
        let mutable isMore = true

        while isMore do
            let operator =
                match peek () with
                | ValueSome(Command("cup" | "bigcup")) -> ValueSome Union
                | ValueSome(Command("cap" | "bigcap")) -> ValueSome Intersection
                | ValueSome(Command("setminus" | "backslash" | "smallsetminus")) -> ValueSome Without
                | _ -> ValueNone

            // {1,3} \cup {2,4}: here plain braces hold a set.
            let asSet (operand: Expression) =
                match operand with
                | Listing(_, items) -> Members items
                | other -> other

            match operator with
            | ValueSome operator ->
                at <- at + 1
                left <- SetOperation(operator, asSet left, asSet (reader.Sum()))
            | ValueNone -> isMore <- false

        left

    /// A term behind a plus, minus or plus-minus; none where no sign stands.
    member private reader.SignedTerm() : Expression voption =
        match peek () with
        | ValueSome(Mark '+') ->
            at <- at + 1
            ValueSome(reader.SignedTermOrTerm())
        | ValueSome(Mark '-') ->
            at <- at + 1
            ValueSome(Expression.negate (reader.SignedTermOrTerm()))
        | ValueSome(Command("pm" | "mp" as name)) ->
            at <- at + 1
            ValueSome(PlusMinus(reader.SignedTermOrTerm(), (name = "mp")))
        | _ -> ValueNone

    member private reader.SignedTermOrTerm() : Expression =
        deeper (fun () ->
            match reader.SignedTerm() with
            | ValueSome term -> term
            | ValueNone -> reader.Term())

    member private reader.Sum() : Expression =
        deeper (fun () ->
            let items = ResizeArray [ reader.SignedTermOrTerm() ]
            let mutable term = reader.SignedTerm()

            while term.IsSome do
                items.Add term.Value
                term <- reader.SignedTerm()

            if items.Count = 1 then items[0] else Sum(List.ofSeq items))

    /// Explicit products and quotients, from left to right.
    member private reader.Term() : Expression =
        let factors = ResizeArray [ reader.Factors true ]
        let mutable isMore = true

        while isMore do
            match peek () with
            | ValueSome(Mark '*')
            | ValueSome(Command("cdot" | "times" | "ast" | "bullet")) ->
                at <- at + 1
                factors.Add(reader.Signed(fun () -> reader.Factors true))
            | ValueSome(Mark '/')
            | ValueSome(Command "div") ->
                at <- at + 1

                let isLiteral =
                    factors.Count = 1
                    && (match factors[0] with
                        | Number _ -> true
                        | _ -> false)

                factors.Add(Expression.reciprocal (reader.Divisor isLiteral))
                // 1/2x is one half of x: a fraction of two literals comes first.
                if reader.StartsFactor() then
                    factors.Add(reader.Factors true)
            | ValueSome(Command("bmod" | "mod" | "pmod")) ->
                at <- at + 1
                let modulus = reader.Factors true
                let value = productOf (List.ofSeq factors)
                factors.Clear()
                // "9 (mod 11)" states the residue; the modulus is known from the question.
                factors.Add(
                    if Expression.isProse modulus then
                        value
                    else
                        Call("mod", [ value; modulus ])
                )
            | _ -> isMore <- false

        productOf (List.ofSeq factors)

    member private reader.Divisor(isLiteral: bool) : Expression =
        match peek () with
        | ValueSome(Digits _) when isLiteral -> reader.PowerOf()
        | _ -> reader.Signed(fun () -> reader.Factors true)

    /// An operand that may have a sign.
    member private reader.Signed(read: unit -> Expression) : Expression =
        deeper (fun () ->
            if take (Mark '-') then
                Expression.negate (reader.Signed read)
            elif take (Mark '+') then
                reader.Signed read
            else
                read ())

    /// Whether the bracket here ends an interval that is open above: `[0, 1[`.
    member private _.ClosesInterval() : bool =
        at + 1 = tokens.Length
        || (match tokens[at + 1] with
            | Mark(',' | ';' | ')' | '}')
            | Joiner _
            | Command("cup" | "cap" | "setminus" | "}") -> true
            | _ -> false)

    /// Whether a factor starts here, so that a product may go on without a sign.
    member private reader.StartsFactor() : bool =
        match peek () with
        | ValueSome(Digits _ | Literal _ | Letter _ | Prose _) -> true
        | ValueSome(Begin name) -> matrixEnvironments.Contains name
        | ValueSome(Mark('(' | '{')) -> true
        | ValueSome(Mark '[') -> not (reader.ClosesInterval())
        | ValueSome(Mark '|') -> openBars = 0
        | ValueSome(Command name) ->
            match name with
            | "}"
            | "rangle"
            | "rfloor"
            | "rceil"
            | "rvert"
            | "rVert"
            | "cdot"
            | "times"
            | "ast"
            | "bullet"
            | "div"
            | "pm"
            | "mp"
            | "cup"
            | "cap"
            | "bigcup"
            | "bigcap"
            | "setminus"
            | "backslash"
            | "smallsetminus"
            | "bmod"
            | "mod"
            | "pmod"
            | "mid"
            | "vert"
            | "colon"
            | "over"
            | "choose"
            | "rightarrow"
            | "to" -> false
            | _ -> not (Vocabulary.comparisons.ContainsKey name)
        | _ -> false

    /// Factors side by side; without functions where the argument of a function is read.
    member private reader.Factors(withFunctions: bool) : Expression =
        let factors = ResizeArray [ reader.PowerOf() ]

        let isFunction () =
            match peek () with
            | ValueSome(Command name) -> Vocabulary.functions.Contains name
            | _ -> false

        while reader.StartsFactor() && (withFunctions || not (isFunction ())) do
            match factors.Count, factors[factors.Count - 1], peek () with
            | 1, Number(whole, false), ValueSome(Command("frac" | "dfrac" | "tfrac" | "cfrac")) when Rational.isInteger whole ->
                match reader.PowerOf() with
                | fraction when reader.IsMixed fraction -> factors[0] <- Sum [ factors[0]; fraction ]
                | Percent fraction when reader.IsMixed fraction -> factors[0] <- Percent(Sum [ factors[0]; fraction ])
                | factor -> factors.Add factor
            | 1, Number(whole, false), ValueSome(Digits numerator) when Rational.isInteger whole && reader.IsPlainMixed numerator ->
                factors[0] <- Sum [ factors[0]; reader.PlainFraction() ]
            | _ -> factors.Add(reader.PowerOf())

        productOf (List.ofSeq factors)

    /// A proper fraction of literals: behind a whole number it is added, `3\frac{1}{2}` is 3 + 1/2.
    member private _.IsMixed(fraction: Expression) : bool =
        match fraction with
        | Product [ Number(a, false); Power(Number(b, false), Number(minus, false)) ] ->
            minus = Rational.minusOne
            && Rational.isInteger a
            && Rational.sign a > 0
            && Rational.compare a b < 0
        | _ -> false

    /// Whether a numerator is followed by a slash and a larger denominator: `3 1/2` is 3 + 1/2.
    member private _.IsPlainMixed(numerator: string) : bool =
        at + 2 < tokens.Length
        && tokens[at + 1] = Mark '/'
        && (match tokens[at + 2] with
            | Digits denominator ->
                not (numerator.Contains '.' || denominator.Contains '.')
                && parseDigits numerator < parseDigits denominator
            | _ -> false)

    member private reader.PlainFraction() : Expression =
        let numerator = reader.Primary()
        at <- at + 1
        Expression.quotient numerator (reader.Primary())

    member private reader.Exponent() : Expression =
        match peek () with
        | ValueSome(Digits _) -> reader.Primary()
        | ValueSome(Mark('-' | '+')) -> reader.Signed(fun () -> reader.Primary())
        | ValueNone -> fault "an exponent is missing"
        | _ -> reader.Primary()

    member private reader.IsDegree() : bool =
        if next (Command "circ") || next (Command "degree") then
            at <- at + 1
            true
        elif
            next (Mark '{')
            && at + 2 < tokens.Length
            && tokens[at + 1] = Command "circ"
            && tokens[at + 2] = Mark '}'
        then
            at <- at + 3
            true
        else
            false

    /// A degree is a unit, but within sine and its sisters it is pi/180.
    member private _.Degrees(value: Expression) : Expression =
        if inAngle > 0 then
            Product [ value; Constant Pi; Expression.reciprocal (Expression.number 180) ]
        else
            value

    member private reader.PowerOf() : Expression =
        deeper (fun () ->
            let mutable value = reader.Primary()
            let mutable isMore = true

            while isMore do
                budget.Spend 1

                match peek () with
                | ValueSome(Mark '^') ->
                    at <- at + 1

                    if reader.IsDegree() then
                        value <- reader.Degrees value
                    else
                        match reader.Exponent() with
                        | exponent when Expression.isProse exponent -> ()
                        | exponent -> value <- Power(value, exponent)
                | ValueSome(Command("circ" | "degree")) ->
                    at <- at + 1
                    value <- reader.Degrees value
                | ValueSome(Mark '!') ->
                    at <- at + 1
                    value <- Call("factorial", [ value ])
                | ValueSome(Mark '%') ->
                    at <- at + 1
                    value <- Percent value
                | ValueSome(Mark ''')
                | ValueSome(Command "prime") ->
                    at <- at + 1
                    value <- reader.Primed value
                | ValueSome(Mark '_') ->
                    at <- at + 1
                    value <- reader.Subscripted value
                | _ -> isMore <- false

            value)

    /// A derivative of a name is another name; behind a number a prime is a unit.
    member private _.Primed(value: Expression) : Expression =
        match value with
        | Symbol name -> Symbol(name + "'")
        | Call(name, items) when name.Length <= 2 -> Call(name + "'", items)
        | other -> other

    /// The text of the tokens of a subscript.
    member private _.SubscriptText() : string =
        let text = StringBuilder()

        let append (token: Token) =
            match token with
            | Digits value -> text.Append value |> ignore
            | Letter value -> text.Append value |> ignore
            | Command name -> text.Append name |> ignore
            | Prose value -> text.Append(Vocabulary.digitsOf value) |> ignore
            | Mark mark when mark <> '{' && mark <> '}' -> text.Append mark |> ignore
            | _ -> ()

        if at >= tokens.Length then
            fault "a subscript is missing"

        if take (Mark '{') then
            let mutable level = 1

            while level > 0 do
                if at >= tokens.Length then
                    fault "a subscript does not end"

                match tokens[at] with
                | Mark '{' -> level <- level + 1
                | Mark '}' -> level <- level - 1
                | token -> append token

                at <- at + 1
        else
            append tokens[at]
            at <- at + 1

        text.ToString()

    member private reader.Subscripted(value: Expression) : Expression =
        let subscript = reader.SubscriptText()

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

    /// An argument in braces, or one token (of a number its first digit where `isOneDigit`).
    member private reader.Argument(isOneDigit: bool) : Expression =
        match peek () with
        | ValueSome(Mark '{') ->
            at <- at + 1
            let value = reader.List()
            expect (Mark '}')
            value
        | ValueSome(Digits digits) when isOneDigit && digits.Length > 1 && digits[1] <> '.' ->
            tokens[at] <- Digits(digits.Substring 1)
            Number(Lexer.valueOf budget (digits.Substring(0, 1)), false)
        | ValueSome(Mark '-') ->
            at <- at + 1
            Expression.negate (reader.Argument isOneDigit)
        | ValueNone -> fault "an argument is missing"
        | _ -> deeper (fun () -> reader.Primary())

    member private reader.Root() : Expression =
        let index =
            if take (Mark '[') then
                let index = reader.Sum()
                expect (Mark ']')
                index
            else
                Expression.number 2

        let radicand = reader.Argument false

        match index with
        | Number(value, _) when not (Rational.isZero value) -> Power(radicand, Number(Rational.divide budget Rational.one value, false))
        | _ -> Power(radicand, Expression.reciprocal index)

    /// What stands in parentheses behind a function, or the factors that follow.
    member private reader.FunctionArguments(name: string) : Expression list =
        let isCircular = circular.Contains name

        if isCircular then
            inAngle <- inAngle + 1

        let arguments =
            if next (Mark '(') || next (Mark '[') then
                at <- at + 1
                let struct (_, items) = reader.Items()

                if not (take (Mark ')')) then
                    expect (Mark ']')

                items
            else
                match reader.Signed(fun () -> reader.Factors false) with
                | Listing(_, items) -> items
                | Members items when name <> "max" && name <> "min" -> items
                | Members items -> items
                | single -> [ single ]

        if isCircular then
            inAngle <- inAngle - 1

        arguments

    /// `\sum_{k=1}^{n} k^2`: the variable, both ends, and the term.
    member private reader.Iterated(name: string) : Expression =
        let mutable lower = ValueNone
        let mutable upper = ValueNone
        let mutable isMore = true

        while isMore do
            if take (Mark '_') then
                lower <- ValueSome(reader.Argument false)
            elif take (Mark '^') then
                upper <- ValueSome(reader.Argument false)
            else
                isMore <- false

        match lower, upper with
        | ValueSome(Relation((Symbol _ | Constant Imaginary) as variable, [ (Equals, first) ])), ValueSome last ->
            let term = deeper reader.Term

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

    member private reader.Function(spelled: string) : Expression =
        let name = canonicalName spelled
        let mutable subscript = ValueNone
        let mutable exponent = ValueNone
        let mutable isMore = true

        while isMore do
            if take (Mark '_') then
                subscript <- ValueSome(reader.Argument false)
            elif take (Mark '^') then
                exponent <- ValueSome(reader.Exponent())
            else
                isMore <- false

        let name, exponent =
            match exponent with
            | ValueSome(Number(value, _)) when value = Rational.minusOne && trigonometric.Contains name -> "arc" + name, ValueNone
            | _ -> name, exponent

        let arguments = reader.FunctionArguments name

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

    /// What stands between brackets: a group, a tuple or an interval.
    member private reader.Brackets(left: char) : Expression =
        let bars = openBars
        openBars <- 0
        let struct (connector, items) = reader.Inner()
        openBars <- bars

        let right =
            if take (Mark ')') then ')'
            elif take (Mark ']') then ']'
            elif take (Mark '[') then ')'
            else fault "a bracket does not close"

        match items with
        | [ single ] when (left = '(' && right = ')') || (left = '[' && right = ']') -> single
        | _ when connector <> Comma && left = '(' -> Listing(connector, items)
        | _ -> Bracketed(left, items, right)

    member private reader.Bars(isClose: unit -> bool) : Expression =
        openBars <- openBars + 1
        let value = reader.List()
        openBars <- openBars - 1

        if not (isClose ()) then
            fault "a bar does not close"

        Call("abs", [ value ])

    /// Members of a set or, behind a bar or colon, its condition.
    member private reader.SetBraces() : Expression =
        if take (Command "}") then
            Members []
        elif at < tokens.Length && tokens[at] = Begin "array" then
            at <- at + 1
            let rows = reader.Cases "array"
            take (Command "}") |> ignore
            rows
        else
            let bars = openBars
            openBars <- 1
            let struct (_, items) = reader.Inner()
            openBars <- bars

            let isCondition =
                take (Mark '|')
                || take (Command "mid")
                || take (Command "vert")
                || take (Command "colon")

            let result =
                match items with
                | [ Call("ratio", [ _; condition ]) ] -> Condition condition
                | [ Call("ratio", [ _; first ]); second ] -> Condition(Listing(And, [ first; second ]))
                | [ Relation(Call("ratio", [ _; first ]), rest) ] -> Condition(Relation(first, rest))
                | [ Relation(variable, (ElementOf, Call("ratio", [ domain; first ])) :: rest) ] when not rest.IsEmpty ->
                    Condition(Listing(And, [ Relation(variable, [ (ElementOf, domain) ]); Relation(first, rest) ]))
                | _ when isCondition -> Condition(reader.List())
                | _ -> Members items

            if not (take (Command "}") || take (Mark '}')) then
                fault "a set does not close"

            result

    /// The rows of an environment up to its end; a row is its cells.
    member private reader.Rows(environment: string) : Expression list list =
        let rows = ResizeArray<Expression list>()
        let mutable row = ResizeArray<Expression>()
        let mutable isMore = true

        while isMore do
            budget.Spend 1

            match peek () with
            | ValueSome Row ->
                at <- at + 1

                if row.Count > 0 then
                    rows.Add(List.ofSeq row)
                    row <- ResizeArray()
            | ValueSome(Mark('&' | ',' | ';'))
            | ValueSome(Prose("if" | "for" | "when" | "otherwise"))
            | ValueSome(Command "hline") -> at <- at + 1
            | ValueSome(End name) when name = environment ->
                at <- at + 1
                isMore <- false
            | ValueNone -> fault "a matrix does not end"
            | _ -> row.Add(deeper reader.Relation)

        if row.Count > 0 then
            rows.Add(List.ofSeq row)

        List.ofSeq rows

    member private reader.MatrixRows(environment: string) : Expression =
        let rows = reader.Rows environment

        if
            rows.IsEmpty
            || List.exists (fun (items: Expression list) -> items.Length <> rows.Head.Length) rows
        then
            fault "a matrix with uneven rows"

        if environment = "vmatrix" then
            Call("det", [ Matrix rows ])
        else
            Matrix rows

    /// A system is the list of its lines; a function by cases is the list of its values with their conditions.
    member private reader.Cases(environment: string) : Expression =
        let line (cells: Expression list) =
            match cells with
            | [ single ] -> single
            | [ value; condition ] -> Bracketed('{', [ value; condition ], '}')
            | _ -> fault "a case of more than a value and a condition"

        Listing(And, reader.Rows environment |> List.map line)

    member private reader.Named(letter: char) : Expression =
        match letter with
        | 'i' -> Constant Imaginary
        | 'e' -> Constant Euler
        | 'f'
        | 'g'
        | 'h' when
            next (Mark '(')
            || (next (Mark ''') && at + 1 < tokens.Length && tokens[at + 1] = Mark '(')
            ->
            let name =
                if take (Mark ''') then
                    string letter + "'"
                else
                    string letter

            at <- at + 1
            let struct (_, items) = reader.Inner()
            expect (Mark ')')
            Call(name, items)
        | _ -> Symbol(string letter)

    member private reader.CommandPrimary(name: string) : Expression =
        match name with
        | "frac"
        | "dfrac"
        | "tfrac"
        | "cfrac" ->
            let numerator = reader.Argument true
            let denominator = reader.Argument true

            if Expression.isProse denominator then
                numerator
            else
                Expression.quotient numerator denominator
        | "sqrt" -> reader.Root()
        | "cbrt" -> Power(reader.Argument false, Expression.quotient (Expression.number 1) (Expression.number 3))
        | "binom"
        | "dbinom"
        | "tbinom" ->
            let upper = reader.Argument true
            Call("binomial", [ upper; reader.Argument true ])
        | "pi" -> Constant Pi
        | "infty" -> Constant Infinity
        | "imath" -> Constant Imaginary
        | _ when name.StartsWith("bar ", StringComparison.Ordinal) -> Symbol name
        | "sum"
        | "prod" -> reader.Iterated name
        | "R" -> Bracketed('(', [ Expression.negate (Constant Infinity); Constant Infinity ], ')')
        | "emptyset"
        | "varnothing" -> Members []
        | "{" -> reader.SetBraces()
        | "langle" ->
            let struct (_, items) = reader.Inner()
            expect (Command "rangle")
            Bracketed('(', items, ')')
        | "lfloor" ->
            let value = reader.List()
            expect (Command "rfloor")
            Call("floor", [ value ])
        | "lceil" ->
            let value = reader.List()
            expect (Command "rceil")
            Call("ceil", [ value ])
        | "lvert"
        | "lVert" -> reader.Bars(fun () -> take (Command "rvert") || take (Command "rVert"))
        | "mid"
        | "vert"
        | "Vert" -> reader.Bars(fun () -> take (Command name))
        | "top" -> Symbol "T"
        | "ldots"
        | "dots"
        | "cdots"
        | "dotsc"
        | "dotsb" -> Symbol "..."
        | "prime" -> Words "prime"
        | _ when Vocabulary.functions.Contains name -> reader.Function name
        | _ when Vocabulary.greek.Contains name -> Symbol name
        | _ -> fault $"\\{name} is not known"

    member reader.Primary() : Expression =
        match peek () with
        | ValueNone -> fault "something is missing"
        | ValueSome token ->
            at <- at + 1

            match token with
            | Digits text -> Number(Lexer.valueOf budget text, text.Contains '.')
            | Literal value -> Number(value, false)
            | Letter letter -> reader.Named letter
            | Command name -> reader.CommandPrimary name
            | Prose text -> Words text
            | Mark('(' | '[' as left) -> reader.Brackets left
            | Mark ']' -> reader.Brackets '('
            | Mark '{' when take (Mark '}') -> Words ""
            | Mark '{' ->
                let value = reader.List()
                expect (Mark '}')
                value
            | Mark '|' -> reader.Bars(fun () -> take (Mark '|'))
            | Begin("cases" | "dcases" | "rcases" as name) -> reader.Cases name
            | Begin name when matrixEnvironments.Contains name -> reader.MatrixRows name
            | Mark '&' -> reader.Primary()
            | _ -> fault "something stands where a value should"

let private arrows =
    set
        [ "Rightarrow"
          "implies"
          "Longrightarrow"
          "iff"
          "Leftrightarrow"
          "Longleftrightarrow" ]

/// What stands behind the last arrow of a derivation.
let private conclusion (tokens: Token[]) : Token[] =
    let isArrow (token: Token) =
        match token with
        | Command name -> arrows.Contains name
        | _ -> false

    match Array.FindLastIndex(tokens, isArrow) with
    | -1 -> tokens
    | last when last = tokens.Length - 1 -> tokens
    | last -> Array.skip (last + 1) tokens

/// Without environments that only align, and their marks.
let private withoutFrames (tokens: Token[]) : Token[] =
    let hasCells =
        tokens
        |> Array.exists (function
            | Begin name -> not (transparentEnvironments.Contains name)
            | _ -> false)

    let isFrame (token: Token) =
        match token with
        | Begin name
        | End name -> transparentEnvironments.Contains name
        | Mark '&' -> not hasCells
        | _ -> false

    // Empty braces stand for nothing, but where a command or a script wants its argument.
    let isEmptyGroup (at: int) =
        tokens[at] = Mark '{'
        && at + 1 < tokens.Length
        && tokens[at + 1] = Mark '}'
        && (at = 0
            || (match tokens[at - 1] with
                | Command _
                | Mark('^' | '_' | '}' | ']') -> false
                | _ -> true))

    tokens
    |> Array.indexed
    |> Array.filter (fun (at, token) -> not (isFrame token || isEmptyGroup at || (at > 0 && isEmptyGroup (at - 1))))
    |> Array.map snd

/// The expression of a text; raises `SyntaxFault` or `BudgetExceeded`.
let parse (budget: Budget) (isCommaThousands: bool) (text: string) : Expression =
    let tokens =
        Lexer.tokens budget isCommaThousands text |> conclusion |> withoutFrames

    if tokens.Length = 0 then
        fault "nothing to read"

    let reader = Reader(tokens, budget)
    let result = reader.List()

    if not reader.AtEnd then
        fault "something is left over"

    result
