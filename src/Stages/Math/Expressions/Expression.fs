namespace Cppo.Stages.Math.Expressions

type internal Constant =
    | Pi
    | Euler
    | Imaginary
    | Infinity

type internal Comparison =
    | Equals
    | Approximately
    | NotEqual
    | Less
    | LessOrEqual
    | Greater
    | GreaterOrEqual
    | ElementOf

type internal SetOperator =
    | Union
    | Intersection
    | Without

/// What joins the items of an unbracketed list.
type internal Connector =
    | Comma
    | And
    | Or

/// What an answer says. `a - b` is a sum with (-1) * b, `a / b` a product with b^(-1), a root a power.
type internal Expression =
    /// A literal, and whether it was written with a decimal point.
    | Number of Rational * isDecimal: bool
    | Symbol of string
    | Constant of Constant
    /// Prose: a name, a unit, a choice.
    | Words of string
    | Sum of Expression list
    | Product of Expression list
    | Power of Expression * Expression
    /// A function with its arguments; `log` has base and argument.
    | Call of string * Expression list
    /// Both signs of an operand; the flag tells minus-plus.
    | PlusMinus of Expression * isMinusPlus: bool
    | Percent of Expression
    | Relation of Expression * (Comparison * Expression) list
    | Listing of Connector * Expression list
    /// A tuple or an interval: the brackets as written.
    | Bracketed of char * Expression list * char
    /// A set in braces.
    | Members of Expression list
    | SetOperation of SetOperator * Expression * Expression
    /// The set of those for which a relation holds.
    | Condition of Expression
    | Matrix of Expression list list

module internal Expression =
    let number (value: int) = Number(Rational.ofInt value, false)

    let negate (operand: Expression) : Expression =
        match operand with
        | Number(value, isDecimal) -> Number(Rational.negate value, isDecimal)
        | Product(Number(value, false) :: rest) when value = Rational.minusOne && not rest.IsEmpty ->
            match rest with
            | [ only ] -> only
            | _ -> Product rest
        | _ -> Product [ number -1; operand ]

    let reciprocal (operand: Expression) = Power(operand, number -1)

    let quotient (a: Expression) (b: Expression) = Product [ a; reciprocal b ]

    let difference (a: Expression) (b: Expression) = Sum [ a; negate b ]

    /// The direct parts, in order.
    let parts (expression: Expression) : Expression list =
        match expression with
        | Number _
        | Symbol _
        | Constant _
        | Words _ -> []
        | Sum items
        | Product items
        | Call(_, items)
        | Listing(_, items)
        | Bracketed(_, items, _)
        | Members items -> items
        | Power(a, b)
        | SetOperation(_, a, b) -> [ a; b ]
        | PlusMinus(a, _)
        | Percent a
        | Condition a -> [ a ]
        | Relation(first, rest) -> first :: List.map snd rest
        | Matrix rows -> List.concat rows

    /// The same expression with other parts; as many as `parts` gave.
    let rec map (change: Expression -> Expression) (expression: Expression) : Expression =
        let each = List.map change

        match expression with
        | Number _
        | Symbol _
        | Constant _
        | Words _ -> expression
        | Sum items -> Sum(each items)
        | Product items -> Product(each items)
        | Call(name, items) -> Call(name, each items)
        | Listing(connector, items) -> Listing(connector, each items)
        | Bracketed(left, items, right) -> Bracketed(left, each items, right)
        | Members items -> Members(each items)
        | Power(a, b) -> Power(change a, change b)
        | SetOperation(operator, a, b) -> SetOperation(operator, change a, change b)
        | PlusMinus(a, flag) -> PlusMinus(change a, flag)
        | Percent a -> Percent(change a)
        | Condition a -> Condition(change a)
        | Relation(first, rest) -> Relation(change first, rest |> List.map (fun (comparison, item) -> comparison, change item))
        | Matrix rows -> Matrix(rows |> List.map each)

    let rec exists (test: Expression -> bool) (expression: Expression) : bool =
        test expression || List.exists (exists test) (parts expression)

    let private collectSymbols (found: ResizeArray<string>) =
        let rec visit expression =
            match expression with
            | Symbol name
            | Words name ->
                if not (found.Contains name) then
                    found.Add name
            | _ -> List.iter visit (parts expression)

        visit

    /// Free symbols in order of appearance.
    let symbols (expression: Expression) : string list =
        let found = ResizeArray<string>()
        collectSymbols found expression
        List.ofSeq found

    let rec isInfinite (expression: Expression) : bool =
        match expression with
        | Constant Infinity -> true
        | Product [ Number _; rest ] -> isInfinite rest
        | _ -> false

    /// Whether it is prose or a power, product or quotient of prose: a unit where it stands beside a value.
    let rec isProse (expression: Expression) : bool =
        match expression with
        | Words _ -> true
        | Power(a, _) -> isProse a
        | Product items -> not items.IsEmpty && List.forall isProse items
        | _ -> false
