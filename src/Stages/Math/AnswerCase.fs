namespace Cppo.Stages.Math

open System
open System.Text.Json
open Cppo.Stages

/// One row of a file of answer-equivalence cases.
type AnswerCase =
    {
        /// Empty where the row has none.
        Id: string
        /// The gold answer.
        Gold: string
        /// The text to extract the answer from.
        Completion: string
        /// The row's own match types and strictness.
        Settings: VerifySettings
        /// Whether the two are to be judged equal.
        Expected: bool
    }

/// How the judgement of a case compares with what its row expects. Undecided counts as different.
type CaseOutcome =
    /// Judged as the row expects.
    | AsExpected
    /// Judged equal where the row expects different.
    | FalseEqual
    /// Judged different, or undecided, where the row expects equal.
    | FalseDifferent

/// Reads and judges rows such as
/// `{"id": "a", "gold": "1000", "pred": "1 000", "match_types": ["expr"], "expected": true, "strict": true, "float_rounding": 6}`.
module AnswerCase =
    exception private Fault of string

    let private tryField (row: JsonElement) (name: string) : JsonElement voption =
        match row.TryGetProperty name with
        | true, value when value.ValueKind <> JsonValueKind.Null -> ValueSome value
        | _ -> ValueNone

    let private textOf (value: JsonElement) : string voption =
        match value.ValueKind with
        | JsonValueKind.String -> ValueSome(nonNull (value.GetString()))
        | JsonValueKind.Number -> ValueSome(value.GetRawText())
        | _ -> ValueNone

    /// The text of the first of some fields that the row has.
    let private text (row: JsonElement) (names: string[]) : string =
        let found =
            names
            |> Array.tryPick (fun name ->
                match tryField row name |> ValueOption.bind textOf with
                | ValueSome text -> Some text
                | ValueNone -> None)

        match found with
        | Some text -> text
        | None ->
            let wanted = names |> Array.map (fun name -> $"\"{name}\"") |> String.concat " or "
            let present = row.EnumerateObject() |> Seq.map _.Name |> String.concat ", "
            raise (Fault $"has no text in the field {wanted}; its fields are {present}")

    let private isTrue (row: JsonElement) (name: string) (missing: bool voption) : bool =
        match tryField row name, missing with
        | ValueNone, ValueSome value -> value
        | ValueSome value, _ when value.ValueKind = JsonValueKind.True || value.ValueKind = JsonValueKind.False -> value.GetBoolean()
        | _ -> raise (Fault $"must have true or false in the field \"{name}\"")

    let private whole (row: JsonElement) (name: string) (missing: int) : int =
        match tryField row name with
        | ValueNone -> missing
        | ValueSome value ->
            let mutable number = 0

            if value.ValueKind = JsonValueKind.Number && value.TryGetInt32 &number then
                number
            else
                raise (Fault $"must have a whole number in the field \"{name}\"")

    let private target (item: JsonElement) : AnswerTarget =
        match textOf item with
        | ValueSome "latex" -> Latex
        | ValueSome "expr" -> Plain
        | ValueSome "string" -> Choice [| "A"; "B"; "C"; "D" |]
        | _ -> raise (Fault $"names the match type {item.GetRawText()}; it must be latex, expr or string")

    let private targets (row: JsonElement) (name: string) (missing: AnswerTarget[]) : AnswerTarget[] =
        match tryField row name with
        | ValueNone -> missing
        | ValueSome list when list.ValueKind = JsonValueKind.Array -> [| for item in list.EnumerateArray() -> target item |]
        | ValueSome _ -> raise (Fault $"must have a list in the field \"{name}\"")

    let private settings (row: JsonElement) : VerifySettings =
        let standard = VerifySettings.Default
        let answerTargets = targets row "match_types" standard.Targets

        let priority =
            match row.TryGetProperty "boxed_match_priority" with
            | true, value when value.ValueKind = JsonValueKind.Null -> 50
            | _ -> whole row "boxed_match_priority" standard.BoxedPriority

        { standard with
            Targets = answerTargets
            GoldTargets = targets row "gold_match_types" answerTargets
            BoxedPriority = priority
            Strict = isTrue row "strict" (ValueSome standard.Strict)
            FloatRounding = whole row "float_rounding" standard.FloatRounding
            NumericPrecision = whole row "numeric_precision" standard.NumericPrecision
            AllowSetRelation = isTrue row "allow_set_relation_comp" (ValueSome standard.AllowSetRelation) }

    let private ofRow (goldField: string) (completionFields: string[]) (row: JsonElement) : AnswerCase =
        if row.ValueKind <> JsonValueKind.Object then
            raise (Fault "is no JSON object { ... }")

        { Id = tryField row "id" |> ValueOption.bind textOf |> ValueOption.defaultValue ""
          Gold = text row [| goldField |]
          Completion = text row completionFields
          Settings = settings row
          Expected = isTrue row "expected" ValueNone }

    /// The case of one line of JSON, or what is wrong with the line, to be read after its place. The completion stands in the first of
    /// `completionFields` that the row has. Needed besides are gold and `expected`; a missing option has the value of
    /// `VerifySettings.Default`, a `boxed_match_priority` of null is 50.
    let parse (goldField: string) (completionFields: string[]) (line: string) : Result<AnswerCase, string> =
        try
            use document = JsonDocument.Parse line
            Ok(ofRow goldField completionFields document.RootElement)
        with
        | Fault why -> Error why
        | :? JsonException -> Error "is not valid JSON"
        | :? InvalidOperationException -> Error "holds half of a surrogate pair"

    /// The verdict of a case, and how it compares with what is expected.
    let judge (case: AnswerCase) : struct (CaseOutcome * Verdict) =
        let verdict = MathAnswer.verify case.Settings case.Gold case.Completion

        let outcome =
            match verdict.Result = Equal, case.Expected with
            | true, false -> FalseEqual
            | false, true -> FalseDifferent
            | _ -> AsExpected

        struct (outcome, verdict)
