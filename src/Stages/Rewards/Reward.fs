/// What a completion earns, by named parts, with the reason in words.
module Cppo.Stages.Rewards.Reward

open Cppo.Stages
open Cppo.Stages.Math

/// The parts that a configuration may name.
let names =
    [| "accuracy"
       "mathAccuracy"
       "format"
       "tagCount"
       "reasoningSteps"
       "repetition"
       "cosine"
       "overlong"
       "length" |]

/// How training compares an answer with the gold answer: as the authors do, but a question without a gold answer and a
/// completion without an answer earn nothing (the authors' code takes two missing answers for equal and gives 2).
let private judge (gold: string option) (extracted: string option) : struct (Gsm8kReward.Match * string) =
    match gold, extracted with
    | None, _ -> struct (Gsm8kReward.Different, "no gold answer")
    | _, None -> struct (Gsm8kReward.Different, "no <answer>")
    | Some expected, Some answer ->
        match Gsm8kReward.compare gold extracted with
        | Gsm8kReward.Exact -> struct (Gsm8kReward.Exact, "exact: '" + answer + "' = '" + expected + "'")
        | Gsm8kReward.Numeric -> struct (Gsm8kReward.Numeric, "numeric: '" + answer + "' = '" + expected + "'")
        | Gsm8kReward.Different -> struct (Gsm8kReward.Different, "wrong: '" + answer + "', not '" + expected + "'")

let private formatReason (completion: string) =
    match Gsm8kReward.formatFault completion with
    | Gsm8kReward.NoFault -> "format kept"
    | Gsm8kReward.NoThinkAtStart when completion.Contains "<think>" -> "format broken: text before <think>"
    | Gsm8kReward.NoThinkAtStart -> "format broken: no <think>"
    | Gsm8kReward.NoThinkEnd -> "format broken: no </think>"
    | Gsm8kReward.NoAnswerAfterThink when completion.Contains "<answer>" ->
        "format broken: no single line break between </think> and <answer>"
    | Gsm8kReward.NoAnswerAfterThink -> "format broken: no <answer>"
    | Gsm8kReward.NoAnswerEnd -> "format broken: no </answer>"
    | Gsm8kReward.TextAfterAnswer -> "format broken: text after </answer>"

/// What the parts of one completion depend on.
type private Scored =
    {
        Completion: string
        /// GSM8K's value, 2, 1.5 or 0; 0 where it is not asked for.
        Accuracy: float
        /// MATH's value, 2 or 0; 0 where it is not asked for.
        MathAccuracy: float
        /// Whether there is a gold answer to be right or wrong against.
        IsJudged: bool
        NumTokens: int
        /// Tokens of the shortest and the longest completion of the group.
        Shortest: int
        Longest: int
    }

    member scored.IsCorrect = scored.Accuracy > 0.0 || scored.MathAccuracy > 0.0

/// A part's value; a name that `names` lacks is a reward of the user's own and counts as 0 until `join`.
let private valueOf (settings: RewardSettings) (scored: Scored) (name: string) =
    match name with
    | "accuracy" -> scored.Accuracy
    | "mathAccuracy" -> scored.MathAccuracy
    | "format" -> Gsm8kReward.format scored.Completion
    | "tagCount" -> Gsm8kReward.tagCount scored.Completion
    | "reasoningSteps" -> Gsm8kReward.reasoningSteps scored.Completion
    | "repetition" -> Gsm8kReward.repetition settings.RepetitionNgram settings.RepetitionMaxPenalty scored.Completion
    | "cosine"
    | "length" when not scored.IsJudged -> 0.0
    | "cosine" -> LengthReward.cosine settings.Lengths scored.IsCorrect scored.NumTokens
    | "overlong" -> LengthReward.overlong settings.Lengths scored.NumTokens
    | "length" -> LengthReward.within scored.Shortest scored.Longest scored.IsCorrect scored.NumTokens
    | _ -> 0.0

/// The weighted sum, in the order of the configuration.
let private total (settings: RewardSettings) (parts: RewardPart[]) =
    Array.fold2 (fun total (part: RewardPart) (reward: RewardSetting) -> total + reward.Weight * part.Value) 0.0 parts settings.Rewards

let private has (settings: RewardSettings) (name: string) =
    settings.Rewards |> Array.exists (fun reward -> reward.Name = name)

/// MATH's verdict where it is asked for. The gold answer is read once, for all completions that the result is applied to.
let private mathVerdict (settings: RewardSettings) (answer: string) : string -> Verdict voption =
    if has settings "mathAccuracy" then
        let gold = MathAnswer.prepareGold VerifySettings.Default answer
        fun completion -> ValueSome(MathAnswer.verifyPrepared gold completion)
    else
        fun _ -> ValueNone

