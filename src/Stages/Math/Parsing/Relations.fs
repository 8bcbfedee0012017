/// Sums, operations on sets, comparisons and lists.
module internal Cppo.Stages.Math.Parsing.Relations

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor
open Cppo.Stages.Math.Parsing.Products

/// A term behind a plus, minus or plus-minus; none where no sign stands.
let rec private readSignedTerm (c: Cursor) : Expression voption =
    match c.Peek() with
    | ValueSome(Mark '+') ->
        c.Advance()
        ValueSome(readSignedTermOrTerm c)
    | ValueSome(Mark '-') ->
        c.Advance()
        ValueSome(Expression.negate (readSignedTermOrTerm c))
    | ValueSome(Command("pm" | "mp" as name)) ->
        c.Advance()
        ValueSome(PlusMinus((readSignedTermOrTerm c), (name = "mp")))
    | _ -> ValueNone

and private readSignedTermOrTerm (c: Cursor) : Expression =
    c.Deeper(fun () ->
        match readSignedTerm c with
        | ValueSome term -> term
        | ValueNone -> readTerm c)

/// Terms with their signs.
let readSum (c: Cursor) : Expression =
    c.Deeper(fun () ->
        let items = ResizeArray [ (readSignedTermOrTerm c) ]
        let mutable term = readSignedTerm c

        while term.IsSome do
            items.Add term.Value
            term <- readSignedTerm c

        if items.Count = 1 then items[0] else Sum(List.ofSeq items))

/// Unions of more sets are not read.
[<Literal>]
let private maxSets = 60

let private readSets (c: Cursor) : Expression =
    let mutable left = readSum c
    let mutable numSets = 1
    let mutable isMore = true

    while isMore do
        let operator =
            match c.Peek() with
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
            c.Advance()
            numSets <- numSets + 1

            if numSets > maxSets then
                raise (BudgetExceeded $"an operation on more than {maxSets} sets")

            left <- SetOperation(operator, asSet left, asSet (readSum c))
        | ValueNone -> isMore <- false

    left

let private readRatio (c: Cursor) : Expression =
    let first = readSets c

    let takeColon () =
        c.Take(Mark ':') || c.Take(Command "colon")

    if takeColon () then
        let parts = ResizeArray [ first; (readSets c) ]

        while takeColon () do
            parts.Add(readSets c)

        Call("ratio", List.ofSeq parts)
    else
        first

let private comparisonAt (c: Cursor) : Comparison voption =
    let name =
        match c.Peek() with
        | ValueSome(Command name) -> name
        | ValueSome(Mark mark) -> string mark
        | _ -> ""

    match Vocabulary.comparisons.TryGetValue name with
    | true, comparison -> ValueSome comparison
    | _ -> ValueNone

let private takeComparison (c: Cursor) : Comparison voption =
    let found = comparisonAt c

    if found.IsSome then
        c.Advance()

    found

/// A chain of comparisons and their right sides, from where the first comparison stands.
let private readChain (c: Cursor) : (Comparison * Expression) list =
    let chain = ResizeArray<Comparison * Expression>()
    let mutable comparison = takeComparison c

    while comparison.IsSome do
        chain.Add((comparison.Value, readRatio c))
        comparison <- takeComparison c

    List.ofSeq chain

/// A relation that goes on in the next line: `x = 2 + 3 \\ = 5`.
let private readContinued (c: Cursor) (before: Expression) : Expression =
    match before, readChain c with
    | Relation(first, chain), more -> Relation(first, chain @ more)
    | first, more -> Relation(first, more)

/// A chain of comparisons, or what stands alone.
let readRelation (c: Cursor) : Expression =
    // A comparison without a left side ("= 5", "\approx 8.24") says nothing of it.
    let first =
        match takeComparison c with
        | ValueSome(Equals | Approximately)
        | ValueNone -> readRatio c
        | ValueSome _ -> fault "a comparison without a left side"

    match readChain c with
    | [] -> first
    | chain -> Relation(first, chain)

/// What stands over something else in TeX's own way: `{1 \over 2}`, `{5 \choose 2}`.
let private readStacked (c: Cursor) (upper: Expression) : Expression =
    if c.Take(Command "over") then
        Expression.quotient upper (readSum c)
    elif c.Take(Command "choose") then
        Call("binomial", [ upper; (readSum c) ])
    else
        upper

/// Items joined by commas, semicolons, and, or; at least one.
let readItems (c: Cursor) : struct (Connector * Expression list) =
    let items = ResizeArray [ (readRelation c) ]
    let mutable connector = Comma

    while c.AtSeparator do
        let mutable isNextRow = false

        while c.AtSeparator do
            match c.Tokens[c.At] with
            | Joiner joiner when joiner <> Comma -> connector <- joiner
            | Row -> isNextRow <- true
            | _ -> ()

            c.Advance()

        match c.Peek() with
        | ValueSome _ when isNextRow && (comparisonAt c).IsSome -> items[items.Count - 1] <- readContinued c items[items.Count - 1]
        | ValueNone
        | ValueSome(Mark(')' | ']' | '}'))
        | ValueSome(Command("}" | "rangle"))
        | ValueSome(End _) -> ()
        | _ -> items.Add(readRelation c)

    struct (connector, List.ofSeq items)

/// Items as one expression; alone where there is one.
let readList (c: Cursor) : Expression =
    c.Deeper(fun () ->
        match readItems c with
        | struct (_, [ single ]) -> readStacked c single
        | struct (connector, items) -> Listing(connector, items))
