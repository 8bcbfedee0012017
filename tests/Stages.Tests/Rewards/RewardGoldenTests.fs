/// The authors' reward functions, value for value.
module Cppo.Stages.Tests.Rewards.RewardGoldenTests

open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Rewards
open Cppo.Stages.Evaluation

let rows () : JsonElement[] =
    Repository.goldenFiles "rewards" "*.jsonl"
    |> Array.collect Repository.lines
    |> Array.map (fun line -> JsonDocument.Parse(line).RootElement)

let private text (row: JsonElement) (field: string) = Repository.text (row.GetProperty field)

let private number (row: JsonElement) (field: string) : float option =
    let value = row.GetProperty field

    match value.ValueKind with
    | JsonValueKind.Null -> None
    | JsonValueKind.String -> PythonText.tryFloat (Repository.text value)
    | _ -> Some(value.GetDouble())

let private string (row: JsonElement) (field: string) : string option =
    row.GetProperty(field).GetString() |> Option.ofObj

/// Compares a function of each row with its field and reports all rows that differ.
let private check (field: string) (expected: JsonElement -> 'value) (actual: JsonElement -> 'value) =
    let all = rows ()
    Assert.NotEmpty all

    let differing =
        all
        |> Array.choose (fun row ->
            let wanted, got = expected row, actual row

            if wanted = got then
                None
            else
                Some $"id {row.GetProperty field}: expected %A{wanted}, got %A{got}: {row}")

    Assert.Empty differing

let private ofCompletion (reward: string -> 'value) (row: JsonElement) = reward (text row "completion")
let private value (field: string) (row: JsonElement) = (number row field).Value

[<Fact>]
let ``accuracy is the authors'`` () =
    check "accuracy" (value "accuracy") (fun row ->
        Accuracy.compare (AnswerExtraction.ofDataset (text row "solution")) (AnswerExtraction.ofCompletion (text row "completion"))
        |> Accuracy.valueOf)

[<Fact>]
let ``format is the authors'`` () =
    check "format" (value "format") (ofCompletion Format.valueOf)

[<Fact>]
let ``tag count is the authors'`` () =
    check "tag_count" (value "tag_count") (ofCompletion TagCount.valueOf)

[<Fact>]
let ``reasoning steps are the authors'`` () =
    check "reasoning_steps" (value "reasoning_steps") (ofCompletion ReasoningSteps.valueOf)

[<Fact>]
let ``repetition penalty is the authors'`` () =
    check "repetition_penalty_n3" (value "repetition_penalty_n3") (ofCompletion (Repetition.valueOf 3 -1.0))

[<Fact>]
let ``the extracted answer is the authors'`` () =
    let field = "extract_answer_from_model_output"
    check field (fun row -> string row field) (ofCompletion AnswerExtraction.ofCompletion)

[<Fact>]
let ``the gold answer is the authors'`` () =
    let field = "extract_answer_from_dataset"
    check field (fun row -> string row field) (fun row -> AnswerExtraction.ofDataset (text row "solution"))

[<Fact>]
let ``single numbers are the authors'`` () =
    let check field extract =
        check field (fun row -> number row field) (fun row -> extract row |> Option.bind AnswerExtraction.singleNumber)

    check "single_number_of_extracted" (fun row -> AnswerExtraction.ofCompletion (text row "completion"))
    check "single_number_of_gold" (fun row -> AnswerExtraction.ofDataset (text row "solution"))
    check "single_number_of_completion" (fun row -> Some(text row "completion"))

[<Fact>]
let ``the last number is the authors'`` () =
    let field = "last_number_of_completion"
    check field (fun row -> number row field) (ofCompletion AnswerExtraction.lastNumber)

[<Fact>]
let ``the lenient evaluation is the authors', exceptions included`` () =
    let judged row =
        AuthorsJudgement.judge (text row "solution") (text row "completion")

    check "eval_correct" (fun row -> row.GetProperty("eval_correct").GetBoolean()) (fun row -> judged row = Ok true)
    check "eval_exception" (fun row -> row.GetProperty("eval_exception").GetBoolean()) (fun row -> (judged row).IsError)

[<Fact>]
let ``training rewards what the authors do wherever the gold and the completion have an answer`` () =
    let settings =
        { Rewards = [| { Name = "accuracy"; Weight = 1.0 } |]
          RepetitionNgram = 3
          RepetitionMaxPenalty = -1.0
          Lengths = LengthRewardSettings.Default }

    let expected row =
        match string row "extract_answer_from_dataset", string row "extract_answer_from_model_output" with
        | (None | Some ""), _
        | _, None -> None
        | _ -> number row "accuracy"

    check "accuracy" expected (fun row ->
        expected row
        |> Option.map (fun _ -> (Reward.score settings (text row "solution") (text row "completion")).Total))