/// The judgements that the settings ask for; GSM8K's where they name none.
let private scoreIn
    (settings: RewardSettings)
    (verdictOf: string -> Verdict voption)
    (shortest: int)
    (longest: int)
    (answer: string)
    (numTokens: int)
    (completion: string)
    : CompletionReward =
    let verdict = verdictOf completion
    let usesGsm8k = has settings "accuracy" || verdict.IsNone

    let extracted =
        if usesGsm8k then
            AnswerExtraction.ofCompletion completion
        else
            None

    let gold = if usesGsm8k then AnswerExtraction.ofGold answer else None

    let struct (result, reason) =
        if usesGsm8k then
            judge gold extracted
        else
            struct (Gsm8kReward.Different, "")

    let scored =
        { Completion = completion
          Accuracy = Gsm8kReward.valueOf result
          MathAccuracy = (verdict |> ValueOption.map MathReward.valueOf |> ValueOption.defaultValue 0.0)
          IsJudged = (gold.IsSome || (verdict |> ValueOption.exists _.IsGoldReadable))
          NumTokens = numTokens
          Shortest = shortest
          Longest = longest }

    let parts =
        settings.Rewards
        |> Array.map (fun reward ->
            { Name = reward.Name
              Value = valueOf settings scored reward.Name })

    let mathReason =
        verdict |> ValueOption.map MathReward.reasonOf |> ValueOption.defaultValue ""

    { Total = total settings parts
      Parts = parts
      ExtractedAnswer =
        (match verdict with
         | ValueSome verdict -> verdict.ExtractedAnswer
         | ValueNone -> Option.defaultValue "" extracted)
      Reason =
        [ mathReason; reason; formatReason completion ]
        |> List.filter (fun text -> text <> "")
        |> String.concat "; "
      Correct = scored.IsCorrect }

/// All rewards of one completion against a dataset row's answer (GSM8K's `#### 12`, or the bare answer; with `mathAccuracy` also
/// LaTeX). An accuracy decides `Correct` and the reason even where none is named. The length in tokens counts as a group of one.
/// Example reason: "exact: '12' = '12'; format kept".
let scoreWithLength (settings: RewardSettings) (answer: string) (numTokens: int) (completion: string) : CompletionReward =
    scoreIn settings (mathVerdict settings answer) numTokens numTokens answer numTokens completion

/// The length of a completion whose tokens are not known: its words.
let numWords (completion: string) : int = (PythonText.words completion).Length

/// All rewards of one completion whose tokens are not known: its words count as such.
let score (settings: RewardSettings) (answer: string) (completion: string) : CompletionReward =
    let numTokens =
        if Array.exists (fun (reward: RewardSetting) -> reward.Name = "cosine" || reward.Name = "overlong") settings.Rewards then
            numWords completion
        else
            0

    scoreWithLength settings answer numTokens completion

/// The rewards of a group's completions, shape [G]. The gold answer is read once.
let scoreGroup (settings: RewardSettings) (rollout: RolloutGroup) : ScoredGroup =
    let lengths = rollout.Completions |> Array.map _.TokenIds.Length
    let shortest = if lengths.Length = 0 then 0 else Array.min lengths
    let longest = if lengths.Length = 0 then 0 else Array.max lengths
    let answer = rollout.Question.Answer
    let verdictOf = mathVerdict settings answer

    { Rollout = rollout
      Rewards =
        rollout.Completions
        |> Array.map (fun completion -> scoreIn settings verdictOf shortest longest answer completion.TokenIds.Length completion.Text) }

/// Puts the values of the user's own rewards into their parts, sums anew, and adds their reasons as "name: reason".
let private joinOne (settings: RewardSettings) (customs: CustomScores[]) (at: int) (reward: CompletionReward) : CompletionReward =
    let parts =
        reward.Parts
        |> Array.map (fun part ->
            match customs |> Array.tryFind (fun custom -> custom.Name = part.Name) with
            | Some custom -> { part with Value = custom.Values[at] }
            | None -> part)

    let reasons =
        customs
        |> Array.choose (fun custom ->
            match custom.Reasons[at] with
            | "" -> None
            | reason -> Some(custom.Name + ": " + reason))

    { reward with
        Parts = parts
        Total = total settings parts
        Reason =
            Array.append [| reward.Reason |] reasons
            |> Array.filter (fun text -> text <> "")
            |> String.concat "; " }

/// Completions' rewards with the values of the user's own rewards, each shape [G] in the order of the completions.
let join (settings: RewardSettings) (customs: CustomScores[]) (rewards: CompletionReward[]) : CompletionReward[] =
    if customs.Length = 0 then
        rewards
    else
        rewards |> Array.mapi (joinOne settings customs)
