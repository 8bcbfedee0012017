namespace Cppo.Stages.Lint

open System
open System.Security.Cryptography
open System.Text
open Cppo.Stages
open Cppo.Stages.Math
open Cppo.Stages.Rewards

/// How bad a finding is.
type LintSeverity =
    /// The row cannot be trained or tested on as it stands.
    | LintError
    /// The row can be used; a look at it is worth while.
    | LintWarning
    /// Good to know.
    | LintNotice

/// What was found.
type LintKind =
    /// The row cannot be read.
    | MalformedRow
    /// Question or gold answer is empty.
    | EmptyField
    /// Another row has the same id.
    | RepeatedId
    /// An accuracy reward cannot read the gold answer.
    | UnreadableGold
    /// The gold answer, put into a completion that keeps the format, does not earn the most.
    | UnreachableGold
    /// A question that comes again with another gold answer.
    | ConflictingDuplicate
    /// A test question that is a training question too.
    | TrainTestOverlap
    /// A question that comes again with the same gold answer.
    | Duplicate

    /// Example: `unreadable-gold`.
    member kind.Name =
        match kind with
        | MalformedRow -> "malformed-row"
        | EmptyField -> "empty-field"
        | RepeatedId -> "repeated-id"
        | UnreadableGold -> "unreadable-gold"
        | UnreachableGold -> "unreachable-gold"
        | ConflictingDuplicate -> "conflicting-duplicate"
        | TrainTestOverlap -> "train-test-overlap"
        | Duplicate -> "duplicate"

    /// How bad it is.
    member kind.Severity =
        match kind with
        | Duplicate -> LintNotice
        | _ -> LintError

/// Where a row stands.
[<Struct>]
type LintPlace =
    {
        /// 0: the training file, 1: the test file.
        File: int
        /// The line of a text file, the row of a Parquet file, from 1.
        Line: int64
    }

/// What a check found in one row.
type LintFinding =
    {
        /// What was found.
        Kind: LintKind
        /// The row.
        Place: LintPlace
        /// Where else, for duplicates and overlaps.
        Other: LintPlace voption
        /// One sentence for people.
        Message: string
    }

/// What is kept of a row to compare it with the others: a hash of the question, not the question.
type LintRow =
    {
        /// Where it stands.
        Place: LintPlace
        /// Of the question in lower case with single spaces.
        Question: UInt128
        /// The gold answer as the rewards take it, cut to 200 characters.
        Gold: string
        /// Of the id; 0 where there is none.
        Id: UInt128
    }

