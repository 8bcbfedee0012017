/// Sets of real numbers, from intervals, unions, braces and inequalities, compared by which test points they hold.
module internal Cppo.Stages.Math.Equivalence.Regions

open System.Numerics
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Numeric
open Cppo.Stages.Math.Equivalence.Zeros

/// A set of reals whose boundary lies in finitely many points.
type Region =
    { Breaks: BigFloat list
      Contains: BigFloat -> bool }

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

/// Whether a part says that something is an integer.
let private isOfIntegers (expression: Expression) =
    match expression with
    | Relation(_, [ (ElementOf, Words "mathbb Z") ]) -> true
    | _ -> false

/// Whether inequalities are about several variables, so that they describe no set of numbers.
let private isOfSeveral (expression: Expression) =
    (Expression.parts expression
     |> List.filter _.IsRelation
     |> List.collect Expression.symbols
     |> List.filter (fun name -> not (name.StartsWith("mathbb", System.StringComparison.Ordinal)))
     |> List.distinct)
        .Length
        >
        1

/// The most integers that are written out of a region.
[<Literal>]
let private maxIntegers = 200

/// The integers of a bounded region; none where it is not bounded or has too many.
let private tryIntegers (budget: Budget) (region: Region voption) : Region voption =
    match region with
    | ValueSome region when not region.Breaks.IsEmpty ->
        let sorted = region.Breaks |> List.sortWith BigFloat.compare
        let first, last = BigFloat.floor sorted.Head, BigFloat.floor (List.last sorted)

        let isOpen =
            region.Contains(BigFloat.ofBigInteger (first - BigInteger.One))
            || region.Contains(BigFloat.ofBigInteger (last + BigInteger 2))

        if isOpen || last - first > BigInteger maxIntegers then
            ValueNone
        else
            budget.Spend(10 * int (last - first + BigInteger.One))

            seq { first..last }
            |> Seq.map BigFloat.ofBigInteger
            |> Seq.filter region.Contains
            |> Seq.map point
            |> Seq.fold (combine (||)) empty
            |> ValueSome
    | _ -> ValueNone

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
    | Listing(And, items) when List.exists isOfIntegers items ->
        let rest = items |> List.filter (isOfIntegers >> not)

        if rest.IsEmpty then
            ValueNone
        else
            tryIntegers budget (tryOf budget (Listing(And, rest)))
    | Listing _ when isOfSeveral expression -> ValueNone
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
