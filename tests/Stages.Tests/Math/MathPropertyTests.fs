/// What holds for every answer: symmetry, indifference to spelling, and bounded work on any text.
module Cppo.Stages.Tests.Math.MathPropertyTests

open System
open System.Diagnostics
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Math

let private verify (gold: string) (answer: string) =
    MathAnswer.verify VerifySettings.Default gold $"Thus $\\boxed{{{answer}}}$."

let private isEqual (gold: string) (answer: string) = (verify gold answer).Result = Equal

/// Answers of every kind, with something that is another answer.
let private samples =
    [| "5", "6"
       "-\\frac{3}{4}", "\\frac{3}{4}"
       "3\\frac{1}{2}", "\\frac{3}{2}"
       "1.25", "1.26"
       "2\\sqrt{3}", "3\\sqrt{2}"
       "\\frac{1+\\sqrt{5}}{2}", "\\frac{1-\\sqrt{5}}{2}"
       "\\frac{\\pi}{4}", "\\frac{\\pi}{3}"
       "\\sin 2x", "2 \\sin x"
       "\\log_2 8x", "\\log_3 8x"
       "2 - 3i", "2 + 3i"
       "x^2 - 4x + 4", "x^2 + 4x + 4"
       "\\frac{1}{x-1}", "\\frac{1}{x+1}"
       "\\sqrt{x^2}", "x"
       "y = 2x + 1", "y = 2x - 1"
       "x > 5", "x < 5"
       "[0, 1)", "[0, 1]"
       "(-\\infty, 2) \\cup (3, \\infty)", "(-\\infty, 2] \\cup (3, \\infty)"
       "\\{1, 2, 3\\}", "\\{1, 2, 4\\}"
       "(1, 2)", "(2, 1)"
       "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "\\begin{pmatrix} 1 & 3 \\\\ 2 & 4 \\end{pmatrix}"
       "1 \\pm \\sqrt{2}", "1 + \\sqrt{2}"
       "\\text{even}", "\\text{odd}"
       "\\text{(B)}", "\\text{(C)}"
       "\\sum_{k=1}^{n} k^2", "\\sum_{k=1}^{n} k^3"
       "\\binom{n}{2}", "\\binom{n}{3}"
       "\\begin{cases} x = 1 \\\\ y = 2 \\end{cases}", "\\begin{cases} x = 1 \\\\ y = 3 \\end{cases}"
       "|x - 1| + |x + 1| < 4", "|x - 1| + |x + 1| < 5"
       "\\frac{x-1}{x+2} \\ge 0", "\\frac{x-1}{x-2} \\ge 0"
       "10:30 \\text{ a.m.}", "10:30 \\text{ p.m.}"
       "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}^{-1}", "\\begin{pmatrix} 1 & 2 \\\\ 3 & 5 \\end{pmatrix}^{-1}" |]

[<Fact>]
let ``every answer equals itself and no other`` () =
    for answer, other in samples do
        Assert.True(isEqual answer answer, answer)
        Assert.False(isEqual answer other, $"{answer} and {other}")
        Assert.False(isEqual other answer, $"{other} and {answer}")

/// Spellings of the same answer.
let equalPairs: string[][] =
    [| [| "\\frac{1}{2}"; "0.5" |]
       [| "3\\frac{1}{2}"; "\\frac{7}{2}" |]
       [| "25\\%"; "\\frac14" |]
       [| "1.2 \\times 10^3"; "1200" |]
       [| "1,200"; "1200" |]
       [| "\\sqrt{12}"; "2\\sqrt{3}" |]
       [| "\\frac{1}{\\sqrt{2}}"; "\\frac{\\sqrt{2}}{2}" |]
       [| "\\sqrt{3+2\\sqrt{2}}"; "1+\\sqrt{2}" |]
       [| "\\cos 60^\\circ"; "\\frac12" |]
       [| "\\sin^2 x + \\cos^2 x"; "1" |]
       [| "2 \\sin x \\cos x"; "\\sin(2x)" |]
       [| "\\ln 8"; "3 \\ln 2" |]
       [| "e^{i\\pi}"; "-1" |]
       [| "(x+1)(x-1)"; "x^2-1" |]
       [| "\\frac{x^2-1}{x-1}"; "x+1" |]
       [| "2x + 2y = 4"; "y = 2 - x" |]
       [| "x^2 < 4"; "-2 < x < 2" |]
       [| "x \\ge 3"; "[3, \\infty)" |]
       [| "(-\\infty, \\infty) \\setminus \\{2\\}"
          "(-\\infty, 2) \\cup (2, \\infty)" |]
       [| "\\{1, 2\\}"; "2, 1" |]
       [| "1 \\pm \\sqrt{2}"; "1-\\sqrt{2}, 1+\\sqrt{2}" |]
       [| "12 \\text{ cm}^2"; "12" |]
       [| "\\$32"; "32 \\text{ dollars}" |]
       [| "\\text{(C)}"; "C" |]
       [| "0.\\overline{3}"; "\\frac13" |]
       [| "\\binom{5}{2}"; "10" |]
       [| "5!"; "120" |]
       [| "\\mathbb{R}"; "(-\\infty, \\infty)" |]
       [| "10{:}30"; "10:30" |]
       [| "33\\frac{1}{3}\\%"; "33.333333\\%" |] |]