/// Checks of datasets: each row by itself, then all rows with each other.
module DataLint =
    let private hash (text: string) : UInt128 =
        let bytes = SHA256.HashData(Encoding.UTF8.GetBytes text)
        UInt128(BitConverter.ToUInt64(bytes, 0), BitConverter.ToUInt64(bytes, 8))

    /// Lower case, one space for all white space, none at the ends.
    let normalize (question: string) : string =
        let words = question.Split(Array.empty<char>, StringSplitOptions.RemoveEmptyEntries)

        (String.Join(' ', words)).ToLowerInvariant()

    /// The judges of the accuracies that are configured, in the order of the table.
    let private judgesOf (settings: RewardSettings) : AnswerJudge[] =
        BuiltInRewards.table.Entries
        |> Array.choose (fun rule ->
            match rule.Value with
            | OfAnswer judge when settings.Rewards |> Array.exists (fun reward -> reward.Name = rule.Name) -> Some judge
            | _ -> None)

    let private short (text: string) =
        let line = text.ReplaceLineEndings(" ").Trim()

        if line.Length > 200 then
            line.Substring(0, 197) + "..."
        else
            line

    /// The gold answer as the first accuracy takes it, else GSM8K's part after `####`.
    let private goldOf (settings: RewardSettings) (answer: string) : string =
        match
            judgesOf settings
            |> Array.tryHead
            |> Option.map (fun judge -> judge.GoldOf answer)
        with
        | Some gold when gold <> "" -> gold
        | _ -> AnswerExtraction.ofGold answer |> Option.defaultValue ""

    /// What is kept of a row. `id` is empty where there is none.
    let rowOf (settings: RewardSettings) (place: LintPlace) (id: string) (question: string) (answer: string) : LintRow =
        { Place = place
          Question = hash (normalize question)
          Gold = short (goldOf settings answer)
          Id = (if id = "" then UInt128.Zero else hash id) }

    /// The completion that gives an answer in the paper's format.
    let private perfect (gold: string) : string =
        $"<think>So the answer follows.</think>\n<answer>{gold}</answer>"

    /// The parts below what a right answer in the right format must earn.
    let private lacking (reward: CompletionReward) : RewardPart[] =
        reward.Parts
        |> Array.filter (fun part ->
            BuiltInRewards.table.TryFind part.Name
            |> ValueOption.bind _.Most
            |> ValueOption.exists (fun most -> part.Value < most))

    let private unreachable (settings: RewardSettings) (answer: string) : string voption =
        let gold = goldOf settings answer
        let reward = Reward.score settings answer (perfect gold)

        match lacking reward with
        | [||] -> ValueNone
        | parts ->
            let values =
                parts
                |> Array.map (fun part -> $"{part.Name} {part.Value}")
                |> String.concat ", "

            ValueSome $"<answer>{short gold}</answer> earns only {values}: {reward.Reason}"

    /// What is wrong with one row by itself; no finding where it can be trained on and the gold answer earns the most that accuracy and
    /// format give.
    let check (settings: RewardSettings) (place: LintPlace) (question: string) (answer: string) : LintFinding[] =
        let finding kind message =
            { Kind = kind
              Place = place
              Other = ValueNone
              Message = message }

        let isEmpty (text: string) = String.IsNullOrWhiteSpace text

        if isEmpty question || isEmpty answer then
            [| if isEmpty question then
                   finding EmptyField "the question is empty"
               if isEmpty answer then
                   finding EmptyField "the gold answer is empty" |]
        else
            match GoldCheck.faults settings answer with
            | [||] ->
                match unreachable settings answer with
                | ValueSome why -> [| finding UnreachableGold why |]
                | ValueNone -> [||]
            | faults ->
                faults
                |> Array.map (fun fault -> finding UnreadableGold $"{fault.Kind} '{short answer}': {fault.Reason}")

    let private sameGold (settings: RewardSettings) (a: LintRow) (b: LintRow) : bool =
        a.Gold = b.Gold
        || judgesOf settings |> Array.exists (fun judge -> judge.AreSame a.Gold b.Gold)

    /// What a row is to an earlier one with the same question.
    let private repeated (settings: RewardSettings) (first: LintRow) (row: LintRow) : LintFinding[] =
        let finding kind message =
            { Kind = kind
              Place = row.Place
              Other = ValueSome first.Place
              Message = message }

        [| if first.Place.File <> row.Place.File then
               finding TrainTestOverlap "the test question is a training question too"

           if not (sameGold settings first row) then
               finding ConflictingDuplicate $"the same question with the gold answer '{row.Gold}' instead of '{first.Gold}'"
           elif first.Place.File = row.Place.File then
               finding Duplicate "the same question with the same gold answer" |]

    let private later (key: LintRow -> UInt128) (rows: LintRow[]) : (LintRow * LintRow)[] =
        rows
        |> Array.groupBy key
        |> Array.collect (fun (_, group) -> group |> Array.skip 1 |> Array.map (fun row -> group[0], row))

    /// What is wrong between rows: questions that come again, in the same file or in the other one, and ids that come again in a file.
    /// Each later row is compared with the first of its question. In the order of the rows.
    let compare (settings: RewardSettings) (rows: LintRow[]) : LintFinding[] =
        let questions =
            later _.Question rows
            |> Array.collect (fun (first, row) -> repeated settings first row)

        let ids =
            rows
            |> Array.filter (fun row -> row.Id <> UInt128.Zero)
            |> Array.groupBy _.Place.File
            |> Array.collect (fun (_, ofFile) -> later _.Id ofFile)
            |> Array.map (fun (first, row) ->
                { Kind = RepeatedId
                  Place = row.Place
                  Other = ValueSome first.Place
                  Message = "the id comes again" })

        Array.append questions ids
        |> Array.sortBy (fun finding -> struct (finding.Place.File, finding.Place.Line))
