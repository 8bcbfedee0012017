module Cppo.Stages.Tests.Prompts.PromptTemplatesTests

open System.IO
open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Prompts

let private template (name: string) = PromptTemplates.table.Find name

[<Fact>]
let ``the question is the user's message, word by word`` () =
    let messages = (template "gsm8k").Messages("ignored", " How many?\n")
    Assert.Equal(" How many?\n", messages.User)
    Assert.StartsWith("A conversation between User and Assistant.", messages.System)
    Assert.EndsWith("<think> reasoning process here </think>\n<answer> answer here </answer>.", messages.System)

[<Fact>]
let ``the MATH text asks for a boxed answer with the recipe's doubled braces and space`` () =
    let text = (template "math").System
    Assert.Contains(@"'Therefore, the final answer is: $\boxed{{ANSWER}}$. I hope it is correct' (without quotes)", text)
    Assert.EndsWith("</answer>. ", text)

[<Fact>]
let ``no template has no system message`` () =
    Assert.Equal({ System = ""; User = "q" }, (template "none").Messages("", "q"))

[<Fact>]
let ``a custom template takes the user's own text`` () =
    Assert.Equal({ System = "Be brief."; User = "q" }, (template "custom").Messages("Be brief.", "q"))

[<Repository.DataFact("tokenizer/chat_template_golden.jsonl")>]
let ``the GSM8K text is the authors', character by character`` () =
    let systems =
        Repository.lines (Path.Combine(Repository.data, "tokenizer/chat_template_golden.jsonl"))
        |> Array.collect (fun line ->
            [| for message in JsonDocument.Parse(line).RootElement.GetProperty("messages").EnumerateArray() do
                   let content = Repository.text (message.GetProperty "content")

                   if
                       Repository.text (message.GetProperty "role") = "system"
                       && content.StartsWith "A conversation between User"
                   then
                       content |])

    Assert.NotEmpty systems
    Assert.All(systems, fun system -> Assert.Equal((template "gsm8k").System, system))