[<Theory>]
[<MemberData(nameof equalPairs)>]
let ``equal values are equal both ways`` (a: string) (b: string) =
    Assert.Equal(Equal, (verify a b).Result)
    Assert.Equal(Equal, (verify b a).Result)

/// The same answer with other spaces, sized delimiters and kinds of fractions.
let private decorated (answer: string) : string list =
    [ "  "
      + answer.Replace("=", " = ").Replace("+", " +  ").Replace(", ", " ,  ")
      + "\n"
      answer.Replace("\\frac", "\\dfrac")
      answer.Replace("\\frac", "\\tfrac")
      answer.Replace("(", "\\left(").Replace(")", "\\right)").Replace("[", "\\left[").Replace("]", "\\right]")
      answer.Replace("+", " \\, + \\; ").Replace("(", "\\bigl(").Replace(")", "\\bigr)")
      "\\displaystyle " + answer
      "{" + answer + "}" ]

[<Theory>]
[<MemberData(nameof equalPairs)>]
let ``spaces, sized delimiters and kinds of fractions do not matter`` (a: string) (b: string) =
    for gold, answer in [ a, b; b, a ] do
        for spelling in decorated answer do
            Assert.True(isEqual gold spelling, $"'{spelling}' against '{gold}'")
            Assert.True(isEqual spelling gold, $"'{gold}' against '{spelling}'")

[<Fact>]
let ``no spelling makes a different answer equal`` () =
    for gold, answer in samples do
        for spelling in decorated answer do
            Assert.False(isEqual gold spelling, $"'{spelling}' against '{gold}'")

/// A generator that gives the same numbers everywhere.
let private next (state: uint64 byref) (below: int) =
    state <- state * 6364136223846793005UL + 1442695040888963407UL
    int ((state >>> 33) % uint64 below)

let private pieces =
    [| "\\frac"
       "{"
       "}"
       "("
       ")"
       "["
       "]"
       "\\{"
       "\\}"
       "^"
       "_"
       "\\sqrt"
       "x"
       "y"
       "i"
       "e"
       "\\pi"
       "\\infty"
       "1"
       "23"
       "0"
       "999999"
       "."
       ","
       "="
       "<"
       "\\le"
       "\\in"
       "+"
       "-"
       "\\cdot"
       "/"
       "\\pm"
       "\\mp"
       "!"
       "%"
       "\\%"
       "|"
       "\\sin"
       "\\log"
       "\\ln"
       "\\text{and}"
       "\\text{cm}"
       "\\cup"
       "\\setminus"
       "\\begin{pmatrix}"
       "\\end{pmatrix}"
       "&"
       "\\\\"
       "$"
       "\\boxed{"
       "answer"
       "final answer is "
       "\\left"
       "\\right"
       " "
       "\n"
       "é"
       "\\"
       "\\sum_{k=1}^{"
       "\\binom"
       "\\over"
       "\\choose"
       "\\begin{cases}"
       "\\end{cases}"
       "\\Rightarrow"
       "\\approx"
       "\\overline{"
       "\\circ"
       "\\lfloor"
       "\\rfloor"
       "^{-1}"
       "\\quad"
       "\\text{ p.m.}"
       "\\text{June }"
       "June"
       "½"
       "⁻²"
       "₁"
       "'"
       "E5"
       "####"
       "<answer>"
       "</answer>"
       ":" |]

/// A random sequence of pieces, or a sample with some characters changed.
let private text (state: uint64 byref) : string =
    if next &state 2 = 0 then
        let parts = Array.zeroCreate<string>(1 + next &state 40)

        for at in 0 .. parts.Length - 1 do
            parts[at] <- pieces[next &state pieces.Length]

        String.Join("", parts)
    else
        let mutable sample = fst samples[next &state samples.Length]

        for _ in 0 .. next &state 4 do
            let at = next &state (sample.Length + 1)
            let piece = pieces[next &state pieces.Length]
            let gone = min (next &state 3) (sample.Length - at)
            sample <- sample.Substring(0, at) + piece + sample.Substring(at + gone)

        sample

let private elapsedMs (gold: string) (answer: string) =
    let start = Stopwatch.GetTimestamp()

    MathAnswer.verify VerifySettings.Default gold ("$\\boxed{" + answer + "}$")
    |> ignore

    (Stopwatch.GetElapsedTime start).TotalMilliseconds

/// Judges random and mutated texts; gives those that take longer than 50 ms. Other processes may hold a machine up, so a slow
/// text gets five more attempts and its best one counts.
let private fuzz (seed: uint64) (count: int) =
    let mutable state = seed
    let slow = ResizeArray<string>()

    for _ in 1..count do
        let gold = text &state
        let answer = text &state

        if elapsedMs gold answer > 50.0 then
            let best = Seq.init 5 (fun _ -> elapsedMs gold answer) |> Seq.min

            if best > 50.0 then
                slow.Add $"{best:F0} ms: {gold} ||| {answer}"

    slow

[<Fact>]
let ``100,000 random and mutated texts end without an exception, none slow, and leave no memory behind`` () =
    fuzz 1UL 2000 |> ignore
    let before = GC.GetTotalMemory true
    let slow = fuzz 2UL 100000
    let after = GC.GetTotalMemory true
    Assert.True(slow.Count = 0, String.Join("\n", slow))
    Assert.True(after - before < 5_000_000L, $"{after - before} bytes more")
