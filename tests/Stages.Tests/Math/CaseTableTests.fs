/// Tables of answers that are equal or different by the rules of mathematics, and of completions with what they answer.
module Cppo.Stages.Tests.Math.CaseTableTests

open System
open System.IO
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Math
open Cppo.Stages.Tests.Repository

let private folder (name: string) =
    Path.Combine(root, "tests/Stages.Tests/Math", name)

let private tables (name: string) =
    Directory.EnumerateFiles(folder name, "*.txt")
    |> Seq.sort
    |> Seq.map (fun path -> [| nonNull (Path.GetFileNameWithoutExtension path) |])

let answerTables = tables "cases"

let completionTables = tables "completions"

/// The lines of a table with their numbers, without headings and empty lines.
let private rows (kind: string) (table: string) : (int * string)[] =
    File.ReadAllLines(Path.Combine(folder kind, table + ".txt"))
    |> Array.mapi (fun at line -> at + 1, line.Trim())
    |> Array.filter (fun (_, line) -> line <> "" && not (line.StartsWith("## ", StringComparison.Ordinal)))

let private parts (mark: string) (line: string) : string list =
    line.Split mark |> Array.map _.Trim() |> List.ofArray

/// What a line of a table of answers claims: pairs of gold and answer, and whether they are equal.
///   a ≡ b ≡ c   b and c equal a, both ways
///   a ≢ b ≢ c   neither b nor c equals a, both ways
///   a ⊳ b       with gold a, the answer b is wrong; the other way round it would be right
let private claims (line: string) : (string * string * bool) list =
    let bothWays (mark: string) (isEqual: bool) =
        let all = parts mark line

        all.Tail
        |> List.collect (fun other -> [ all.Head, other, isEqual; other, all.Head, isEqual ])

    if line.Contains " ≡ " then
        bothWays " ≡ " true
    elif line.Contains " ≢ " then
        bothWays " ≢ " false
    elif line.Contains " ⊳ " then
        (let sides = parts " ⊳ " line in [ sides[0], sides[1], false ])
    else
        failwith $"no claim: {line}"

let private failIfAny (faults: string[]) =
    Assert.True(faults.Length = 0, String.Join("\n", faults))

[<Theory>]
[<MemberData(nameof answerTables)>]
let ``answers are equal where mathematics says so and nowhere else`` (table: string) =
    [| for number, line in rows "cases" table do
           for gold, answer, isEqual in claims line do
               let verdict =
                   MathAnswer.verify VerifySettings.Default gold $"Thus $\\boxed{{{answer}}}$."

               if (verdict.Result = Equal) <> isEqual then
                   $"line {number}: '{answer}' against '{gold}' should be equal: {isEqual}; {verdict}" |]
    |> failIfAny

let private settingsOf (name: string) : VerifySettings =
    match name with
    | "both" -> VerifySettings.Default
    | "plain" ->
        { VerifySettings.Default with
            Targets = [| Plain |]
            GoldTargets = [| Plain |] }
    | "latex" ->
        { VerifySettings.Default with
            Targets = [| Latex |] }
    | "choice" ->
        { VerifySettings.Default with
            Targets = [| Choice [| "A"; "B"; "C"; "D"; "E" |] |]
            GoldTargets = [| Choice [| "A"; "B"; "C"; "D"; "E" |] |] }
    | "renamed" ->
        { VerifySettings.Default with
            Strict = false }
    | "two decimals" ->
        { VerifySettings.Default with
            FloatRounding = 2 }
    | "sets alone" ->
        { VerifySettings.Default with
            AllowSetRelation = false }
    | "boxes later" ->
        { VerifySettings.Default with
            BoxedPriority = 50 }
    | other -> failwith $"no settings '{other}'"

/// Lines are `gold ⇐ completion` (right) or `gold ⇍ completion` (wrong) under the settings of the last `@ ...`; ⏎ is a line break.
[<Theory>]
[<MemberData(nameof completionTables)>]
let ``completions are right or wrong as a teacher would say`` (table: string) =
    let mutable settings = VerifySettings.Default

    [| for number, line in rows "completions" table do
           if line.StartsWith("@ ", StringComparison.Ordinal) then
               settings <- settingsOf (line.Substring(2).Trim())
           else
               let isRight = line.Contains '⇐'
               let sides = line.Split([| '⇐'; '⇍' |], 2)

               let verdict =
                   MathAnswer.verify settings (sides[0].Trim()) (sides[1].Trim().Replace("⏎", "\n"))

               if (verdict.Result = Equal) <> isRight then
                   $"line {number}: {line}: {verdict}" |]
    |> failIfAny
