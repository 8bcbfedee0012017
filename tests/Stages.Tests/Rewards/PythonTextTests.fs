module Cppo.Stages.Tests.Rewards.PythonTextTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Rewards

[<Theory>]
[<InlineData(" 12\t\n", "12")>]
[<InlineData("\u001c\u001f12\u00a0\u3000", "12")>]
[<InlineData("\u200b12", "\u200b12")>]
[<InlineData(" \n ", "")>]
let ``strip takes what Python calls space`` (text: string) (expected: string) =
    Assert.Equal(expected, PythonText.strip text)

[<Fact>]
let ``count does not count overlapping occurrences`` () =
    Assert.Equal(1, PythonText.count "\n</think>\n" "\n</think>\n</think>\n")
    Assert.Equal(2, PythonText.count "aa" "aaaa")

[<Theory>]
[<InlineData("12", 12.0)>]
[<InlineData(" 1_000.5 ", 1000.5)>]
[<InlineData("+.5e1", 5.0)>]
[<InlineData("-Infinity", System.Double.NegativeInfinity)>]
[<InlineData("\u0663.\uff15", 3.5)>]
let ``float reads what Python's does`` (text: string) (expected: float) =
    Assert.Equal(Some expected, PythonText.tryFloat text)

[<Theory>]
[<InlineData("")>]
[<InlineData("--1")>]
[<InlineData("1__0")>]
[<InlineData("_1")>]
[<InlineData("1,000")>]
[<InlineData("7/2")>]
[<InlineData("1e")>]
[<InlineData("(1)")>]
let ``float refuses what Python's does`` (text: string) =
    Assert.Equal(None, PythonText.tryFloat text)

[<Theory>]
[<InlineData("Straße A", "straße a")>]
[<InlineData("ΟΔΟΣ ΣΑΣ", "οδος σας")>]
[<InlineData("İ", "i\u0307")>]
[<InlineData("\U00010400", "\U00010428")>]
let ``lower maps as Python's does`` (text: string) (expected: string) =
    Assert.Equal(expected, PythonText.lower text)

[<Fact>]
let ``words are what stands between spaces`` () =
    Assert.Equal<string[]>([| "a"; "b"; "c" |], PythonText.words " a\n\u001cb \u00a0c")
    Assert.Empty(PythonText.words " \n")

[<Fact>]
let ``digits of any script count, superscripts and fractions do not`` () =
    Assert.Equal(1, PythonText.digitLength "\u0663" 0)
    Assert.Equal(2, PythonText.digitLength "\U0001d7cf" 0)
    Assert.Equal(0, PythonText.digitLength "\u00b2" 0)
    Assert.Equal(0, PythonText.digitLength "\u00bd" 0)
    Assert.Equal(0, PythonText.digitLength "1" 1)
    Assert.Equal(4, PythonText.skipDigits "x12\uff13y" 1)
