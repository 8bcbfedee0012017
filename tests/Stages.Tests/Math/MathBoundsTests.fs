/// No text costs the verifier more than a bounded amount of work, memory and stack, and threads do not disturb each other.
module Cppo.Stages.Tests.Math.MathBoundsTests

open System
open System.Diagnostics
open System.Threading
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Math

let private hostile: (string * string)[] =
    [| "200 kB open braces", String('{', 200_000)
       "nested braces", String('{', 5000) + "1" + String('}', 5000)
       "nested braces short", String('{', 40) + "1" + String('}', 40)
       "nested parens", String('(', 3000) + "1" + String(')', 3000)
       "deep left", String.replicate 2000 "\\left(" + "1" + String.replicate 2000 "\\right)"
       "deep left short", String.replicate 400 "\\left(" + "1" + String.replicate 400 "\\right)"
       "tower", "10^10^10"
       "tower braces", "10^{10^{10}}"
       "tower fraction", "2^{\\frac{1}{2}^{\\frac{1}{3}^{\\frac{1}{5}^{7}}}}"
       "tower big fraction", "(\\frac{99999}{7})^{\\frac{99999}{7}^{\\frac{9}{7}}}"
       "high tower", String.replicate 500 "9^"
       "power", "9999^{9999}"
       "three expanded powers", "(1+x)^{40}(1+y)^{40}(1+z)^{40}"
       "the power of a long sum", "(1+x+y+z+w)^{40}"
       "a power of a power", "((1+x)^{40})^{40}"
       "product", String.replicate 500 "(x+y+z+1)"
       "factorial", "100000!!!!"
       "factorials", String.replicate 200 "400!"
       "factorial nested", "((5!)!)!"
       "binomials", String.replicate 100 "\\binom{2000}{1000}"
       "binom nested", String.replicate 40 "\\binom{10}{" + "5" + String.replicate 40 "}"
       "sum", "\\sum_{k=1}^{1000} k^{100}"
       "sum nested", "\\sum_{i=1}^{1000}\\sum_{j=1}^{1000}\\sum_{k=1}^{1000} \\sin(ijk)"
       "sum huge", "\\sum_{k=1}^{10^{100}} k"
       "prod", "\\prod_{k=1}^{1000} k^{k}"
       "minus", String('-', 5000) + "1"
       "bars", String('|', 5000)
       "abs ineq", String.replicate 30 "|x-1|+" + "1 < 5"
       "abs many ineq", String.Join("+", seq { for i in 1..30 -> sprintf "|x-%d|" i }) + " < 5"
       "abs many", String.Join("+", seq { for i in 1..30 -> sprintf "|x-%d|" i })
       "unions big", String.Join("\\cup", seq { for i in 1..59 -> sprintf "(%d,%d)" i (i + 1) })
       "signs", "5" + String.replicate 24 "!" + String.replicate 24 "%"
       "nested 22", String.replicate 22 "\\frac{1}{1+" + "x" + String.replicate 22 "}"
       "nested roots 20", String.replicate 20 "\\sqrt{2+" + "x" + String.replicate 20 "}"
       "nested powers", String.replicate 20 "(1+x^{" + "2" + String.replicate 20 "})"
       "nested sets", String.replicate 20 "\\{1," + "2" + String.replicate 20 "\\}"
       "nested tuples", String.replicate 30 "(1," + "2" + String.replicate 30 ")"
       "nested abs", String.replicate 20 "\\left|x-" + "2" + String.replicate 20 "\\right|"
       "nested f", String.replicate 30 "f(" + "x" + String.replicate 30 ")"
       "nested log", String.replicate 30 "\\ln " + "x"
       "nested sums 8", String.replicate 8 "\\sum_{k=1}^{9}" + "x"
       "nested text", String.replicate 30 "\\text{" + "2" + String.replicate 30 "}"
       "matrix of fractions",
       "\\begin{pmatrix}"
       + String.Join("\\\\", Seq.replicate 4 (String.Join("&", Seq.replicate 4 "\\frac{1}{x+1}")))
       + "\\end{pmatrix}^{-1}"
       "nested matrix",
       String.replicate 8 "\\begin{pmatrix}1&"
       + "2"
       + String.replicate 8 "\\end{pmatrix}"
       "abs nested ineq", String.replicate 20 "|1+" + "x" + String.replicate 20 "|" + " < 5"
       "digits", String('7', 100_000)
       "million digits", String('7', 1_000_000)
       "digits 1200", String('7', 1190)
       "digit quotient", String('7', 1190) + "/" + String('3', 1190)
       "digit power", "(" + String('7', 1100) + ")^{40}"
       "decimals", "0." + String('3', 5000)
       "decimals 1190", "0." + String('3', 1190)
       "dollars", String.replicate 50_000 "$ "
       "openings", String.replicate 50_000 "\\("
       "boxes", String.replicate 30_000 "\\boxed{"
       "answers", String.replicate 20_000 "the answer is "
       "final answers", String.replicate 20_000 "the final answer is 1 "
       "fractions", String.replicate 1500 "\\frac{1}{x+"
       "fractions closed", String.replicate 40 "\\frac{1}{x+" + "1" + String.replicate 40 "}"
       "fracs of fracs", String.replicate 1000 "\\frac" + "12"
       "continued", String.replicate 45 "\\frac{1}{1+" + "1" + String.replicate 45 "}"
       "commas", String.replicate 2500 "1,"
       "set distinct", "\\{" + String.Join(",", seq { 1..1300 }) + "\\}"
       "set 199 radicals",
       "\\{"
       + String.Join(",", seq { for i in 1..199 -> sprintf "\\sqrt{%d}+1" i })
       + "\\}"
       "set 199 sines",
       "\\{"
       + String.Join(",", seq { for i in 1..199 -> sprintf "\\sin %d" i })
       + "\\}"
       "matrix wide", "\\begin{pmatrix}" + String.replicate 1000 "1&" + "1\\end{pmatrix}"
       "matrix tall", "\\begin{pmatrix}" + String.replicate 1000 "1\\\\" + "1\\end{pmatrix}"
       "matrix product", String.replicate 130 "\\begin{pmatrix}x&1\\\\1&1\\end{pmatrix}"
       "matrix product n", String.replicate 130 "\\begin{pmatrix}2&1\\\\1&1\\end{pmatrix}"
       "matrix power", "\\begin{pmatrix}x&1\\\\1&y\\end{pmatrix}^{1000}"
       "matrix power n", "\\begin{pmatrix}2&1\\\\1&3\\end{pmatrix}^{1000}"
       "matrix square big",
       "\\begin{pmatrix}"
       + String.Join("\\\\", Seq.replicate 30 (String.Join("&", Seq.replicate 30 "x")))
       + "\\end{pmatrix}^3"
       "many signs", String.replicate 1000 "\\pm 1"
       "four double signs", "\\pm\\sqrt{2}\\pm\\sqrt3\\pm\\sqrt5\\pm\\sqrt7"
       "pm list", "\\{" + String.replicate 300 "\\pm x \\pm y\\pm z," + "1\\}"
       "roots", String.replicate 800 "\\sqrt{2+"
       "roots closed", String.replicate 44 "\\sqrt{2+" + "2" + String.replicate 44 "}"
       "root of big", "\\sqrt{" + String('9', 1100) + "}"
       "roots many", String.Join("+", seq { for i in 1..300 -> sprintf "\\sqrt{%d}" (1000003 + i) })
       "root products",
       "("
       + String.Join("+", seq { for i in [ 2; 3; 5; 7; 11; 13; 17; 19; 23; 29 ] -> sprintf "\\sqrt{%d}" i })
       + ")^{20}"
       "a large exponent of ten", "1E99999"
       "a large power of ten", "1E999"
       "spaces", String(' ', 200_000)
       "numbers", String.replicate 50_000 "1 2 "
       "pluses", String.replicate 50_000 "1+2 "
       "expr parens", String.replicate 20_000 "(1+"
       "unions", String.replicate 300 "(1,2)\\cup" + "(3,4)"
       "chain", String.replicate 600 "x<" + "y"
       "overline", String.replicate 500 "0.\\overline{3}+" + "1"
       "sentences", String.replicate 30_000 "aa bb "
       "backslashes", String('\\', 200_000)
       "hashes", String.replicate 40_000 "####"
       "tags", String.replicate 20_000 "<answer>"
       "labels", String.replicate 100 "\\text{"
       "underscores", String.replicate 1000 "x_{"
       "trig", String.replicate 45 "\\sin(" + "x" + String.replicate 45 ")"
       "exp tower", "e^{e^{e^{e^{10}}}}"
       "logs", String.replicate 45 "\\ln(" + "10" + String.replicate 45 ")" |]

