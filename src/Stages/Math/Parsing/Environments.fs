/// Matrices, systems and functions by cases.
module internal Cppo.Stages.Math.Parsing.Environments

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor

/// Environments that hold the entries of a matrix.
let matrixEnvironments =
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

/// The rows of an environment up to its end; a row is its cells.
let private readRows (c: Cursor) (environment: string) : Expression list list =
    let rows = ResizeArray<Expression list>()
    let mutable row = ResizeArray<Expression>()
    let mutable isMore = true

    while isMore do
        c.Budget.Spend 1

        match c.Peek() with
        | ValueSome Row ->
            c.Advance()

            if row.Count > 0 then
                rows.Add(List.ofSeq row)
                row <- ResizeArray()
        | ValueSome(Mark('&' | ',' | ';'))
        | ValueSome(Prose("if" | "for" | "when" | "otherwise"))
        | ValueSome(Command "hline") -> c.Advance()
        | ValueSome(End name) when name = environment ->
            c.Advance()
            isMore <- false
        | ValueNone -> fault "a matrix does not end"
        | _ -> row.Add(c.Deeper(fun () -> c.Grammar.Relation c))

    if row.Count > 0 then
        rows.Add(List.ofSeq row)

    List.ofSeq rows

/// A matrix; its determinant where the bars of `vmatrix` stand around it.
let readMatrix (c: Cursor) (environment: string) : Expression =
    let rows = readRows c environment

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
let readCases (c: Cursor) (environment: string) : Expression =
    let line (cells: Expression list) =
        match cells with
        | [ single ] -> single
        | [ value; condition ] -> Bracketed('{', [ value; condition ], '}')
        | _ -> fault "a case of more than a value and a condition"

    Listing(And, readRows c environment |> List.map line)
