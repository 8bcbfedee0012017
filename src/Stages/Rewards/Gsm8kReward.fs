/// The authors' reward functions for GSM8K, exactly: also where they are odd (no `####` and no `<answer>` count as equal).
/// What training makes of them is `Reward`'s matter.
module Cppo.Stages.Rewards.Gsm8kReward

open System
open System.Buffers
open Cppo.Stages.Math.Exact

/// How an extracted answer compares with the gold answer.
type Match =
    /// The texts are equal.
    | Exact
    /// Both hold exactly one number, and the numbers are equal.
    | Numeric
    | Different

let private singleNumberOf (answer: string option) =
    answer |> Option.bind AnswerExtraction.singleNumber

/// Compares as the authors' code does: none equals none, and NaN never arises.
let compare (gold: string option) (extracted: string option) : Match =
    if extracted = gold then
        Exact
    else
        match singleNumberOf extracted, singleNumberOf gold with
        | Some answer, Some expected when answer = expected -> Numeric
        | _ -> Different

/// 2 for an exact match, 1.5 for a numeric one, else 0.
let valueOf (result: Match) : float =
    match result with
    | Exact -> 2.0
    | Numeric -> 1.5
    | Different -> 0.0

/// `accuracy_reward` of a completion against a dataset row's solution: 2, 1.5 or 0.
let accuracy (solution: string) (completion: string) : float =
    compare (AnswerExtraction.ofDataset solution) (AnswerExtraction.ofCompletion completion)
    |> valueOf

/// What keeps a completion from the format `<think>...</think>\n<answer>...</answer>`.
type FormatFault =
    | NoFault
    | NoThinkAtStart
    | NoThinkEnd
    | NoAnswerAfterThink
    | NoAnswerEnd
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
let formatFault (completion: string) : FormatFault =
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
let format (completion: string) : float =
    if formatFault completion = NoFault then 1.0 else 0.0

let private tagLines =
    [| "<think>\n"; "\n</think>\n"; "\n<answer>\n"; "\n</answer>" |]

/// `tag_count_reward`: 0.25 for each of the four tags that stands exactly once with its line breaks, 0 .. 1.
let tagCount (completion: string) : float =
    tagLines
    |> Array.sumBy (fun tag -> if PythonText.count tag completion = 1 then 0.25 else 0.0)

let private startsAt (text: string) (at: int) (part: string) =
    String.CompareOrdinal(text, at, part, 0, part.Length) = 0

/// Where a marker may start, but for the number at the very start.
let private markerStarts = SearchValues.Create "\nSFN"

/// The length of the digits and the point that start a text; 0 where it does not start so.
let private leadingNumberLength (text: string) =
    let after = PythonText.skipDigits text 0

    if after > 0 && after < text.Length && text[after] = '.' then
        after + 1
    else
        0

/// The length of the reasoning marker at a place; 0 where there is none.
let private markerLength (text: string) (at: int) =
    match text[at] with
    | '\n' when at + 1 < text.Length && (text[at + 1] = '-' || text[at + 1] = '*') -> 2
    | 'S' when startsAt text at "Second," -> 7
    | 'S' when startsAt text at "Step " ->
        let after = PythonText.skipDigits text (at + 5)

        if after > at + 5 && after < text.Length && text[after] = ':' then
            after + 1 - at
        else
            0
    | 'F' when startsAt text at "First," -> 6
    | 'F' when startsAt text at "Finally," -> 8
    | 'N' when startsAt text at "Next," -> 5
    | _ -> 0

/// `reasoning_steps_reward`: a third for each marker ("Step 1:", a number and a point at the very start, bullets, "First," ...), at
/// most 1.
let reasoningSteps (completion: string) : float =
    let leading = leadingNumberLength completion
    let mutable numMarkers = if leading > 0 then 1 else 0
    let mutable at = leading
    let mutable next = completion.AsSpan(at).IndexOfAny markerStarts

    while next >= 0 && numMarkers < 3 do
        let length = markerLength completion (at + next)

        if length > 0 then
            numMarkers <- numMarkers + 1

        at <- at + next + max 1 length
        next <- completion.AsSpan(at).IndexOfAny markerStarts

    min 1.0 (float numMarkers / 3.0)

/// `repetition_penalty_reward` (Demystifying Long CoT, arXiv 2502.03373, appendix C.2; Open-R1's `get_repetition_penalty_reward`):
/// (1 - distinct n-grams / n-grams) * maxPenalty over the lower-cased words; 0 below n words, and 0, never -0, where nothing repeats.
/// Example: n 2, maxPenalty -1, "a b a b a" has 2 distinct of 4: -0.5.
let repetition (ngram: int) (maxPenalty: float) (completion: string) : float =
    let struct (distinct, total) =
        Ngrams.count (max 1 ngram) (PythonText.lower completion)

    if distinct = total then
        0.0
    else
        (1.0 - float distinct / float total) * maxPenalty
