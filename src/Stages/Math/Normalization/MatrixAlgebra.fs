/// Sums, products, powers and determinants of matrices whose entries are expressions.
module internal Cppo.Stages.Math.Normalization.MatrixAlgebra

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Exact

/// The largest matrix of which a determinant or an inverse is written out.
[<Literal>]
let private maxExpanded = 4

/// Counts every node of an entry, so that entries that share their parts cannot grow without bound.
let rec private measure (budget: Budget) (entry: Expression) : unit =
    budget.Spend 1
    List.iter (measure budget) (Expression.parts entry)

/// An entry as a number where it is one, else as it is, measured.
let private reduced (budget: Budget) (entry: Expression) : Expression =
    measure budget entry

    if Expression.symbols entry |> List.isEmpty then
        match Exact.tryRational budget entry with
        | ValueSome value -> Number(value, false)
        | ValueNone -> entry
    else
        entry

let private add (a: Expression list list) (b: Expression list list) =
    if a.Length <> b.Length || a.Head.Length <> b.Head.Length then
        raise (Undefined "a sum of matrices of different shape")

    List.map2 (List.map2 (fun x y -> Sum [ x; y ])) a b

let private multiply (budget: Budget) (a: Expression list list) (b: Expression list list) =
    if a.Head.Length <> b.Length then
        raise (Undefined "a product of matrices of unfit shapes")

    let columns = List.transpose b
    budget.Spend(a.Length * columns.Length * b.Length)

    a
    |> List.map (fun row ->
        columns
        |> List.map (fun column -> reduced budget (Sum(List.map2 (fun x y -> Product [ x; y ]) row column))))

/// A sum of which at least one item is a matrix.
let sum (items: Expression list) : Expression =
    let rows =
        items
        |> List.map (function
            | Matrix rows -> rows
            | _ -> raise (Undefined "a sum of a matrix and a number"))

    Matrix(List.reduce add rows)

/// A product of which at least one factor is a matrix.
let product (budget: Budget) (items: Expression list) : Expression =
    let scalars = items |> List.filter (_.IsMatrix >> not)

    let matrices =
        items
        |> List.choose (function
            | Matrix rows -> Some rows
            | _ -> None)

    let result = List.reduce (multiply budget) matrices

    Matrix(
        if scalars.IsEmpty then
            result
        else
            result |> List.map (List.map (fun item -> Product(scalars @ [ item ])))
    )

/// The rows without one, and without one column.
let private minor (row: int) (column: int) (rows: Expression list list) =
    rows |> List.removeAt row |> List.map (List.removeAt column)

let private withSign (place: int) (value: Expression) =
    if place % 2 = 0 then value else Expression.negate value

let private checkSquare (rows: Expression list list) =
    if rows.Length <> rows.Head.Length then
        raise (Undefined "a determinant of a matrix that is not square")

    if rows.Length > maxExpanded then
        raise (BudgetExceeded $"a determinant of more than {maxExpanded} rows")

let rec private expanded (budget: Budget) (rows: Expression list list) : Expression =
    match rows with
    | [ [ single ] ] -> single
    | first :: _ ->
        first
        |> List.mapi (fun column entry -> withSign column (Product [ entry; expanded budget (minor 0 column rows) ]))
        |> Sum
        |> reduced budget
    | [] -> Expression.number 1

/// The determinant, expanded along the first rows.
let determinant (budget: Budget) (rows: Expression list list) : Expression =
    checkSquare rows
    expanded budget rows

let private inverse (budget: Budget) (rows: Expression list list) =
    let scale = Expression.reciprocal (determinant budget rows)

    if rows.Length = 1 then
        [ [ scale ] ]
    else
        List.init rows.Length (fun row ->
            List.init rows.Length (fun column ->
                let cofactor = withSign (row + column) (expanded budget (minor column row rows))
                reduced budget (Product [ scale; cofactor ])))

/// A matrix to a whole power, its inverse, or its transpose.
let power (budget: Budget) (rows: Expression list list) (exponent: Expression) : Expression =
    let rec times (count: int) (value: Expression list list) =
        if count = 1 then
            value
        else
            let half = times (count / 2) value
            let square = multiply budget half half

            if count % 2 = 0 then
                square
            else
                multiply budget square value

    match exponent with
    | Symbol "T"
    | Words "T"
    | Symbol "t" -> Matrix(List.transpose rows)
    | Number(value, _) ->
        match Rational.tryInt value with
        | ValueSome count when count > 0 && count <= 1000 -> Matrix(times count rows)
        | ValueSome count when count < 0 && count >= -1000 -> Matrix(times -count (inverse budget rows))
        | _ -> raise (Undefined "a power of a matrix that is not a whole number")
    | _ -> Power(Matrix rows, exponent)
