/// The judgements of an evaluation on real completions that others have graded.
module Cppo.Stages.Tests.Evaluation.JudgementDataTests

open System
open System.IO
open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Evaluation
open Cppo.Stages.Tests.Repository

type private Graded =
    { Problem: string
      Judgement: Judgement
      Expected: bool }

let private graded () : Graded[] =
    lines (Path.Combine(data, "answers/qwen_math_outputs_graded.jsonl"))
    |> Array.map (fun line ->
        use document = JsonDocument.Parse line
        let row = document.RootElement

        { Problem = text (row.GetProperty "problem")
          Judgement = Judge.completion JudgingRule.Expression (text (row.GetProperty "gold")) (text (row.GetProperty "completion"))
          Expected = row.GetProperty("expected").GetBoolean() })

let private agreement (verdict: Judgement -> bool) (rows: Graded[]) =
    let agreeing =
        rows |> Array.filter (fun row -> verdict row.Judgement = row.Expected)

    float agreeing.Length / float rows.Length

[<DataFact "answers/qwen_math_outputs_graded.jsonl">]
let ``boxed answers of a real model are graded as upstream does, strictly and leniently`` () =
    let rows = graded ()
    Assert.InRange(agreement _.IsStrictlyCorrect rows, 0.99, 1.0)
    Assert.InRange(agreement _.IsLenientlyCorrect rows, 0.99, 1.0)

[<DataFact "answers/qwen_math_outputs_graded.jsonl">]
let ``the majority of a real model's answers is right where upstream says so`` () =
    let questions = graded () |> Array.groupBy _.Problem |> Array.map snd

    let winners =
        questions
        |> Array.map (fun samples ->
            samples[Majority.winner (Judge.areSame JudgingRule.Expression) (samples |> Array.map _.Judgement.StrictAnswer)])

    Assert.True(questions.Length >= 50)
    Assert.InRange(agreement _.IsStrictlyCorrect winners, 0.99, 1.0)

[<DataFact "gsm8k/example_model_solutions.jsonl">]
let ``answers without tags are leniently right where the dataset's makers say so`` () =
    let models =
        [| "6b_finetuning"; "6b_verification"; "175b_finetuning"; "175b_verification" |]

    let agrees =
        lines (Path.Combine(data, "gsm8k/example_model_solutions.jsonl"))
        |> Array.collect (fun line ->
            use document = JsonDocument.Parse line
            let row = document.RootElement
            let truth = text (row.GetProperty "ground_truth")

            let gold = truth.Substring(truth.LastIndexOf("A: ", StringComparison.Ordinal) + 3)

            models
            |> Array.map (fun model ->
                let solution = row.GetProperty model

                let judgement =
                    Judge.completion JudgingRule.Number gold (text (solution.GetProperty "solution"))

                Assert.False judgement.IsStrictlyCorrect
                judgement.IsLenientlyCorrect = solution.GetProperty("is_correct").GetBoolean()))

    let share = float (agrees |> Array.filter id).Length / float agrees.Length

    Assert.InRange(share, 0.98, 1.0)
