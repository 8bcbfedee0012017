namespace Cppo.Stages.Math.Parsing

open Cppo.Stages.Math.Expressions

/// The smallest parts of an answer; what only changes the look is gone.
type internal Token =
    /// A number literal; the text has only digits and at most one decimal point.
    | Digits of string
    /// A value that digits alone do not say: repeating decimals and powers of ten.
    | Literal of Rational
    | Letter of char
    /// A LaTeX command or a word that means one, without the backslash.
    | Command of string
    | Mark of char
    | Prose of string
    | Joiner of Connector
    | Begin of string
    | End of string
    /// The end of a matrix row.
    | Row

/// Tokens as they are found, each counted as work.
[<Sealed>]
type internal TokenList(budget: Budget) =
    let tokens = ResizeArray<Token>()

    member _.Budget = budget

    member _.Count = tokens.Count

    member _.Add(token: Token) =
        budget.Spend 1
        tokens.Add token

    /// Whether what stands last is a value, so that a unit may follow.
    member _.EndsWithValue: bool =
        tokens.Count > 0
        && (match tokens[tokens.Count - 1] with
            | Digits _
            | Literal _
            | Prose _
            | Mark '}'
            | Mark ')'
            | Command "pi" -> true
            | _ -> false)

    member _.ToArray() : Token[] = tokens.ToArray()
