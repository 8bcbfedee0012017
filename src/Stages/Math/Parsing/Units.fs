/// Factors side by side where some are prose: units, dates, halves of a day.
module internal Cppo.Stages.Math.Parsing.Units

open System
open Cppo.Stages.Math.Expressions

/// Prose beside a value is a unit and goes; prose alone stays.
let private withoutUnits (factors: Expression list) =
    match factors |> List.filter (Expression.isProse >> not) with
    | [] -> factors
    | values ->
        // Half of the day belongs to a time.
        values
        @ (factors
           |> List.filter (fun factor -> factor = Words "a.m." || factor = Words "p.m."))

let private textOf (factor: Expression) : string =
    match factor with
    | Words word -> word.Trim()
    | Number(value, _) -> Rational.toText value
    | _ -> ""

/// Numbers with prose between them, as words: `5 hours 30 minutes` is no product.
let private tryCompound (factors: Expression list) : Expression voption =
    let isNumber (factor: Expression) =
        match factor with
        | Number _ -> true
        | _ -> false

    let rec isBroken (rest: Expression list) =
        match rest with
        | number :: (Words _ as word) :: next :: _ when isNumber number && isNumber next && word <> Words "" -> true
        | _ :: rest -> isBroken rest
        | [] -> false

    if
        isBroken factors
        && List.forall (fun factor -> isNumber factor || factor.IsWords) factors
    then
        ValueSome(Words(String.Join(' ', List.map textOf factors)))
    else
        ValueNone

/// A month and a day, as words; none where there is no month.
let private tryDate (factors: Expression list) : Expression voption =
    let isMonth (factor: Expression) =
        match factor with
        | Words word -> Vocabulary.months.Contains(word.Trim())
        | _ -> false

    if List.exists isMonth factors then
        ValueSome(Words(String.Join(' ', List.map textOf factors)))
    else
        ValueNone

/// The product of factors; prose beside a value is a unit and goes.
let productOf (factors: Expression list) =
    match
        (match tryDate factors, tryCompound factors with
         | ValueSome words, _
         | _, ValueSome words -> [ words ]
         | _ -> withoutUnits factors)
    with
    | [ single ] -> single
    | values when List.forall Expression.isProse values ->
        let words =
            values
            |> List.choose (function
                | Words word -> Some word
                | _ -> None)

        if words.Length = values.Length then
            Words(String.Join(' ', words))
        else
            Product values
    | values -> Product values
