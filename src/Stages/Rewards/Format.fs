/// Whether a completion keeps the format `<think>...</think>`, line break, `<answer>...</answer>`: the authors' `format_reward`.
module Cppo.Stages.Rewards.Format

open System

/// What keeps a completion from the format `<think>...</think>\n<answer>...</answer>`.
type FormatFault =
    /// The format is kept.
    | NoFault
    /// The text does not begin with `<think>`.
    | NoThinkAtStart
    /// There is no `</think>`.
    | NoThinkEnd
    /// `<answer>` does not follow `</think>` after one line break.
    | NoAnswerAfterThink
    /// There is no `</answer>`.
    | NoAnswerEnd
    /// More text follows on the line of `</answer>`.
    | TextAfterAnswer

/// Whether a `</answer>` from a place on ends the text or its line.
let rec private answerEnd (completion: string) (from: int) =
    let closing = completion.IndexOf("</answer>", from, StringComparison.Ordinal)

    if closing < 0 then
        false
    elif closing + 9 = completion.Length || completion[closing + 9] = '\n' then
        true
    else
        answerEnd completion (closing + 9)

/// The first rule of the format that a completion breaks. As in the authors' multiline pattern, further lines may follow `</answer>`.
let faultOf (completion: string) : FormatFault =
    if not (completion.StartsWith("<think>", StringComparison.Ordinal)) then
        NoThinkAtStart
    else
        let answer = completion.IndexOf("</think>\n<answer>", 7, StringComparison.Ordinal)

        if answer < 0 then
            if completion.IndexOf("</think>", 7, StringComparison.Ordinal) < 0 then
                NoThinkEnd
            else
                NoAnswerAfterThink
        elif answerEnd completion (answer + 17) then
            NoFault
        elif completion.IndexOf("</answer>", answer + 17, StringComparison.Ordinal) < 0 then
            NoAnswerEnd
        else
            TextAfterAnswer

/// `format_reward`: 1 where the completion keeps the format, else 0.
let valueOf (completion: string) : float =
    if faultOf completion = NoFault then 1.0 else 0.0

/// The first rule that a completion breaks, in words.
let reasonOf (completion: string) =
    match faultOf completion with
    | NoFault -> "format kept"
    | NoThinkAtStart when completion.Contains "<think>" -> "format broken: text before <think>"
    | NoThinkAtStart -> "format broken: no <think>"
    | NoThinkEnd -> "format broken: no </think>"
    | NoAnswerAfterThink when completion.Contains "<answer>" -> "format broken: no single line break between </think> and <answer>"
    | NoAnswerAfterThink -> "format broken: no <answer>"
    | NoAnswerEnd -> "format broken: no </answer>"
    | TextAfterAnswer -> "format broken: text after </answer>"

/// The reward `format`.
let rule: RewardRule =
    { RewardRule.OfText "format" "think and answer tags are as asked: 1." (fun _ completion -> valueOf completion) with
        Most = ValueSome 1.0 }