let hostileNames = hostile |> Seq.map (fun (name, _) -> [| name |])

/// Pairs of gold and completion in which a text takes every part.
let private roles (text: string) : (string * string) list =
    [ text, "1"
      "1", text
      text, text
      "x", "$\\boxed{" + text + "}$"
      text, "$\\boxed{" + text + "+x}$"
      text, text.Replace("1", "2")
      "\\frac{1}{2}", "$" + text + "$" ]

/// Runs work on a thread with a small stack; an overflow would end the process.
let private onSmallStack (work: unit -> unit) =
    let mutable fault: exn voption = ValueNone

    let run () =
        try
            work ()
        with why ->
            fault <- ValueSome why

    let thread = Thread(run, 256 * 1024)
    thread.Start()
    thread.Join()

    match fault with
    | ValueSome why -> raise why
    | ValueNone -> ()

[<Theory>]
[<MemberData(nameof hostileNames)>]
let ``no text hangs the verifier, overflows a small stack or allocates without bound`` (name: string) =
    let text = hostile |> Array.find (fun (key, _) -> key = name) |> snd

    for gold, completion in roles text do
        let mutable allocated = 0L
        let mutable best = Double.MaxValue

        // What is allocated does not depend on what else the machine does, as time does; the best of four attempts shows a hang.
        for _ in 1..4 do
            onSmallStack (fun () ->
                let before = GC.GetAllocatedBytesForCurrentThread()
                let start = Stopwatch.GetTimestamp()
                let verdict = MathAnswer.verify VerifySettings.Default gold completion
                best <- min best (Stopwatch.GetElapsedTime start).TotalMilliseconds
                allocated <- GC.GetAllocatedBytesForCurrentThread() - before
                Assert.False(String.IsNullOrEmpty verdict.Reason))

        let part = completion.Substring(0, min 60 completion.Length)
        Assert.True(best < 1000.0, $"{best:F0} ms for {part}")
        Assert.True(allocated < 50_000_000L, $"{allocated} bytes for {part}")

[<Fact>]
let ``work beyond the settings' steps is undecided, and more steps decide`` () =
    let verify (steps: int) =
        MathAnswer.verify
            { VerifySettings.Default with
                MaxSteps = steps }
            "\\sin(x+y)\\cos(x-y)"
            "$\\frac{\\sin 2x + \\sin 2y}{2}$"

    Assert.Equal(Undecided, (verify 300).Result)
    Assert.Equal(Equal, (verify 20000).Result)

[<Fact>]
let ``many threads judge as one does`` () =
    let cases =
        [| for _, text in hostile do
               if text.Length < 3000 then
                   yield! roles text |]

    let judge (gold: string, completion: string) =
        MathAnswer.verify VerifySettings.Default gold completion

    let prepared = MathAnswer.prepareGold VerifySettings.Default "x^2 - 1"
    let alone = cases |> Array.map judge
    let together = cases |> Array.Parallel.map judge
    Assert.Equal<Verdict>(alone, together)

    let right =
        Array.Parallel.init 200 (fun at -> (MathAnswer.verifyPrepared prepared $"$\\boxed{{(x-1)(x+1)+{at % 2}}}$").Result)

    Assert.Equal(100, right |> Array.filter ((=) Equal) |> Array.length)
