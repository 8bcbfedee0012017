module Cppo.Stages.Tests.Rewards.Gsm8kRewardTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Rewards
open Cppo.Stages.Rewards.Format

let private accuracy (solution: string) (completion: string) =
    Accuracy.compare (AnswerExtraction.ofDataset solution) (AnswerExtraction.ofCompletion completion)
    |> Accuracy.valueOf

[<Theory>]
[<InlineData("<answer>12</answer>", 2.0)>]
[<InlineData("<answer>12.0</answer>", 1.5)>]
[<InlineData("<answer>12 eggs</answer>", 1.5)>]
[<InlineData("<answer>13</answer>", 0.0)>]
[<InlineData("12", 0.0)>]
let ``accuracy is 2 exact, 1.5 numerically equal, else 0`` (completion: string) (expected: float) =
    Assert.Equal(expected, accuracy "#### 12" completion)

[<Fact>]
let ``in the authors' code two missing answers are equal`` () =
    Assert.Equal(2.0, accuracy "no gold" "no answer")

[<Fact>]
let ``format names the first rule that is broken`` () =
    let check completion expected =
        Assert.Equal(expected, faultOf completion)

    check "<think>a</think>\n<answer>1</answer>" NoFault
    check "<think></think>\n<answer></answer>" NoFault
    check "<think>a</think>b</think>\n<answer>1</answer> 2</answer>" NoFault
    check "<think>a</think>\n<answer>1</answer>\nmore lines" NoFault
    check " <think>a</think>\n<answer>1</answer>" NoThinkAtStart
    check "<think>a\n<answer>1</answer>" NoThinkEnd
    check "<think>a</think><answer>1</answer>" NoAnswerAfterThink
    check "<think>a</think>\n<answer>1" NoAnswerEnd
    check "<think>a</think>\n<answer>1</answer> done" TextAfterAnswer

[<Theory>]
[<InlineData("<think>\na\n</think>\n<answer>\n1\n</answer>", 1.0)>]
[<InlineData("<think>\na</think>\n<answer>1\n</answer>", 0.5)>]
[<InlineData("<think>\n<think>\n\n</answer>", 0.25)>]
[<InlineData("", 0.0)>]
let ``each tag with its line breaks counts once`` (completion: string) (expected: float) =
    Assert.Equal(expected, TagCount.valueOf completion)

[<Theory>]
[<InlineData("", 0)>]
[<InlineData("1. add\n2. multiply", 1)>]
[<InlineData("Step 1: a Step 22: b Step x: c", 2)>]
[<InlineData("\n- a\n* b", 2)>]
[<InlineData("First, a. Second, b. Finally, c. Next, d.", 3)>]
let ``a third for each marker of a step, at most 1`` (completion: string) (numThirds: int) =
    Assert.Equal(float numThirds / 3.0, ReasoningSteps.valueOf completion)

[<Fact>]
let ``repetition costs the share of repeated n-grams`` () =
    // 2-grams of "a b a b a": ab ba ab ba -> 2 distinct of 4.
    Assert.Equal(-0.5, Repetition.valueOf 2 -1.0 "a b A B a")
    Assert.Equal(0.0, Repetition.valueOf 3 -1.0 "a b")
    Assert.Equal(0.0, Repetition.valueOf 3 -1.0 "")
    Assert.Equal(-0.6, Repetition.valueOf 1 -2.0 "a b a c d e f g a b", 12)

[<Fact>]
let ``nothing repeated costs nothing, not minus nothing`` () =
    Assert.False(System.Double.IsNegative(Repetition.valueOf 3 -1.0 "one two three four"))

[<Theory>]
[<InlineData(1, "a", 1, 1)>]
[<InlineData(2, "a b a b a", 2, 4)>]
[<InlineData(3, "a b a b a", 2, 3)>]
[<InlineData(5, "a b a b a", 1, 1)>]
[<InlineData(6, "a b a b a", 0, 0)>]
[<InlineData(1, "", 0, 0)>]
[<InlineData(2, " \t\u00a0\u001f a\u2003a \u0085a\n", 1, 2)>]
let ``n-grams are counted over the words between any spaces`` (n: int) (text: string) (distinct: int) (total: int) =
    Assert.Equal(struct (distinct, total), Ngrams.count n text)

[<FsCheck.Xunit.Property(MaxTest = 500)>]
let ``n-grams are those of sets of joined words`` (letters: FsCheck.NonEmptyArray<byte>) (n: byte) =
    let n = 1 + int n % 4

    // Few letters and many spaces of several kinds, so that words and n-grams repeat.
    let text =
        letters.Get
        |> Array.collect (fun letter -> Array.init 8 (fun bit -> "ab \u00e9\u2003".[(int letter >>> bit) * (bit + 3) % 5]))
        |> System.String

    let grams =
        PythonText.words text |> Array.windowed n |> Array.map (String.concat " ")

    Ngrams.count n text = struct ((Array.distinct grams).Length, grams.Length)
