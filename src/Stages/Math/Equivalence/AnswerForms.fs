/// What kind of answer an expression is: an equation, a name with its value, an inequality, a set; and its parts.
module internal Cppo.Stages.Math.Equivalence.AnswerForms

open Cppo.Stages.Math.Expressions

let isEqualityChain (rest: (Comparison * Expression) list) =
    rest
    |> List.forall (fun (comparison, _) -> comparison = Equals || comparison = Approximately)

let isEquation (expression: Expression) =
    match expression with
    | Relation(_, rest) -> isEqualityChain rest
    | _ -> false

/// Names only: x, f(x), (p, q, r), |AB|, S_1 : S.
let rec isName (expression: Expression) : bool =
    match expression with
    | Symbol _
    | Words _
    | Constant(Euler | Imaginary | Pi) -> true
    | Call(name, _) when name.Length <= 2 -> true
    | Call(_, items) -> List.forall isName items
    | Matrix rows -> List.forall (List.forall isName) rows
    | Product items
    | Sum items
    | Listing(_, items)
    | Bracketed(_, items, _) -> List.forall isName items
    | Power(basis, Number(value, _)) -> value = Rational.minusOne && isName basis
    | _ -> false

let isAssignment (expression: Expression) =
    match expression with
    | Relation(first, rest) -> isEqualityChain rest && isName first
    | _ -> false

/// What an equation ends with, before it goes on with "\approx ...".
let lastSide (expression: Expression) =
    match expression with
    | Relation(_, rest) ->
        match rest |> List.tryFindIndex (fun (comparison, _) -> comparison = Approximately) with
        | Some at when at > 0 -> snd rest[at - 1]
        | _ -> snd (List.last rest)
    | other -> other

/// The other values of an equation that goes on with "\approx ...": what it is approximated by, or what that approximates.
let approximateSides (expression: Expression) : Expression list =
    match expression with
    | Relation(first, rest) when List.exists (fun (comparison, _) -> comparison = Approximately) rest ->
        let isValue = (Expression.symbols first).IsEmpty
        (if isValue then [ first ] else []) @ [ snd (List.last rest) ]
    | _ -> []

/// Whether a comparison other than equality, or a list of such, stands for a set.
let rec isInequality (expression: Expression) =
    match expression with
    | Relation(_, rest) -> not (isEqualityChain rest)
    | Listing(_, items) -> List.forall isInequality items
    | _ -> false

/// Inequalities about different variables say different things.
let speakOfTheSame (gold: Expression) (answer: Expression) : bool =
    not (isInequality gold && isInequality answer)
    || set (Expression.symbols gold) = set (Expression.symbols answer)

let isSet (expression: Expression) =
    match expression with
    | SetOperation _
    | Condition _
    | Members _
    | Bracketed(_, [ _; _ ], _) -> true
    | _ -> false

let isCollection (expression: Expression) =
    match expression with
    | SetOperation _
    | Condition _
    | Members _
    | Bracketed _
    | Listing _ -> true
    | _ -> false

/// What of each side is compared: the last side of an equation where the other is none.
let unwrapped (gold: Expression) (answer: Expression) : struct (Expression * Expression) =
    match gold, answer with
    | Relation(_, [ (ElementOf, set) ]), other when not other.IsRelation -> struct (set, answer)
    | other, Relation(_, [ (ElementOf, set) ]) when not other.IsRelation -> struct (gold, set)
    | _ when isEquation answer && not (isEquation gold) -> struct (gold, lastSide answer)
    | Relation(_, rest), _ when
        isEquation gold
        && not (isEquation answer)
        && (isAssignment gold || rest.Length > 1 || (Expression.symbols gold).IsEmpty)
        ->
        struct (lastSide gold, answer)
    | _ -> struct (gold, answer)

let flipped (comparison: Comparison) =
    match comparison with
    | Less -> Greater
    | LessOrEqual -> GreaterOrEqual
    | Greater -> Less
    | GreaterOrEqual -> LessOrEqual
    | Approximately -> Equals
    | same -> same

let plain (comparison: Comparison) =
    if comparison = Approximately then Equals else comparison

let reversed (first: Expression) (rest: (Comparison * Expression) list) =
    let sides = List.rev (first :: List.map snd rest)
    let comparisons = rest |> List.map (fst >> flipped) |> List.rev
    struct (sides.Head, List.zip comparisons sides.Tail)

let rec flattenUnion (expression: Expression) : Expression list =
    match expression with
    | SetOperation(Union, a, b) -> flattenUnion a @ flattenUnion b
    | other -> [ other ]

/// Whether a list states several names, so that bare values must come in their order.
let namesOf (items: Expression list) =
    items
    |> List.choose (function
        | Relation(name, _) as item when isAssignment item -> Some name
        | _ -> None)
    |> List.distinct
