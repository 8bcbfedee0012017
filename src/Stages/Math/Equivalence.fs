/// Whether two answers say the same: relations, lists, sets, matrices, words, and values.
module internal Cppo.Stages.Mathematics.Equivalence

open System
open Cppo.Stages.Mathematics.Scalars

/// The longest lists that are compared without regard to order.
[<Literal>]
let private maxItems = 200

let private isEqualityChain (rest: (Comparison * Expression) list) =
    rest
    |> List.forall (fun (comparison, _) -> comparison = Equals || comparison = Approximately)

let private isEquation (expression: Expression) =
    match expression with
    | Relation(_, rest) -> isEqualityChain rest
    | _ -> false

/// Names only: x, f(x), (p, q, r), |AB|, S_1 : S.
let rec private isName (expression: Expression) : bool =
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

let private isAssignment (expression: Expression) =
    match expression with
    | Relation(first, rest) -> isEqualityChain rest && isName first
    | _ -> false

/// What an equation ends with, before it goes on with "\approx ...".
let private lastSide (expression: Expression) =
    match expression with
    | Relation(_, rest) ->
        match rest |> List.tryFindIndex (fun (comparison, _) -> comparison = Approximately) with
        | Some at when at > 0 -> snd rest[at - 1]
        | _ -> snd (List.last rest)
    | other -> other

/// The other values of an equation that goes on with "\approx ...": what it is approximated by, or what that approximates.
let private approximateSides (expression: Expression) : Expression list =
    match expression with
    | Relation(first, rest) when List.exists (fun (comparison, _) -> comparison = Approximately) rest ->
        let isValue = (Expression.symbols first).IsEmpty
        (if isValue then [ first ] else []) @ [ snd (List.last rest) ]
    | _ -> []

/// Whether a comparison other than equality, or a list of such, stands for a set.
let rec private isInequality (expression: Expression) =
    match expression with
    | Relation(_, rest) -> not (isEqualityChain rest)
    | Listing(_, items) -> List.forall isInequality items
    | _ -> false

/// Inequalities about different variables say different things.
let private speakOfTheSame (gold: Expression) (answer: Expression) : bool =
    not (isInequality gold && isInequality answer)
    || set (Expression.symbols gold) = set (Expression.symbols answer)

let private isSet (expression: Expression) =
    match expression with
    | SetOperation _
    | Condition _
    | Members _
    | Bracketed(_, [ _; _ ], _) -> true
    | _ -> false

let private isCollection (expression: Expression) =
    match expression with
    | SetOperation _
    | Condition _
    | Members _
    | Bracketed _
    | Listing _ -> true
    | _ -> false

/// Letters and digits in lower case, without an article; empty where there are none.
let private bareWord (text: string) : string =
    let lower = text.Trim().ToLowerInvariant()

    let lower =
        [ "the "; "an "; "a "; "option "; "choice "; "answer " ]
        |> List.tryFind (fun article ->
            lower.StartsWith(article, StringComparison.Ordinal)
            && lower.Length > article.Length)
        |> Option.fold (fun (word: string) article -> word.Substring article.Length) lower

    String.filter Char.IsLetterOrDigit lower

/// An answer read as a word, letter by letter; none where it is more than that.
let rec private tryWord (expression: Expression) : string voption =
    match expression with
    | Words text -> ValueSome text
    | Symbol name -> ValueSome name
    | Constant Euler -> ValueSome "e"
    | Constant Imaginary -> ValueSome "i"
    | Number(value, false) when Rational.isInteger value && Rational.sign value >= 0 -> ValueSome(Rational.toText value)
    | Bracketed('(', [ only ], ')') -> tryWord only
    | Product items ->
        let words = items |> List.map tryWord

        if List.forall (fun (word: string voption) -> word.IsSome) words then
            ValueSome(String.Join("", words |> List.map _.Value))
        else
            ValueNone
    | _ -> ValueNone

let private words (gold: Expression) (answer: Expression) : Outcome =
    match tryWord gold, tryWord answer with
    | ValueSome a, ValueSome b ->
        let bareA, bareB = bareWord a, bareWord b
        let isSame = if bareA = "" then a.Trim() = b.Trim() else bareA = bareB

        if isSame then
            yes "the same words"
        else
            no "different words"
    | _ -> no "words against mathematics"

/// What of each side is compared: the last side of an equation where the other is none.
let private unwrapped (gold: Expression) (answer: Expression) : struct (Expression * Expression) =
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

let private isMeridiem (expression: Expression) =
    expression = Words "a.m." || expression = Words "p.m."

/// Where only one side says a.m. or p.m., it is left out.
let private withoutLoneMeridiem (gold: Expression) (answer: Expression) : struct (Expression * Expression) =
    let rec without (expression: Expression) =
        match expression with
        | Product(value :: [ half ]) when isMeridiem half -> value
        | other -> Expression.map without other

    match Expression.exists isMeridiem gold, Expression.exists isMeridiem answer with
    | true, false -> struct (without gold, answer)
    | false, true -> struct (gold, without answer)
    | _ -> struct (gold, answer)

