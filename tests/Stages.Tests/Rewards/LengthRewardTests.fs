module Cppo.Stages.Tests.Rewards.LengthRewardTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Math
open Cppo.Stages.Rewards

let private settings = LengthRewardSettings.Default

// (1 + sqrt(1/2)) / 4 = 0.4267766952966369 above the lower bound at a quarter of the length, (1 - sqrt(1/2)) / 4 at three quarters.
[<Theory>]
[<InlineData(true, 0, 1.0)>]
[<InlineData(true, 250, 0.9267766952966369)>]
[<InlineData(true, 500, 0.75)>]
[<InlineData(true, 750, 0.5732233047033631)>]
[<InlineData(true, 1000, 0.5)>]
[<InlineData(true, 2000, 0.5)>]
[<InlineData(false, 0, -1.0)>]
[<InlineData(false, 250, -0.9267766952966369)>]
[<InlineData(false, 500, -0.75)>]
[<InlineData(false, 1000, -0.5)>]
[<InlineData(false, 2000, -0.5)>]
let ``the cosine reward goes from the short to the long value and stays there`` (isCorrect: bool) (numTokens: int) (expected: float) =
    Assert.Equal(expected, Cosine.valueOf settings isCorrect numTokens, 1e-12)

[<Theory>]
[<InlineData(true, 0, 3.0)>]
[<InlineData(true, 50, 2.5)>]
[<InlineData(true, 100, 2.0)>]
[<InlineData(false, 0, -4.0)>]
[<InlineData(false, 50, -2.0)>]
[<InlineData(false, 100, 0.0)>]
let ``each bound of the cosine reward is where its name says`` (isCorrect: bool) (numTokens: int) (expected: float) =
    let settings =
        { settings with
            CosineMinWrong = -4.0
            CosineMaxWrong = 0.0
            CosineMinCorrect = 2.0
            CosineMaxCorrect = 3.0
            CosineMaxLength = 100 }

    Assert.Equal(expected, Cosine.valueOf settings isCorrect numTokens, 1e-12)

[<Theory>]
[<InlineData(100, 20, 0, 0.0)>]
[<InlineData(100, 20, 80, 0.0)>]
[<InlineData(100, 20, 81, -0.05)>]
[<InlineData(100, 20, 90, -0.5)>]
[<InlineData(100, 20, 100, -1.0)>]
[<InlineData(100, 20, 101, -1.0)>]
[<InlineData(16384, 4096, 14336, -0.5)>]
[<InlineData(100, 0, 100, 0.0)>]
[<InlineData(100, 0, 101, -1.0)>]
[<InlineData(100, 100, 1, -0.01)>]
let ``the overlong punishment falls over the cache`` (maxLength: int) (cache: int) (numTokens: int) (expected: float) =
    let settings =
        { settings with
            OverlongMaxLength = maxLength
            OverlongCache = cache }

    Assert.Equal(expected, Overlong.valueOf settings numTokens, 1e-12)

[<Theory>]
[<InlineData(true, 10, 0.5)>]
[<InlineData(true, 20, 0.0)>]
[<InlineData(true, 30, -0.5)>]
[<InlineData(false, 10, 0.0)>]
[<InlineData(false, 30, -0.5)>]
let ``the length reward prefers the short among the right`` (isCorrect: bool) (numTokens: int) (expected: float) =
    Assert.Equal(expected, GroupLength.valueOf 10 30 isCorrect numTokens, 1e-12)

[<Fact>]
let ``equally long completions get no length reward`` () =
    Assert.Equal(0.0, GroupLength.valueOf 10 10 true 10)

let private mathAccuracy (gold: string) (completion: string) =
    MathAccuracy.valueOf (MathAnswer.verify VerifySettings.Default gold completion)

[<Fact>]
let ``math accuracy is 2 or 0, and a gold answer that cannot be read earns nothing`` () =
    Assert.Equal(2.0, mathAccuracy "\\frac12" "So $\\boxed{0.5}$.")
    Assert.Equal(0.0, mathAccuracy "\\frac12" "So $\\boxed{0.6}$.")
    Assert.Equal(0.0, mathAccuracy "\\frac{1" "So $\\boxed{\\frac{1}$.")
    Assert.Equal(0.0, mathAccuracy "" "")
    Assert.Contains("cannot be read", (MathAnswer.verify VerifySettings.Default "\\frac{1" "So $\\boxed{1}$.").Reason)
