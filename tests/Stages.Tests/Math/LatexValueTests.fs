/// Parsed LaTeX has the value that a computer algebra system gives it.
module Cppo.Stages.Tests.Math.LatexValueTests

open System
open System.IO
open System.Text.Json
open Xunit
open Xunit.Abstractions
open Cppo.Stages.Tests
open Cppo.Stages.Math.Expressions
open Cppo.Stages.Math.Parsing
open Cppo.Stages.Math.Normalization
open Cppo.Stages.Math.Numeric
open Cppo.Stages.Tests.Repository

/// Where the symbols of the file are evaluated.
let private point =
    dict
        [ "x", 1.7
          "y", 0.6
          "z", 2.3
          "a", 1.1
          "b", 0.4
          "c", 3.2
          "f", 0.9
          "t", 1.3
          "k", 2.0
          "n", 3.0
          "theta", 0.7 ]

let private symbolAt (name: string) : ComplexFloat =
    match point.TryGetValue name with
    | true, value ->
        let tenths = int (Math.Round(value * 10.0))
        ComplexFloat.real (BigFloat.ofRational (Rational.divide (Budget 100) (Rational.ofInt tenths) (Rational.ofInt 10)))
    | _ -> raise (Undefined $"no value for {name}")

/// The value of a text, or why there is none.
let private valueOf (latex: string) : Result<struct (float * float), string> =
    try
        let budget = Budget 200000
        let expression = Normalize.answer budget (Parser.parse budget true latex)
        let value = Evaluate.at budget symbolAt expression
        Ok(struct (BigFloat.toFloat value.Re, BigFloat.toFloat value.Im))
    with
    | SyntaxFault why -> Error why
    | BudgetExceeded why -> Error why
    | Undefined why -> Error why

let private isClose (a: float) (b: float) =
    abs (a - b) <= 1e-9 * max 1.0 (max (abs a) (abs b))

type LatexValues(output: ITestOutputHelper) =
    [<DataFact "answers/latex_parse_cases.jsonl">]
    member _.``values agree wherever the notation is supported``() =
        let mutable numAgreed = 0
        let mutable numParsed = 0
        let faults = ResizeArray<string>()
        let unsupported = ResizeArray<string>()

        for line in lines (Path.Combine(data, "answers/latex_parse_cases.jsonl")) do
            use document = JsonDocument.Parse line
            let row = document.RootElement
            let latex = text (row.GetProperty "latex")
            let found, value = row.TryGetProperty "value"

            // In the file's dialect f(x) is a product.
            if found && not (latex.Contains "f(") then
                let re, im = value[0].GetDouble(), value[1].GetDouble()

                match valueOf latex with
                | Ok(struct (x, y)) when isClose x re && isClose y im -> numAgreed <- numAgreed + 1
                | Ok(struct (x, y)) -> faults.Add $"{latex}: {x} + {y}i, expected {re} + {im}i"
                | Error why -> unsupported.Add $"{latex}: {why}"
            else
                try
                    Parser.parse (Budget 20000) true latex |> ignore
                    numParsed <- numParsed + 1
                with SyntaxFault why ->
                    unsupported.Add $"{latex}: {why}"

        output.WriteLine $"{numAgreed} values agree, {numParsed} without a value can be read, {unsupported.Count} are not supported"
        Seq.iter output.WriteLine unsupported
        Assert.True(faults.Count = 0, String.Join("\n", faults))
        Assert.True(numAgreed >= 110, $"only {numAgreed} agree")
