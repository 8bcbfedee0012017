/// Sets of real numbers, from intervals, unions, braces and inequalities, compared by which test points they hold.
module internal Cppo.Stages.Mathematics.Regions

open System.Numerics

/// A set of reals whose boundary lies in finitely many points.
type Region =
    { Breaks: BigFloat list
      Contains: BigFloat -> bool }

let private tolerance = 100

let private isSame (a: BigFloat) (b: BigFloat) =
    let size = max 0 (max (BigFloat.magnitude a) (BigFloat.magnitude b))
    BigFloat.magnitude (BigFloat.subtract a b) <= size - tolerance

let private order (a: BigFloat) (b: BigFloat) =
    if isSame a b then 0 else BigFloat.compare a b

/// An end of an interval: none for infinity.
let private tryEnd (budget: Budget) (expression: Expression) : BigFloat voption voption =
    if Expression.isInfinite expression then
        ValueSome ValueNone
    elif not (Expression.symbols expression).IsEmpty then
        ValueNone
    else
        try
            let value = Evaluate.at budget (Evaluate.symbolAt 0) expression

            if
                BigFloat.isZero value.Im
                || BigFloat.magnitude value.Im <= BigFloat.magnitude value.Re - tolerance
            then
                ValueSome(ValueSome value.Re)
            else
                ValueNone
        with Undefined _ ->
            ValueNone

let private point (value: BigFloat) : Region =
    { Breaks = [ value ]
      Contains = fun x -> isSame x value }

let private empty =
    { Breaks = []
      Contains = fun _ -> false }

let private combine (operator: bool -> bool -> bool) (a: Region) (b: Region) : Region =
    { Breaks = a.Breaks @ b.Breaks
      Contains = fun x -> operator (a.Contains x) (b.Contains x) }

let private interval (left: char) (low: BigFloat voption) (high: BigFloat voption) (right: char) : Region =
    let isAbove x =
        match low with
        | ValueNone -> true
        | ValueSome low -> (let sign = order x low in sign > 0 || sign = 0 && left = '[')

    let isBelow x =
        match high with
        | ValueNone -> true
        | ValueSome high -> (let sign = order x high in sign < 0 || sign = 0 && right = ']')

    { Breaks =
        [ for finite in [ low; high ] do
              if finite.IsSome then
                  finite.Value ]
      Contains = fun x -> isAbove x && isBelow x }

let private holds (comparison: Comparison) (sign: int) =
    match comparison with
    | Equals
    | Approximately -> sign = 0
    | NotEqual -> sign <> 0
    | Less -> sign < 0
    | LessOrEqual -> sign <= 0
    | Greater -> sign > 0
    | GreaterOrEqual -> sign >= 0
    | ElementOf -> false

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
let private breaksOf (budget: Budget) (symbol: string) (left: Expression) (right: Expression) : BigFloat list voption =
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

/// One comparison as a region of its only symbol.
let private comparisonRegion
    (budget: Budget)
    (symbol: string)
    (left: Expression)
    (comparison: Comparison)
    (right: Expression)
    : Region voption =
    let valueAt (x: BigFloat) (expression: Expression) =
        (Evaluate.at budget (fun _ -> ComplexFloat.real x) expression).Re

    let sign (x: BigFloat) =
        match Expression.isInfinite left, Expression.isInfinite right with
        | false, false -> order (valueAt x left) (valueAt x right)
        | true, _ -> (if left.IsConstant then 1 else -1)
        | _ -> (if right.IsConstant then -1 else 1)

    match breaksOf budget symbol left right with
    | ValueSome breaks ->
        ValueSome
            { Breaks = breaks
              Contains =
                fun x ->
                    try
                        holds comparison (sign x)
                    with Undefined _ ->
                        false }
    | ValueNone -> ValueNone

