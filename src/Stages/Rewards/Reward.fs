/// What a completion earns, by named parts, with the reason in words.
module Cppo.Stages.Rewards.Reward

open Cppo.Stages
open Cppo.Stages.Math

/// The weighted sum of a completion's parts, which are in the order of the configuration.
let total (settings: RewardSettings) (parts: RewardPart[]) =
    Array.fold2 (fun total (part: RewardPart) (reward: RewardSetting) -> total + reward.Weight * part.Value) 0.0 parts settings.Rewards

/// The lengths, in tokens, of the shortest and the longest completion of a group.
[<Struct>]
type private Lengths = { Shortest: int; Longest: int }

/// The rewards of a question's completions: what is the same for all of them.
type private Scorer =
    {
        Settings: RewardSettings
        /// The configured rewards in order; none for the user's own, whose values `join` brings in.
        Rules: RewardRule voption[]
        /// The judges of the accuracies that are configured, else that of `accuracy`, each with the gold answer read.
        Judges: struct (RewardRule * (string -> AnswerVerdict))[]
    }

/// Reads the gold answer once. An accuracy decides what is right even where none is configured.
let private scorerOf (settings: RewardSettings) (answer: string) : Scorer =
    let rules =
        settings.Rewards
        |> Array.map (fun reward -> BuiltInRewards.table.TryFind reward.Name)

    let isConfigured (rule: RewardRule) =
        rules
        |> Array.exists (fun configured -> configured |> ValueOption.exists (fun other -> other.Name = rule.Name))

    let judgesWhere (isWanted: RewardRule -> bool) =
        BuiltInRewards.table.Entries
        |> Array.choose (fun rule ->
            match rule.Value with
            | OfAnswer judge when isWanted rule -> Some(struct (rule, judge.Judge answer))
            | _ -> None)

    { Settings = settings
      Rules = rules
      Judges =
        match judgesWhere isConfigured with
        | [||] -> judgesWhere (fun rule -> rule.Name = Accuracy.rule.Name)
        | judges -> judges }

/// One completion's rewards. Where several accuracies are configured, the answer and the first reason are those of the one that comes last
/// in the table, which reads more.
let private scoreIn (scorer: Scorer) (lengths: Lengths) (numTokens: int) (completion: string) : CompletionReward =
    let verdicts =
        scorer.Judges
        |> Array.map (fun (struct (rule, judge)) -> struct (rule, judge completion))

    let input =
        { Settings = scorer.Settings
          Text = completion
          NumTokens = numTokens
          Shortest = lengths.Shortest
          Longest = lengths.Longest
          IsJudged = verdicts |> Array.exists (fun (struct (_, verdict)) -> verdict.IsJudged)
          IsCorrect = verdicts |> Array.exists (fun (struct (_, verdict)) -> verdict.Value > 0.0) }

    let valueOf (rule: RewardRule) =
        match rule.Value with
        | OfCompletion value -> value input
        | OfAnswer _ ->
            let struct (_, verdict) =
                verdicts |> Array.find (fun (struct (judging, _)) -> judging.Name = rule.Name)

            verdict.Value

    let parts =
        Array.map2
            (fun (reward: RewardSetting) rule ->
                { Name = reward.Name
                  Value = rule |> ValueOption.map valueOf |> ValueOption.defaultValue 0.0 })
            scorer.Settings.Rewards
            scorer.Rules

    let struct (_, decisive) = Array.last verdicts

    let reasons =
        verdicts |> Array.rev |> Array.map (fun (struct (_, verdict)) -> verdict.Reason)

    { Total = total scorer.Settings parts
      Parts = parts
      ExtractedAnswer = decisive.Answer
      Reason =
        Array.append reasons [| Format.reasonOf completion |]
        |> Array.filter (fun text -> text <> "")
        |> String.concat "; "
      Correct = input.IsCorrect }

/// All rewards of one completion against a dataset row's answer (GSM8K's `#### 12`, or the bare answer; with `mathAccuracy` also
/// LaTeX). An accuracy decides `Correct` and the reason even where none is named. The length in tokens counts as a group of one.
/// Example reason: "exact: '12' = '12'; format kept".
let scoreWithLength (settings: RewardSettings) (answer: string) (numTokens: int) (completion: string) : CompletionReward =
    let lengths =
        { Shortest = numTokens
          Longest = numTokens }

    scoreIn (scorerOf settings answer) lengths numTokens completion

/// The length of a completion whose tokens are not known: its words.
let numWords (completion: string) : int = (PythonText.words completion).Length

/// All rewards of one completion whose tokens are not known: its words count as such.
let score (settings: RewardSettings) (answer: string) (completion: string) : CompletionReward =
    let usesLength =
        settings.Rewards
        |> Array.exists (fun reward -> BuiltInRewards.table.TryFind reward.Name |> ValueOption.exists _.UsesLength)

    let numTokens = if usesLength then numWords completion else 0
    scoreWithLength settings answer numTokens completion

/// The rewards of a group's completions, shape [G]. The gold answer is read once.
let scoreGroup (settings: RewardSettings) (rollout: RolloutGroup) : ScoredGroup =
    let lengths = rollout.Completions |> Array.map _.TokenIds.Length

    let bounds =
        { Shortest = if lengths.Length = 0 then 0 else Array.min lengths
          Longest = if lengths.Length = 0 then 0 else Array.max lengths }

    let scorer = scorerOf settings rollout.Question.Answer

    { Rollout = rollout
      Rewards =
        rollout.Completions
        |> Array.map (fun completion -> scoreIn scorer bounds completion.TokenIds.Length completion.Text) }

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
