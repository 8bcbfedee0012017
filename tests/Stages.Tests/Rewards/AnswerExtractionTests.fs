module Cppo.Stages.Tests.Rewards.AnswerExtractionTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Rewards

[<Theory>]
[<InlineData("3*4 = <<3*4=12>>12\n#### 1,234", "1234")>]
[<InlineData("#### 1 #### 2", "1")>]
[<InlineData("####", "")>]
let ``a dataset's answer stands after ####`` (solution: string) (expected: string) =
    Assert.Equal(Some expected, AnswerExtraction.ofDataset solution)

[<Fact>]
let ``without #### a dataset row has no answer`` () =
    Assert.Equal(None, AnswerExtraction.ofDataset "the answer is 12")

[<Theory>]
[<InlineData("<think>a</think>\n<answer> 1,234\n</answer>", "1234")>]
[<InlineData("<answer>1</answer><answer>2</answer>", "2")>]
[<InlineData("<answer></answer>", "")>]
[<InlineData("<answer>, 5</answer>", " 5")>]
let ``a completion's answer stands in its last tags`` (completion: string) (expected: string) =
    Assert.Equal(Some expected, AnswerExtraction.ofCompletion completion)

[<Theory>]
[<InlineData("12")>]
[<InlineData("<answer>12")>]
[<InlineData("12</answer>")>]
[<InlineData("</answer><answer>12")>]
[<InlineData("<answer>1</answer><answer>2")>]
[<InlineData("<answer>...</answer>")>]
let ``without both tags, or with dots, there is no answer`` (completion: string) =
    Assert.Equal(None, AnswerExtraction.ofCompletion completion)

[<Theory>]
[<InlineData("12 apples", 12.0)>]
[<InlineData("-.5", -0.5)>]
[<InlineData("5.", 5.0)>]
[<InlineData("$18", 18.0)>]
[<InlineData("--5", -5.0)>]
let ``a single number is read with its sign`` (text: string) (expected: float) =
    Assert.Equal(Some expected, AnswerExtraction.singleNumber text)

[<Theory>]
[<InlineData("none")>]
[<InlineData("10-15")>]
[<InlineData("1.2.3")>]
[<InlineData("1 2")>]
let ``no number and several numbers are no single number`` (text: string) =
    Assert.Equal(None, AnswerExtraction.singleNumber text)

[<Theory>]
[<InlineData("1 and -2", 2.0)>]
[<InlineData("costs $1,234.50.", 1234.5)>]
[<InlineData("it is 5.", 5.0)>]
[<InlineData("1.2.3", 3.0)>]
let ``the last number is read without sign, dollars and commas`` (text: string) (expected: float) =
    Assert.Equal(Some expected, AnswerExtraction.lastNumber text)

[<Fact>]
let ``text without digits has no last number`` () =
    Assert.Equal(None, AnswerExtraction.lastNumber "none.")

[<Fact>]
let ``numbers keep the precision of a double and overflow to infinity`` () =
    Assert.NotEqual(AnswerExtraction.singleNumber "16777217", AnswerExtraction.singleNumber "16777216")
    Assert.Equal(Some infinity, AnswerExtraction.singleNumber (String.replicate 400 "9"))

[<Theory>]
[<InlineData("work\n#### 1,200", "1200")>]
[<InlineData(" 1,200 ", "1200")>]
[<InlineData("seven", "seven")>]
let ``gold answers come with #### or bare`` (answer: string) (expected: string) =
    Assert.Equal(Some expected, AnswerExtraction.ofGold answer)

[<Theory>]
[<InlineData("")>]
[<InlineData("work ####  ")>]
let ``an empty gold answer is none`` (answer: string) =
    Assert.Equal(None, AnswerExtraction.ofGold answer)
