module Cppo.Stages.Tests.Evaluation.JudgementTests

open Xunit
open FsCheck.Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Evaluation

[<Theory>]
[<InlineData("<answer>12</answer>", true, true)>]
[<InlineData("<answer>12.0 eggs</answer>", true, true)>]
[<InlineData("The answer is 12.", false, true)>]
[<InlineData("6 * 2 = 12", false, true)>]
[<InlineData("<answer>-12</answer>", false, true)>]
[<InlineData("12 <answer>13</answer>", false, false)>]
[<InlineData("twelve", false, false)>]
let ``numbers: strict wants tags, lenient a last number`` completion strict lenient =
    for gold in [ "work\n#### 12"; "12" ] do
        let judgement = Judge.completion JudgingRule.Number gold completion
        Assert.Equal((strict, lenient), (judgement.IsStrictlyCorrect, judgement.IsLenientlyCorrect))

[<Theory>]
[<InlineData("<answer>$\\boxed{\\frac{1}{2}}$</answer>", true, true)>]
[<InlineData("<answer>0.5</answer>", true, true)>]
[<InlineData("Therefore, the final answer is: $\\boxed{\\frac12}$.", true, true)>]
// What stands in the tag decides, whatever is boxed before it.
[<InlineData("$\\boxed{0.5}$ <answer>3</answer>", false, false)>]
// An answer that is not marked counts leniently only.
[<InlineData("The final answer is $\\frac{1}{2}$.", false, true)>]
[<InlineData("so it is 0.5", false, true)>]
[<InlineData("I do not know.", false, false)>]
let ``mathematics: strict wants a tag or a box`` completion strict lenient =
    let judgement = Judge.completion JudgingRule.Expression "\\frac{1}{2}" completion
    Assert.Equal((strict, lenient), (judgement.IsStrictlyCorrect, judgement.IsLenientlyCorrect))

[<Theory>]
[<InlineData("", false)>]
[<InlineData("<think>6*2</think>\n<answer>12</answer>", true)>]
[<InlineData("<answer>12</answer>", false)>]
let ``the format is that of the tags`` completion expected =
    for rule in [ JudgingRule.Number; JudgingRule.Expression ] do
        Assert.Equal(expected, (Judge.completion rule "12" completion).KeepsFormat)

[<Fact>]
let ``each judgement says what it rests on`` () =
    let reason rule gold completion =
        (Judge.completion rule gold completion).Reason

    Assert.Equal("strict: <answer> '12' equals '12'", reason JudgingRule.Number "#### 12" "<answer>12</answer>")
    Assert.Equal("lenient: no <answer>; the number 12 equals '12'", reason JudgingRule.Number "12" "It is 12.")
    Assert.Equal("wrong: <answer> '13' is not '12'", reason JudgingRule.Number "12" "<answer>13</answer>")
    Assert.Equal("wrong: neither <answer> nor a number", reason JudgingRule.Number "12" "")
    Assert.StartsWith("strict: equal: '0.5' against '\\frac12'", reason JudgingRule.Expression "\\frac12" "$\\boxed{0.5}$")
    Assert.StartsWith("no <answer> and no box; lenient: ", reason JudgingRule.Expression "2" "It is 3.")

[<Fact>]
let ``without a gold answer nothing is right`` () =
    for rule in [ JudgingRule.Number; JudgingRule.Expression ] do
        let judgement = Judge.completion rule "" ""
        Assert.False(judgement.IsStrictlyCorrect || judgement.IsLenientlyCorrect)
        Assert.True((Judge.goldFault rule "").IsSome)
        Assert.True((Judge.goldFault rule "12").IsNone)

    Assert.Equal(Error "the solution has no ####", AuthorsJudgement.judge "" "12")
    Assert.Equal(Error "the gold answer '7/2' is no number", AuthorsJudgement.judge "#### 7/2" "12")

[<Fact>]
let ``strict is never without lenient`` () =
    // The authors' code raises on a gold answer that is no number.
    let judgement = Judge.completion JudgingRule.Number "7/2" "<answer>7/2</answer>"
    Assert.True(judgement.IsStrictlyCorrect && judgement.IsLenientlyCorrect)

[<Fact>]
let ``work without end is undecided, and wrong`` () =
    let judgement =
        Judge.completion JudgingRule.Expression "1" "$\\boxed{10^{10^{10}}-10^{10^{10}}+\\sqrt[999]{10^{10^{9}}+1}}$"

    Assert.True judgement.IsUndecided
    Assert.False judgement.IsLenientlyCorrect

[<Fact>]
let ``rules have names`` () =
    for name in Judge.names do
        match Judge.ruleOf name with
        | Ok rule -> Assert.Equal(name, Judge.nameOf rule)
        | Error why -> failwith why

    Assert.Equal(Error "'latex' is no judging rule; give number or expression.", Judge.ruleOf "latex")

[<Property>]
let ``no text makes the judgement raise`` (gold: string) (completion: string) =
    let text (value: string | null) =
        value |> Option.ofObj |> Option.defaultValue ""

    [ JudgingRule.Number; JudgingRule.Expression ]
    |> List.forall (fun rule ->
        let judgement = Judge.completion rule (text gold) (text completion)
        judgement.IsLenientlyCorrect || not judgement.IsStrictlyCorrect)
