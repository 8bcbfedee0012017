/// The tokens of an answer and how far they are read.
module internal Cppo.Stages.Math.Parsing.Cursor

open Cppo.Stages.Math.Expressions



/// The deepest nesting that is read; more is no answer, and the stack stays small.
[<Literal>]
let maxDepth = 96

let fault (text: string) = raise (SyntaxFault text)

/// The readers that others need before they are defined.
[<NoEquality; NoComparison>]
type Grammar =
    {
        /// Items joined by commas, semicolons, and, or, as one expression.
        List: Cursor -> Expression
        Items: Cursor -> struct (Connector * Expression list)
        Relation: Cursor -> Expression
        Sum: Cursor -> Expression
        Term: Cursor -> Expression
        /// Factors side by side; with or without functions among them.
        Factors: Cursor -> bool -> Expression
        Primary: Cursor -> Expression
    }

/// A place among tokens, with how deep the reading is nested.
and [<Sealed>] Cursor(tokens: Token[], budget: Budget, grammar: Grammar) =
    let mutable at = 0
    let mutable depth = 0

    member _.Grammar = grammar

    member _.Budget = budget

    member _.Tokens = tokens

    /// The number of the next token.
    member _.At = at

    member _.AtEnd = at >= tokens.Length

    /// How many bars are open, so that the next one closes.
    member val OpenBars = 0 with get, set

    /// How many functions of angles are being read, so that degrees count.
    member val InAngle = 0 with get, set

    member _.Peek() : Token voption =
        if at < tokens.Length then
            ValueSome tokens[at]
        else
            ValueNone

    member _.Next(token: Token) : bool =
        at < tokens.Length && tokens[at] = token

    member _.Advance() = at <- at + 1

    member _.Advance(count: int) = at <- at + count

    member cursor.Take(token: Token) : bool =
        let isNext = cursor.Next token

        if isNext then
            at <- at + 1

        isNext

    member cursor.Expect(token: Token) =
        if not (cursor.Take token) then
            fault $"{token} is missing"

    /// Whether something stands here that separates items.
    member cursor.AtSeparator: bool =
        match cursor.Peek() with
        | ValueSome(Mark(',' | ';'))
        | ValueSome(Joiner _)
        | ValueSome Row -> true
        | _ -> false

    /// Runs a reader one level deeper.
    member _.Deeper<'T>(read: unit -> 'T) : 'T =
        depth <- depth + 1
        budget.Spend 2

        if depth > maxDepth then
            raise (BudgetExceeded $"nesting of more than {maxDepth} levels")

        let result = read ()
        depth <- depth - 1
        result
