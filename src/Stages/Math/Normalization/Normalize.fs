/// Brings a parsed answer into the form that comparisons expect: matrices computed, both signs written out, lists flat.
module internal Cppo.Stages.Math.Normalization.Normalize

open System
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing

/// Prose that is a list, a number or a name for something else.
let private prose (text: string) : Expression =
    match Vocabulary.numberOf text, text.Trim().ToLowerInvariant() with
    | -1, "infinity" -> Constant Infinity
    | -1, ("empty set" | "the empty set") -> Members []
    | -1, ("all real numbers" | "all reals" | "the real numbers") ->
        Bracketed('(', [ Expression.negate (Constant Infinity); Constant Infinity ], ')')
    | -1, _ ->
        let items =
            text
                .Replace(" and ", ",", StringComparison.Ordinal)
                .Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)

        if items.Length > 1 && items |> Array.forall (fun item -> item.Length <= 24) then
            Listing(Comma, [ for item in items -> Words item ])
        else
            Words text
    | value, _ -> Expression.number value

let private flat (items: Expression list) =
    items
    |> List.collect (function
        | Listing(_, inner) -> inner
        | item -> [ item ])

let private isSetOrInterval (expression: Expression) =
    match expression with
    | Members _
    | SetOperation _
    | Condition _
    | Bracketed(_, [ _; _ ], _) -> true
    | _ -> false

let private isTuple (expression: Expression) =
    match expression with
    | Bracketed('(', _ :: _ :: _, ')') -> true
    | _ -> false

let private isPointName (expression: Expression) =
    match expression with
    | Symbol name -> Char.IsAsciiLetterUpper name[0]
    | _ -> false

/// Points with their names, and points side by side.
let private product (items: Expression list) =
    match items with
    | [ name; point ] when isPointName name && isTuple point -> point
    | _ when items.Length > 1 && List.forall isTuple items -> Listing(Comma, items)
    | _ -> Product items

/// `A - {0}` among sets is the difference of sets.
let private sum (items: Expression list) =
    match items with
    | [ whole; Product [ Number(minus, false); Members gone ] ] when minus = Rational.minusOne && isSetOrInterval whole ->
        SetOperation(Without, whole, Members gone)
    | _ -> Sum items

/// Set braces around one value within arithmetic only group.
let private withoutBraces (expression: Expression) =
    let bare (part: Expression) =
        match part with
        | Members [ single ] when not (isSetOrInterval single) -> single
        | other -> other

    match expression with
    | Power(a, b) -> Power(bare a, bare b)
    | Call(name, items) -> Call(name, List.map bare items)
    | other -> other

/// One pass from the leaves up.
let rec private clean (budget: Budget) (expression: Expression) : Expression =
    budget.Spend 1

    match withoutBraces (Expression.map (clean budget) expression) with
    | Words text -> prose text
    | Sum items when items |> List.exists _.IsMatrix -> MatrixAlgebra.sum items
    | Product items when items |> List.exists _.IsMatrix -> MatrixAlgebra.product budget items
    | Power(Matrix rows, exponent) -> MatrixAlgebra.power budget rows exponent
    | Call(("det" | "abs"), [ Matrix rows ]) -> MatrixAlgebra.determinant budget rows
    | Sum items -> sum items
    | Product items -> product items
    | Listing(connector, items) -> Listing(connector, flat items)
    | Members items -> Members(flat items)
    | other -> other

let private isPlusMinus (expression: Expression) =
    Expression.exists _.IsPlusMinus expression

/// The expression with the signs of its plus-minuses taken from the bits of a number, one bit each, or one bit for all.
let private withSigns (isCoupled: bool) (choice: int) (expression: Expression) : Expression =
    let mutable place = 0

    let rec visit (expression: Expression) : Expression =
        match expression with
        | PlusMinus(inner, isMinusPlus) ->
            let bit = if isCoupled then 0 else place
            place <- place + 1
            let inner = visit inner
            let isNegative = ((choice >>> bit) &&& 1 = 1) <> isMinusPlus
            if isNegative then Expression.negate inner else inner
        | _ -> Expression.map visit expression

    visit expression

let rec private numSigns (expression: Expression) : int =
    (if expression.IsPlusMinus then 1 else 0)
    + List.sumBy numSigns (Expression.parts expression)

/// Writes plus-minus out as a list of all values.
let rec private expand (expression: Expression) : Expression =
    if not (isPlusMinus expression) then
        expression
    else
        match expression with
        | Listing(connector, items) -> Listing(connector, flat (List.map expand items))
        | Members items -> Members(flat (List.map expand items))
        | _ ->
            let count = numSigns expression

            let isCoupled =
                count > 4
                || Expression.exists
                    (function
                    | PlusMinus(_, true) -> true
                    | _ -> false)
                    expression

            let numBits = if isCoupled then 1 else count
            Listing(Comma, [ for choice in 0 .. (1 <<< numBits) - 1 -> withSigns isCoupled choice expression ])

let answer (budget: Budget) (expression: Expression) : Expression = expand (clean budget expression)
