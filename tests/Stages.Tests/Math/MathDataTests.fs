/// The verifier on real golds, real completions and published equivalence cases.
module Cppo.Stages.Tests.Math.MathDataTests

open System
open System.IO
open System.Text.Json
open Xunit
open Xunit.Abstractions
open Cppo.Stages.Tests
open Cppo.Stages.Math
open Cppo.Stages.Tests.Repository

let private rows (file: string) = lines (Path.Combine(data, file))

let private field (name: string) (line: string) : string =
    use document = JsonDocument.Parse line
    text (document.RootElement.GetProperty name)

/// Verifies that at most a number of items fail, and lists those that do.
let private atMost (output: ITestOutputHelper) (most: int) (faults: string[]) =
    for fault in faults do
        output.WriteLine fault

    Assert.True(
        faults.Length <= most,
        $"{faults.Length} faults, {most} allowed:\n"
        + String.Join("\n", Seq.truncate 60 faults)
    )

type MathData(output: ITestOutputHelper) =
    [<DataFact "answers/math_verify_dev.jsonl">]
    member _.``published equivalence cases are judged as expected``() =
        rows "answers/math_verify_dev.jsonl"
        |> Array.choose (fun line ->
            match AnswerCase.parse "gold" [| "pred" |] line with
            | Error why -> Some $"{why}: {line}"
            | Ok case ->
                match AnswerCase.judge case with
                | struct (AsExpected, _) -> None
                | struct (outcome, verdict) -> Some $"{case.Id} {outcome}: {verdict}")
        |> atMost output 3

    [<DataFact "answers/qwen_math_outputs_graded.jsonl">]
    member _.``real completions are graded as upstream does``() =
        let all = rows "answers/qwen_math_outputs_graded.jsonl"

        all
        |> Array.choose (fun line ->
            use document = JsonDocument.Parse line
            let row = document.RootElement

            let verdict =
                MathAnswer.verify VerifySettings.Default (text (row.GetProperty "gold")) (text (row.GetProperty "completion"))

            let expected = row.GetProperty("expected").GetBoolean()

            if (verdict.Result = Equal) = expected then
                None
            else
                Some $"""{row.GetProperty "id"} expected {expected}, upstream took {row.GetProperty "pred"}: {verdict}""")
        |> atMost output (all.Length / 100)

    [<DataFact "gsm8k/train.jsonl">]
    member _.``every GSM8K gold can be read and equals itself``() =
        [| "gsm8k/train.jsonl"; "gsm8k/test.jsonl" |]
        |> Array.collect rows
        |> Array.choose (fun line ->
            let answer = field "answer" line

            let gold =
                answer.Substring(answer.LastIndexOf("####", StringComparison.Ordinal) + 4).Trim()

            let verdict =
                MathAnswer.verify VerifySettings.Default answer $"<answer>{gold}</answer>"

            if verdict.Result = Equal then None else Some $"{verdict}")
        |> atMost output 0

    [<DataFact "math/train.jsonl">]
    member _.``all but half a percent of the MATH golds can be read and equal themselves``() =
        let all = [| "math/train.jsonl"; "math/test5000.jsonl" |] |> Array.collect rows

        all
        |> Array.choose (fun line ->
            let gold = field "answer" line

            let verdict =
                MathAnswer.verify VerifySettings.Default gold $"So the answer is $\\boxed{{{gold}}}$."

            if verdict.Result = Equal && verdict.IsGoldReadable then
                None
            else
                Some $"{gold}: {verdict}")
        |> atMost output (all.Length / 200)