let private flipped (comparison: Comparison) =
    match comparison with
    | Less -> Greater
    | LessOrEqual -> GreaterOrEqual
    | Greater -> Less
    | GreaterOrEqual -> LessOrEqual
    | Approximately -> Equals
    | same -> same

let private plain (comparison: Comparison) =
    if comparison = Approximately then Equals else comparison

let private reversed (first: Expression) (rest: (Comparison * Expression) list) =
    let sides = List.rev (first :: List.map snd rest)
    let comparisons = rest |> List.map (fst >> flipped) |> List.rev
    struct (sides.Head, List.zip comparisons sides.Tail)

/// One comparison against one: the differences of the sides are proportional.
let private singleComparisons
    (context: Context)
    (a: Expression)
    (op: Comparison)
    (b: Expression)
    (c: Expression)
    (other: Comparison)
    (d: Expression)
    =
    let left, right = Expression.difference a b, Expression.difference c d
    let isOfSymbols = not (Expression.symbols left).IsEmpty

    match
        (if isOfSymbols then
             Scalars.proportional context left right
         else
             ValueNone)
    with
    | ValueSome sign ->
        let other = if sign < 0 then flipped other else plain other
        plain op = other && (sign <> 0 || op = Equals || op = NotEqual)
    | ValueNone -> false

/// Pairs each item of one list with an equal one of the other.
let private matching (equal: Expression -> Expression -> bool) (gold: Expression list) (answer: Expression list) : bool =
    if gold.Length <> answer.Length then
        false
    elif gold.Length > maxItems then
        raise (BudgetExceeded $"lists of more than {maxItems} items")
    else
        let rest = ResizeArray answer

        gold
        |> List.forall (fun item ->
            match rest.FindIndex(fun other -> equal item other) with
            | -1 -> false
            | at ->
                rest.RemoveAt at
                true)

let rec private flattenUnion (expression: Expression) : Expression list =
    match expression with
    | SetOperation(Union, a, b) -> flattenUnion a @ flattenUnion b
    | other -> [ other ]

/// Whether a list states several names, so that bare values must come in their order.
let private namesOf (items: Expression list) =
    items
    |> List.choose (function
        | Relation(name, _) as item when isAssignment item -> Some name
        | _ -> None)
    |> List.distinct

