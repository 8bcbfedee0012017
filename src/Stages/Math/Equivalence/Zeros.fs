/// Where an expression of one real variable may change its sign.
module internal Cppo.Stages.Math.Equivalence.Zeros

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Exact
open Cppo.Stages.Math.Numeric

/// Bits to which boundaries agree.
let tolerance = 100

let isSame (a: BigFloat) (b: BigFloat) =
    let size = max 0 (max (BigFloat.magnitude a) (BigFloat.magnitude b))
    BigFloat.magnitude (BigFloat.subtract a b) <= size - tolerance

let order (a: BigFloat) (b: BigFloat) =
    if isSame a b then 0 else BigFloat.compare a b

/// An end of an interval: none for infinity.
let tryEnd (budget: Budget) (expression: Expression) : BigFloat voption voption =
    if Expression.isInfinite expression then
        ValueSome ValueNone
    elif not (Expression.symbols expression).IsEmpty then
        ValueNone
    else
        try
            let value = Evaluate.at budget (Points.symbolAt 0) expression

            if
                BigFloat.isZero value.Im
                || BigFloat.magnitude value.Im <= BigFloat.magnitude value.Re - tolerance
            then
                ValueSome(ValueSome value.Re)
            else
                ValueNone
        with Undefined _ ->
            ValueNone

/// Real roots of a polynomial of degree 2 at most; none where it has a higher degree.
let private roots (coefficients: Rational[]) : BigFloat list voption =
    if coefficients |> Array.skip 3 |> Array.exists (Rational.isZero >> not) then
        ValueNone
    else
        let c, b, a =
            BigFloat.ofRational coefficients[0], BigFloat.ofRational coefficients[1], BigFloat.ofRational coefficients[2]

        if BigFloat.isZero a then
            ValueSome(
                if BigFloat.isZero b then
                    []
                else
                    [ BigFloat.negate (BigFloat.divide c b) ]
            )
        else
            let discriminant =
                BigFloat.subtract (BigFloat.multiply b b) (BigFloat.scale 2 (BigFloat.multiply a c))

            if BigFloat.sign discriminant < 0 then
                ValueSome []
            else
                let root = BigFloat.sqrt discriminant

                let at sign =
                    BigFloat.scale -1 (BigFloat.divide (BigFloat.subtract (sign root) b) a)

                ValueSome [ at id; at BigFloat.negate ]

/// Absolute values beyond this number are not resolved.
[<Literal>]
let private maxAbsolutes = 4

let rec private tryFindAbsolute (expression: Expression) : Expression option =
    match expression with
    | Call("abs", [ _ ]) -> Some expression
    | _ -> Expression.parts expression |> List.tryPick tryFindAbsolute

let rec private replace (old: Expression) (value: Expression) (part: Expression) : Expression =
    if part = old then
        value
    else
        Expression.map (replace old value) part

/// The same with every absolute value replaced by its inside and by the negative of that.
let rec private withoutAbsolutes (numLeft: int) (expression: Expression) : Expression list =
    match tryFindAbsolute expression with
    | Some(Call(_, [ inner ]) as absolute) ->
        if numLeft = 0 then
            raise (BudgetExceeded $"more than {maxAbsolutes} absolute values")

        [ inner; Expression.negate inner ]
        |> List.collect (fun value -> withoutAbsolutes (numLeft - 1) (replace absolute value expression))
    | _ -> [ expression ]

/// Where an expression of one symbol may change its sign; none where that is not found.
let rec private zeros (budget: Budget) (symbol: string) (expression: Expression) : BigFloat list voption =
    budget.Spend 5

    let all (parts: Expression list) =
        let found = parts |> List.map (zeros budget symbol)

        if List.forall (fun (item: BigFloat list voption) -> item.IsSome) found then
            ValueSome(found |> List.collect _.Value)
        else
            ValueNone

    match expression with
    | Product items -> all items
    | Power(inner, Number _) -> zeros budget symbol inner
    | _ when (Expression.symbols expression).IsEmpty -> ValueSome []
    | _ ->
        match withoutAbsolutes maxAbsolutes expression with
        | [ _ ] ->
            match Exact.coefficients budget symbol expression with
            | ValueSome(struct (numerator, denominator)) ->
                match roots numerator, roots denominator with
                | ValueSome a, ValueSome b -> ValueSome(a @ b)
                | _ -> ValueNone
            | ValueNone -> ValueNone
        | several -> all several

/// Where left - right may change its sign.
let breaksOf (budget: Budget) (symbol: string) (left: Expression) (right: Expression) : BigFloat list voption =
    match left, right with
    | Symbol _, other
    | other, Symbol _ when (Expression.symbols other).IsEmpty ->
        match tryEnd budget other with
        | ValueSome(ValueSome value) -> ValueSome [ value ]
        | ValueSome ValueNone -> ValueSome []
        | ValueNone -> ValueNone
    | side, Number(zero, _)
    | Number(zero, _), side when Rational.isZero zero -> zeros budget symbol side
    | _ -> zeros budget symbol (Expression.difference left right)
