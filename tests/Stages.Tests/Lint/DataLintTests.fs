module Cppo.Stages.Tests.Lint.DataLintTests

open Xunit
open Cppo.Stages.Tests
open Cppo.Stages.Lint
open Cppo.Stages.Tests.Lint.GoldCheckTests

let private at (file: int) (line: int) : LintPlace = { File = file; Line = int64 line }

let private check (names: string list) (question: string) (answer: string) =
    DataLint.check (settings names) (at 0 1) question answer
    |> Array.map (fun finding -> finding.Kind, finding.Message)

[<Fact>]
let ``a good row has no finding`` () =
    Assert.Empty(check [ "accuracy"; "format" ] "What is 3+4?" "3+4 = 7\n#### 7")
    Assert.Empty(check [ "mathAccuracy"; "format" ] "Solve." "\\frac{1}{2}")
    Assert.Empty(check [ "mathAccuracy" ] "Which?" "\\text{(B)}")

[<Fact>]
let ``empty fields are told apart`` () =
    Assert.Equal<(LintKind * string)[]>([| EmptyField, "the question is empty" |], check [ "accuracy" ] " \n" "1")
    Assert.Equal<(LintKind * string)[]>([| EmptyField, "the gold answer is empty" |], check [ "accuracy" ] "q" "\t")
    Assert.Equal(2, (check [ "accuracy" ] "" "").Length)

[<Fact>]
let ``a gold that cannot be read is reported for each reward`` () =
    let kind, message = Assert.Single(check [ "mathAccuracy" ] "q" "\\frac{")
    Assert.Equal(UnreadableGold, kind)
    Assert.StartsWith("mathAccuracy cannot read the gold answer '\\frac{': ", message)
    Assert.Equal(UnreadableGold, fst (Assert.Single(check [ "accuracy"; "format" ] "q" "3 ####")))

[<Theory>]
[<InlineData("accuracy", "7</answer>8")>]
[<InlineData("accuracy", "...")>]
[<InlineData("mathAccuracy", "\\text{no</answer>}")>]
let ``a gold that no completion in the format can give is reported`` (reward: string, answer: string) =
    let kind, message = Assert.Single(check [ reward; "format" ] "q" answer)
    Assert.Equal(UnreachableGold, kind)
    Assert.Contains($"earns only {reward} 0", message)

let private row (file: int) (line: int) (question: string) (answer: string) (names: string list) : LintRow =
    DataLint.rowOf (settings names) (at file line) "" question answer

let private compare (names: string list) (rows: (int * int * string * string) list) =
    [| for file, line, question, answer in rows -> row file line question answer names |]
    |> DataLint.compare (settings names)
    |> Array.map (fun finding -> finding.Kind, finding.Place, finding.Other)

[<Fact>]
let ``a question that comes again is found whatever its case and spaces`` () =
    let rows =
        [ 0, 1, "What is  3+4?", "#### 7"
          0, 2, "What is 3+5?", "#### 8"
          0, 3, " what is\n3+4? ", "3+4\n#### 7.0"
          0, 4, "WHAT IS 3+4?", "#### 8" ]

    Assert.Equal<(LintKind * LintPlace * LintPlace voption)[]>(
        [| Duplicate, at 0 3, ValueSome(at 0 1)
           ConflictingDuplicate, at 0 4, ValueSome(at 0 1) |],
        compare [ "accuracy" ] rows
    )

[<Fact>]
let ``golds that are mathematically equal do not conflict`` () =
    let rows = [ 0, 1, "q", "\\frac{1}{2}"; 0, 2, "q", "0.5"; 0, 3, "q", "0.6" ]

    Assert.Equal<LintKind>([| Duplicate; ConflictingDuplicate |], compare [ "mathAccuracy" ] rows |> Array.map (fun (kind, _, _) -> kind))

    Assert.Equal<LintKind>(
        [| ConflictingDuplicate; ConflictingDuplicate |],
        compare [ "accuracy" ] rows |> Array.map (fun (kind, _, _) -> kind)
    )

[<Fact>]
let ``a test question among the training questions is an overlap, and a conflict where the golds differ`` () =
    let rows = [ 0, 5, "a", "1"; 0, 6, "b", "1"; 1, 1, "A", "1"; 1, 2, "b", "2" ]

    Assert.Equal<(LintKind * LintPlace * LintPlace voption)[]>(
        [| TrainTestOverlap, at 1 1, ValueSome(at 0 5)
           TrainTestOverlap, at 1 2, ValueSome(at 0 6)
           ConflictingDuplicate, at 1 2, ValueSome(at 0 6) |],
        compare [ "accuracy" ] rows
    )

[<Fact>]
let ``ids must differ within a file only`` () =
    let row file line id question =
        DataLint.rowOf (settings [ "accuracy" ]) (at file line) id question "1"

    let finding =
        [| row 0 1 "x" "a"
           row 1 1 "x" "b"
           row 1 2 "x" "c"
           row 1 3 "" "d"
           row 1 4 "" "e" |]
        |> DataLint.compare (settings [ "accuracy" ])
        |> Assert.Single

    Assert.Equal((RepeatedId, at 1 2, ValueSome(at 1 1)), (finding.Kind, finding.Place, finding.Other))

[<Fact>]
let ``of a question only a hash is kept, of a long gold the beginning`` () =
    let row =
        row 0 1 (String.replicate 10000 "long ") (String.replicate 1000 "9") [ "accuracy" ]

    Assert.Equal(200, row.Gold.Length)
    Assert.Equal(row.Question, (DataLint.rowOf (settings [ "accuracy" ]) (at 0 2) "" (String.replicate 10000 "LONG\n") "1").Question)
