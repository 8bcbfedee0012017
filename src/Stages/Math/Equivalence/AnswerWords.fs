/// Answers in words, and words beside mathematics.
module internal Cppo.Stages.Math.Equivalence.AnswerWords

open System
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Equivalence.Scalars

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

/// Whether two answers in words are the same, whatever their case, articles and punctuation.
let words (gold: Expression) (answer: Expression) : Outcome =
    match tryWord gold, tryWord answer with
    | ValueSome a, ValueSome b ->
        let bareA, bareB = bareWord a, bareWord b
        let isSame = if bareA = "" then a.Trim() = b.Trim() else bareA = bareB

        if isSame then
            yes "the same words"
        else
            no "different words"
    | _ -> no "words against mathematics"

let private isMeridiem (expression: Expression) =
    expression = Words "a.m." || expression = Words "p.m."

/// Where only one side says a.m. or p.m., it is left out.
let withoutLoneMeridiem (gold: Expression) (answer: Expression) : struct (Expression * Expression) =
    let rec without (expression: Expression) =
        match expression with
        | Product(value :: [ half ]) when isMeridiem half -> value
        | other -> Expression.map without other

    match Expression.exists isMeridiem gold, Expression.exists isMeridiem answer with
    | true, false -> struct (without gold, answer)
    | false, true -> struct (gold, without answer)
    | _ -> struct (gold, answer)
