/// The answer that a text gives, and the numbers in it. GSM8K's rules, exactly those of the authors' code, traps included.
module Cppo.Stages.Rewards.AnswerExtraction

open System

/// `extract_answer_from_dataset`: what stands between the first `####` and the next, stripped and without commas; none where
/// there is no `####`. Example: "3*4 = 12\n#### 1,234" gives "1234".
let ofDataset (solution: string) : string option =
    let at = solution.IndexOf("####", StringComparison.Ordinal)

    if at < 0 then
        None
    else
        let next = solution.IndexOf("####", at + 4, StringComparison.Ordinal)
        let last = if next < 0 then solution.Length else next
        Some((PythonText.strip (solution.Substring(at + 4, last - at - 4))).Replace(",", ""))

/// `extract_answer_from_model_output`: what stands between the last `<answer>` and the `</answer>` after it, stripped and without
/// commas; none where a tag is missing or the answer is "...".
let ofCompletion (completion: string) : string option =
    let opening = completion.LastIndexOf("<answer>", StringComparison.Ordinal)

    let closing =
        if opening < 0 then
            -1
        else
            completion.IndexOf("</answer>", opening + 8, StringComparison.Ordinal)

    if closing < 0 then
        None
    else
        let answer =
            PythonText.strip (completion.Substring(opening + 8, closing - opening - 8))

        match answer.Replace(",", "") with
        | "..." -> None
        | answer -> Some answer

/// The place after the number (`-?\d*\.?\d+`) that starts at a place; -1 where none starts there.
let private numberEnd (text: string) (at: int) =
    let digits = if text[at] = '-' then at + 1 else at
    let whole = PythonText.skipDigits text digits

    if
        whole < text.Length
        && text[whole] = '.'
        && PythonText.digitLength text (whole + 1) > 0
    then
        PythonText.skipDigits text (whole + 1)
    elif whole > digits then
        whole
    else
        -1

/// `extract_single_number`: the number in a text that holds exactly one, with its sign; none otherwise. "10-15" holds two.
let singleNumber (text: string) : float option =
    let mutable numFound = 0
    let mutable first = struct (0, 0)
    let mutable at = 0

    while at < text.Length && numFound < 2 do
        match numberEnd text at with
        | -1 -> at <- at + 1
        | after ->
            numFound <- numFound + 1

            if numFound = 1 then
                first <- struct (at, after)

            at <- after

    let struct (start, after) = first

    if numFound = 1 then
        Some(PythonText.toFloat (text.Substring(start, after - start)))
    else
        None

/// `extract_last_number`: the last number in a text without `$`, `%` and commas, and without its sign; none where there is none.
let lastNumber (text: string) : float option =
    let bare = text.Replace("$", "").Replace("%", "").Replace(",", "")
    let mutable last = struct (0, 0)
    let mutable at = 0

    while at < bare.Length do
        let whole = PythonText.skipDigits bare at

        if whole = at then
            at <- at + 1
        else
            let after =
                if whole < bare.Length && bare[whole] = '.' then
                    PythonText.skipDigits bare (whole + 1)
                else
                    whole

            last <- struct (at, after)
            at <- after

    let struct (start, after) = last

    if after = 0 then
        None
    else
        Some(PythonText.toFloat (bare.Substring(start, after - start)))

/// The gold answer that training compares with: GSM8K's part after `####` where there is one, else the whole answer, stripped and
/// without commas; none where that is empty.
let ofGold (answer: string) : string option =
    let gold =
        match ofDataset answer with
        | Some gold -> gold
        | None -> (PythonText.strip answer).Replace(",", "")

    if gold = "" then None else Some gold