/// The only thing in a chain of comparisons that varies, as a symbol: `-1 < f(x) < 1` is about f(x).
let private withOneSymbol (expression: Expression) : struct (string * Expression) voption =
    let rec replace (old: Expression) (part: Expression) =
        if part = old then
            Symbol "x"
        else
            Expression.map (replace old) part

    match expression with
    | Relation(first, rest) ->
        let varying =
            first :: List.map snd rest
            |> List.filter (fun part -> not (Expression.symbols part).IsEmpty)
            |> List.distinct

        match varying with
        | [ Symbol name ] -> ValueSome(struct (name, expression))
        | [ Call(name, _) as call ] when name.Length <= 2 -> ValueSome(struct ("x", replace call expression))
        | _ ->
            match Expression.symbols expression with
            | [ name ] -> ValueSome(struct (name, expression))
            | _ -> ValueNone
    | _ -> ValueNone

let private merge (operator: bool -> bool -> bool) (regions: Region voption list) : Region voption =
    if
        regions.IsEmpty
        || List.exists (fun (region: Region voption) -> region.IsNone) regions
    then
        ValueNone
    else
        regions |> List.map _.Value |> List.reduce (combine operator) |> ValueSome

/// Whether an end is infinite with a sign.
let private isInfinite (sign: int) (expression: Expression) =
    Expression.isInfinite expression && expression.IsConstant = (sign > 0)

/// The region that an answer describes; none where it describes no set of reals, or one whose boundary is not found.
let rec tryOf (budget: Budget) (expression: Expression) : Region voption =
    budget.Spend 5

    match expression with
    | Bracketed(_, [ low; high ], _) when isInfinite 1 low || isInfinite -1 high -> ValueNone
    | Bracketed(left, [ low; high ], right) ->
        match tryEnd budget low, tryEnd budget high with
        | ValueSome low, ValueSome high -> ValueSome(interval left low high right)
        | _ -> ValueNone
    | Members [] -> ValueSome empty
    | Members items -> items |> List.map (tryPoint budget) |> merge (||)
    | SetOperation(operator, a, b) ->
        let apply =
            match operator with
            | Union -> (||)
            | Intersection -> (&&)
            | Without -> fun inA inB -> inA && not inB

        merge apply [ tryOf budget a; tryOf budget b ]
    | Condition inner -> tryOf budget inner
    | Relation(_, [ (ElementOf, set) ]) -> tryOf budget set
    | Relation _ ->
        match withOneSymbol expression with
        | ValueSome(struct (symbol, Relation(first, rest))) ->
            let lefts = first :: List.map snd rest

            List.zip (List.take rest.Length lefts) rest
            |> List.map (fun (left, (comparison, right)) -> comparisonRegion budget symbol left comparison right)
            |> merge (&&)
        | _ -> ValueNone
    | Listing(connector, items) ->
        items
        |> List.map (tryOf budget)
        |> merge (if connector = Or then (||) else (&&))
    | _ -> tryPoint budget expression

and private tryPoint (budget: Budget) (expression: Expression) : Region voption =
    match tryEnd budget expression with
    | ValueSome(ValueSome value) -> ValueSome(point value)
    | _ -> ValueNone

/// The points that decide: every boundary, between two, and beyond the outermost.
let private testPoints (breaks: BigFloat list) : BigFloat list =
    let rec distinct (sorted: BigFloat list) =
        match sorted with
        | a :: b :: rest when isSame a b -> distinct (a :: rest)
        | a :: rest -> a :: distinct rest
        | [] -> []

    match breaks |> List.sortWith BigFloat.compare |> distinct with
    | [] -> [ BigFloat.zero ]
    | sorted ->
        let middles =
            sorted
            |> List.pairwise
            |> List.map (fun (a, b) -> BigFloat.scale -1 (BigFloat.add a b))

        let below = BigFloat.subtract sorted.Head BigFloat.one
        let above = BigFloat.add (List.last sorted) BigFloat.one
        below :: above :: (sorted @ middles)

/// Whether two regions hold the same numbers.
let equal (budget: Budget) (a: Region) (b: Region) : bool =
    let points = testPoints (a.Breaks @ b.Breaks)
    budget.Spend(points.Length * (a.Breaks.Length + b.Breaks.Length + 1))
    points |> List.forall (fun x -> a.Contains x = b.Contains x)
