/// Signs of steps.
module internal Cppo.Stages.Rewards.ReasoningSteps

open System
open System.Buffers

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
let valueOf (completion: string) : float =
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

let rule: RewardRule =
    RewardRule.OfText "reasoningSteps" "a third for each sign of a step, at most 1." (fun _ completion -> valueOf completion)
