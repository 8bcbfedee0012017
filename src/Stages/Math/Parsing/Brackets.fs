/// What brackets, bars and braces hold: groups, tuples, intervals, sets, absolute values.
module internal Cppo.Stages.Math.Parsing.Brackets

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor
open Cppo.Stages.Math.Parsing.Environments

/// Items one level deeper.
let readInner (c: Cursor) : struct (Connector * Expression list) = c.Deeper(fun () -> c.Grammar.Items c)

/// What stands between brackets: a group, a tuple or an interval.
let readBrackets (c: Cursor) (left: char) : Expression =
    let bars = c.OpenBars
    c.OpenBars <- 0
    let struct (connector, items) = readInner c
    c.OpenBars <- bars

    let right =
        if c.Take(Mark ')') then ')'
        elif c.Take(Mark ']') then ']'
        elif c.Take(Mark '[') then ')'
        else fault "a bracket does not close"

    match items with
    | [ single ] when (left = '(' && right = ')') || (left = '[' && right = ']') -> single
    | _ when connector <> Comma && left = '(' -> Listing(connector, items)
    | _ -> Bracketed(left, items, right)

/// The absolute value up to the bar that closes.
let readBars (c: Cursor) (isClose: unit -> bool) : Expression =
    c.OpenBars <- c.OpenBars + 1
    let value = c.Grammar.List c
    c.OpenBars <- c.OpenBars - 1

    if not (isClose ()) then
        fault "a bar does not close"

    Call("abs", [ value ])

/// The condition of a set of those that fulfil it; the items stand before its closing brace. A colon reads as a ratio.
let private tryCondition (items: Expression list) : Expression voption =
    match items with
    | [ Call("ratio", [ _; condition ]) ] -> ValueSome condition
    | [ Call("ratio", [ _; first ]); second ] -> ValueSome(Listing(And, [ first; second ]))
    | [ Relation(Call("ratio", [ _; first ]), rest) ] -> ValueSome(Relation(first, rest))
    | [ Relation(variable, (ElementOf, Call("ratio", [ domain; first ])) :: rest) ] when not rest.IsEmpty ->
        ValueSome(Listing(And, [ Relation(variable, [ (ElementOf, domain) ]); Relation(first, rest) ]))
    | _ -> ValueNone

/// Members of a set or, behind a bar or colon, its condition.
let private readMembers (c: Cursor) : Expression =
    let bars = c.OpenBars
    c.OpenBars <- 1
    let struct (_, items) = readInner c
    c.OpenBars <- bars

    let isCondition =
        c.Take(Mark '|')
        || c.Take(Command "mid")
        || c.Take(Command "vert")
        || c.Take(Command "colon")

    let result =
        match tryCondition items with
        | ValueSome condition -> Condition condition
        | ValueNone when isCondition && List.exists (fun (item: Expression) -> item.IsRelation) items ->
            Condition(Listing(And, items @ [ c.Grammar.List c ]))
        | ValueNone when isCondition -> Condition(c.Grammar.List c)
        | ValueNone -> Members items

    if not (c.Take(Command "}") || c.Take(Mark '}')) then
        fault "a set does not close"

    result

/// What a set brace opens: a set, or a system of lines without a closing brace.
let readSetBraces (c: Cursor) : Expression =
    if c.Take(Command "}") then
        Members []
    elif c.Take(Begin "array") then
        let rows = readCases c "array"
        c.Take(Command "}") |> ignore
        rows
    else
        readMembers c
