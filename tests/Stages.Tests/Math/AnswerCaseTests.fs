module Cppo.Stages.Tests.Math.AnswerCaseTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Math

let private parse (line: string) =
    AnswerCase.parse "gold" [| "completion"; "pred" |] line

let private case (line: string) : AnswerCase =
    match parse line with
    | Ok case -> case
    | Error why -> failwith $"{line}: {why}"

[<Fact>]
let ``a row states its own match types and strictness`` () =
    let case =
        case
            """{"id": "a-0", "gold": "1", "pred": "2", "match_types": ["latex", "string"], "gold_match_types": ["expr"], "expected": false,
                "strict": false, "float_rounding": 2, "numeric_precision": 5, "allow_set_relation_comp": true, "boxed_match_priority": 7}"""

    Assert.Equal(("a-0", "1", "2", false), (case.Id, case.Gold, case.Completion, case.Expected))

    Assert.Equal<VerifySettings>(
        { VerifySettings.Default with
            Targets = [| Latex; Choice [| "A"; "B"; "C"; "D" |] |]
            GoldTargets = [| Plain |]
            Strict = false
            FloatRounding = 2
            NumericPrecision = 5
            AllowSetRelation = true
            BoxedPriority = 7 },
        case.Settings
    )

[<Fact>]
let ``missing options are the verifier's, a missing priority of boxes is 0 and null is 50`` () =
    Assert.Equal<VerifySettings>(VerifySettings.Default, (case """{"gold": "1", "pred": "1", "expected": true}""").Settings)

    let explicit =
        case
            """{"gold": "1", "pred": "1", "expected": true,
                "boxed_match_priority": null, "gold_match_types": null, "match_types": ["expr"]}"""

    Assert.Equal(50, explicit.Settings.BoxedPriority)
    Assert.Equal<AnswerTarget>([| Plain |], explicit.Settings.GoldTargets)

[<Fact>]
let ``the first completion field that the row has counts, and numbers are texts`` () =
    let case =
        case """{"id": 7, "gold": 420.0, "pred": "1", "completion": "It is 420.", "expected": true}"""

    Assert.Equal(("7", "420.0", "It is 420."), (case.Id, case.Gold, case.Completion))

[<Theory>]
[<InlineData("{", "is not valid JSON")>]
[<InlineData("[1]", "is no JSON object { ... }")>]
[<InlineData("""{"gold": "1", "expected": true}""", "has no text in the field \"completion\" or \"pred\"; its fields are gold, expected")>]
[<InlineData("""{"gold":null, "pred":"1", "expected":true}""", "has no text in the field \"gold\"; its fields are gold, pred, expected")>]
[<InlineData("""{"gold": "1", "pred": "1"}""", "must have true or false in the field \"expected\"")>]
[<InlineData("""{"gold": "1", "pred": "1", "expected": "true"}""", "must have true or false in the field \"expected\"")>]
[<InlineData("""{"gold": "1", "pred": "1", "expected": true, "strict": 1}""", "must have true or false in the field \"strict\"")>]
[<InlineData("""{"gold": "1", "pred": "1", "expected": true, "float_rounding": 1.5}""",
             "must have a whole number in the field \"float_rounding\"")>]
[<InlineData("""{"gold": "1", "pred": "1", "expected": true, "float_rounding": "6"}""",
             "must have a whole number in the field \"float_rounding\"")>]
[<InlineData("""{"gold": "1", "pred": "1", "expected": true, "match_types": "latex"}""", "must have a list in the field \"match_types\"")>]
[<InlineData("""{"gold": "1", "pred": "1", "expected": true, "match_types": ["sympy"]}""",
             "names the match type \"sympy\"; it must be latex, expr or string")>]
[<InlineData("""{"gold": "\ud800", "pred": "1", "expected": true}""", "holds half of a surrogate pair")>]
let ``what is wrong with a line is said in one sentence`` (line: string, expected: string) =
    match parse line with
    | Ok case -> failwith $"{case}"
    | Error why -> Assert.Equal(expected, why)

let private judge (gold: string) (pred: string) (expected: bool) : CaseOutcome =
    let struct (outcome, _) =
        AnswerCase.judge
            { Id = ""
              Gold = gold
              Completion = pred
              Settings = VerifySettings.Default
              Expected = expected }

    outcome

[<Fact>]
let ``an undecided case counts as different`` () =
    Assert.Equal(AsExpected, judge "1/2" "$0.5$" true)
    Assert.Equal(FalseEqual, judge "1/2" "$0.5$" false)
    Assert.Equal(FalseDifferent, judge "1/2" "$0.6$" true)
    let verdict = MathAnswer.verify VerifySettings.Default "1" "$10^{10^{10}}$"
    Assert.NotEqual(Equal, verdict.Result)
    Assert.Equal(AsExpected, judge "1" "$\\frac{1}{0}$" false)
    Assert.Equal(FalseDifferent, judge "1" "$\\frac{1}{0}$" true)
