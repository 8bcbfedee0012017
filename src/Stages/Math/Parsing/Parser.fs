/// Reads the text of an answer into an expression, as mathematicians write it.
module internal Cppo.Stages.Math.Parsing.Parser

open System
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing.Cursor
open Cppo.Stages.Math.Parsing.Environments

let private transparentEnvironments =
    set
        [ "align"
          "align*"
          "aligned"
          "equation"
          "equation*"
          "gather"
          "gather*"
          "gathered"
          "split" ]

let private arrows =
    set
        [ "Rightarrow"
          "implies"
          "Longrightarrow"
          "iff"
          "Leftrightarrow"
          "Longleftrightarrow" ]

/// What stands behind the last arrow of a derivation.
let private conclusion (tokens: Token[]) : Token[] =
    let isArrow (token: Token) =
        match token with
        | Command name -> arrows.Contains name
        | _ -> false

    match Array.FindLastIndex(tokens, isArrow) with
    | -1 -> tokens
    | last when last = tokens.Length - 1 -> tokens
    | last -> Array.skip (last + 1) tokens

/// Without environments that only align, and their marks.
let private withoutFrames (tokens: Token[]) : Token[] =
    let hasCells =
        tokens
        |> Array.exists (function
            | Begin name -> not (transparentEnvironments.Contains name)
            | _ -> false)

    let isFrame (token: Token) =
        match token with
        | Begin name
        | End name -> transparentEnvironments.Contains name
        | Mark '&' -> not hasCells
        | _ -> false

    // Empty braces stand for nothing, but where a command or a script wants its argument.
    let isEmptyGroup (at: int) =
        tokens[at] = Mark '{'
        && at + 1 < tokens.Length
        && tokens[at + 1] = Mark '}'
        && (at = 0
            || (match tokens[at - 1] with
                | Command _
                | Mark('^' | '_' | '}' | ']') -> false
                | _ -> true))

    tokens
    |> Array.indexed
    |> Array.filter (fun (at, token) -> not (isFrame token || isEmptyGroup at || (at > 0 && isEmptyGroup (at - 1))))
    |> Array.map snd

let private grammar =
    { Grammar.List = Relations.readList
      Items = Relations.readItems
      Relation = Relations.readRelation
      Sum = Relations.readSum
      Term = Products.readTerm
      Factors = Products.readFactors
      Primary = Primaries.readPrimary }

/// The expression of a text; raises `SyntaxFault` or `BudgetExceeded`.
let parse (budget: Budget) (isCommaThousands: bool) (text: string) : Expression =
    let tokens =
        Lexer.tokens budget isCommaThousands text |> conclusion |> withoutFrames

    if tokens.Length = 0 then
        fault "nothing to read"

    let c = Cursor(tokens, budget, grammar)
    let result = Relations.readList c

    if not c.AtEnd then
        fault "something is left over"

    result
