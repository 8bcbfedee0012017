module Cppo.Stages.Tests.Prompts.TemplateTests

open System.IO
open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Prompts

[<Fact>]
let ``the question is the user's message, word by word`` () =
    let messages = Template.messages Gsm8k " How many?\n"
    Assert.Equal(" How many?\n", messages.User)
    Assert.StartsWith("A conversation between User and Assistant.", messages.System)
    Assert.EndsWith("<think> reasoning process here </think>\n<answer> answer here </answer>.", messages.System)

[<Fact>]
let ``the MATH text asks for a boxed answer with the recipe's doubled braces and space`` () =
    let text = Template.systemText Math
    Assert.Contains(@"'Therefore, the final answer is: $\boxed{{ANSWER}}$. I hope it is correct' (without quotes)", text)
    Assert.EndsWith("</answer>. ", text)

[<Fact>]
let ``no template has no system message`` () =
    Assert.Equal({ System = ""; User = "q" }, Template.messages Bare "q")

[<Fact>]
let ``templates are found by name`` () =
    Assert.Equal(Ok Gsm8k, Template.ofName "gsm8k" "")
    Assert.Equal(Ok Math, Template.ofName "math" "ignored")
    Assert.Equal(Ok Bare, Template.ofName "none" "")
    Assert.Equal(Ok(Custom "Be brief."), Template.ofName "custom" "Be brief.")

[<Fact>]
let ``a custom template without text and an unknown name are errors`` () =
    Assert.True((Template.ofName "custom" "").IsError)
    Assert.Equal(Error "prompt.template is 'gsm'; it must be one of gsm8k, math, none, custom.", Template.ofName "gsm" "")

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
    Assert.All(systems, fun system -> Assert.Equal(Template.systemText Gsm8k, system))
