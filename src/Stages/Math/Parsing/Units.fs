/// Factors side by side where some are prose: units, dates, halves of a day.
module internal Cppo.Stages.Mathematics.Units

open System

/// Prose beside a value is a unit and goes; prose alone stays.
let private withoutUnits (factors: Expression list) =
    match factors |> List.filter (Expression.isProse >> not) with
    | [] -> factors
    | values ->
        // Half of the day belongs to a time.
        values
        @ (factors
           |> List.filter (fun factor -> factor = Words "a.m." || factor = Words "p.m."))

/// A month and a day, as words; none where there is no month.
let private tryDate (factors: Expression list) : Expression voption =
    let isMonth (factor: Expression) =
        match factor with
        | Words word -> Vocabulary.months.Contains(word.Trim())
        | _ -> false

    let textOf (factor: Expression) =
        match factor with
        | Words word -> word.Trim()
        | Number(value, _) -> Rational.toText value
        | _ -> ""

    if List.exists isMonth factors then
        ValueSome(Words(String.Join(' ', List.map textOf factors)))
    else
        ValueNone

/// The product of factors; prose beside a value is a unit and goes.
let productOf (factors: Expression list) =
    match
        (match tryDate factors with
         | ValueSome date -> [ date ]
         | ValueNone -> withoutUnits factors)
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