let rec compare (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    match compareExact context gold answer with
    | struct (false, _) as different when not (gold.IsRelation && answer.IsRelation) ->
        let pairs =
            [ for side in approximateSides gold -> side, answer
              for side in approximateSides answer -> gold, side ]

        if List.exists (fun (a, b) -> isEqual context a b) pairs then
            yes "the same approximation"
        else
            different
    | outcome -> outcome

and private compareExact (context: Context) (goldSide: Expression) (answerSide: Expression) : Outcome =
    context.Budget.Spend 5

    if goldSide = answerSide then
        yes "the same expression"
    else
        let struct (gold, answer) = unwrapped goldSide answerSide
        let struct (gold, answer) = withoutLoneMeridiem gold answer

        match gold, answer with
        | Relation _, Relation _ -> relations context gold answer
        | Call("ratio", a), Call("ratio", b) when a.Length = b.Length -> ratios context a b
        | Matrix a, Matrix b -> matrices context a b
        | Matrix rows, (Bracketed(_, items, _) | Listing(_, items))
        | (Bracketed(_, items, _) | Listing(_, items)), Matrix rows when rows.Length = 1 || rows.Head.Length = 1 ->
            inOrder context "components" (List.concat rows) items
        | _ when isInequality gold && (isSet answer || answer.IsListing) -> regions context gold answer
        | _ when isInequality answer && (isSet gold || gold.IsListing) ->
            if context.AllowSetRelation || isInequality gold then
                regions context gold answer
            else
                no "an inequality where a set is asked"
        | _ when isCollection gold || isCollection answer -> collections context gold answer
        | _ when Expression.isProse gold || Expression.isProse answer -> words gold answer
        | (Relation _ | Matrix _), _
        | _, (Relation _ | Matrix _) -> no "different kinds of answer"
        | _ -> values context gold answer

/// Values; a percentage equals its number with and without the sign, as other units do.
and private values (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    match Scalars.equal context gold answer with
    | struct (false, reason) ->
        match gold, answer with
        | Percent a, Percent b
        | Percent a, b
        | a, Percent b ->
            match Scalars.equal context a b with
            | struct (true, reason) -> yes (reason + ", the percent sign aside")
            | struct (false, reason) -> no reason
        | _ -> no reason
    | equal -> equal

and private isEqual (context: Context) (gold: Expression) (answer: Expression) : bool =
    let struct (isSame, _) = compare context gold answer
    isSame

/// As `isEqual`, but an item in braces of its own is another one: {{1}, {2}} is not {1, 2}.
and private isEqualItem (context: Context) (gold: Expression) (answer: Expression) : bool =
    gold.IsMembers = answer.IsMembers && isEqual context gold answer

and private ratios (context: Context) (gold: Expression list) (answer: Expression list) : Outcome =
    let isSame =
        List.forall2 (isEqual context) gold answer
        || (match gold, answer with
            | [ a; b ], [ c; d ] ->
                isEqual context (Product [ a; d ]) (Product [ c; b ])
                && not (isEqual context b (Expression.number 0))
            | _ -> false)

    if isSame then
        yes "the same ratio"
    else
        no "different ratios"

and private matrices (context: Context) (gold: Expression list list) (answer: Expression list list) : Outcome =
    if gold.Length <> answer.Length || gold.Head.Length <> answer.Head.Length then
        no "matrices of different shape"
    else
        inOrder context "entries" (List.concat gold) (List.concat answer)

and private inOrder (context: Context) (what: string) (gold: Expression list) (answer: Expression list) : Outcome =
    if gold.Length <> answer.Length then
        no $"{gold.Length} {what} against {answer.Length}"
    else
        match
            List.zip gold answer
            |> List.tryFindIndex (fun (a, b) -> not (isEqualItem context a b))
        with
        | None -> yes $"the same {what} in order"
        | Some at -> no $"{what} differ at place {at + 1}"

and private relations (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    match gold, answer with
    | Relation(a, ruleA), Relation(b, ruleB) ->
        let sidesEqual first rest =
            List.length rest = List.length ruleA
            && List.forall2 (fun (x, _) (y, _) -> plain x = plain y) ruleA rest
            && isEqual context a first
            && List.forall2 (fun (_, x) (_, y) -> isEqual context x y) ruleA rest

        let struct (backFirst, backRest) = reversed b ruleB

        if sidesEqual b ruleB || sidesEqual backFirst backRest then
            yes "the same sides"
        elif isAssignment gold && isAssignment answer && isSameName context a b then
            compare context (lastSide gold) (lastSide answer)
        else
            match ruleA, ruleB with
            | [ (op, right) ], [ (other, otherRight) ] when
                op <> ElementOf
                && other <> ElementOf
                && not (isCollection right || isCollection otherRight)
                && singleComparisons context a op right b other otherRight
                ->
                yes "proportional differences of the sides"
            | _ when isEquation gold || isEquation answer -> no "different equations"
            | _ -> regions context gold answer
    | _ -> no "different kinds of answer"

/// Names are the same with and without bars around them; a name in prose only describes what is asked.
and private isSameName (context: Context) (gold: Expression) (answer: Expression) : bool =
    let bare (name: Expression) =
        match name with
        | Call("abs", [ inner ]) -> inner
        | other -> other

    gold.IsWords || answer.IsWords || isEqual context (bare gold) (bare answer)

and private regions (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    if not (speakOfTheSame gold answer) then
        no "inequalities of different variables"
    else
        regionsOfOne context gold answer

and private regionsOfOne (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    match Regions.tryOf context.Budget gold, Regions.tryOf context.Budget answer with
    | ValueSome a, ValueSome b ->
        if Regions.equal context.Budget a b then
            yes "the same set of numbers"
        else
            no "different sets of numbers"
    | _ ->
        match gold, answer with
        | Listing(_, a), Listing(_, b) -> unordered context a b
        | SetOperation _, SetOperation _ -> unordered context (flattenUnion gold) (flattenUnion answer)
        | _ -> no "sets that cannot be compared"

and private unordered (context: Context) (gold: Expression list) (answer: Expression list) : Outcome =
    let gold, answer = List.distinct gold, List.distinct answer
    let goldNames, answerNames = namesOf gold, namesOf answer

    if
        (goldNames.Length > 1 && answerNames.IsEmpty)
        || (answerNames.Length > 1 && goldNames.IsEmpty)
    then
        inOrder context "named values" gold answer
    elif matching (isEqualItem context) gold answer then
        yes "the same items"
    elif gold.Length <> answer.Length then
        no $"{gold.Length} items against {answer.Length}"
    else
        no "different items"

and private collections (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    match gold, answer with
    | Bracketed(left, a, right), Bracketed(otherLeft, b, otherRight) ->
        if a.Length = 2 && (left <> otherLeft || right <> otherRight) then
            no "different brackets"
        else
            inOrder context "components" a b
    | Bracketed _, SetOperation _
    | SetOperation _, Bracketed _
    | (SetOperation _ | Condition _), _
    | _, (SetOperation _ | Condition _) -> regions context gold answer
    | (Members a | Listing(_, a)), (Members b | Listing(_, b)) -> unordered context a b
    | Bracketed('(', a, ')'), (Members b | Listing(_, b)) -> inOrder context "components" a b
    | (Members a | Listing(_, a)), Bracketed('(', b, ')') -> unordered context a b
    | Listing(_, items), value
    | value, Listing(_, items) when not (isCollection value) ->
        if items |> List.forall (fun item -> isEqual context item value) then
            yes "the same value in every spelling"
        else
            no "several values against one"
    | Members [ single ], other
    | other, Members [ single ] when not (isCollection other) ->
        if gold.IsMembers then
            compare context single answer
        else
            compare context gold single
    | _ -> no "different kinds of answer"
