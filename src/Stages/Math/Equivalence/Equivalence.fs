/// Whether two answers say the same: relations, lists, sets, matrices, words, and values.
module internal Cppo.Stages.Math.Equivalence.Equivalence

open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Equivalence.Scalars
open Cppo.Stages.Math.Equivalence.AnswerForms
open Cppo.Stages.Math.Equivalence.AnswerWords

/// The longest lists that are compared without regard to order.
[<Literal>]
let private maxItems = 200

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

/// Whether an answer says what the gold answer says, and by which rule.
let rec compare (context: Context) (gold: Expression) (answer: Expression) : Outcome =
    match compareExact context gold answer with
    | struct (false, _) as different when not (gold.IsRelation && answer.IsRelation) ->
        let others (side: Expression) =
            approximateSides side
            |> List.filter (fun value -> Scalars.approximates context (lastSide side) value)

        let pairs =
            [ for value in others gold -> value, answer
              for value in others answer -> gold, value ]

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

    // y = x^2 states the same function as f(x) = x^2.
    let isGraph (name: Expression) (other: Expression) =
        match name, other with
        | Call(_, [ Symbol _ ]), Symbol "y" -> true
        | _ -> false

    gold.IsWords
    || answer.IsWords
    || isGraph gold answer
    || isGraph answer gold
    || isEqual context (bare gold) (bare answer)

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
