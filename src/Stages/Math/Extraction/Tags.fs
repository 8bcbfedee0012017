/// Answers that a completion sets apart: in `<answer>`, or behind `####`.
module internal Cppo.Stages.Math.Extraction.Tags

open System
open System.Text.RegularExpressions

let private bareNumber =
    Regex(@"^\s*[-+]?[$€£¥]?\s*[-+]?[\d.,/ ]*\d\s*%?\s*$", RegexOptions.CultureInvariant)

/// What follows the last `####` on its line, where that is a number alone, or ends a text without a box; other such lines are headings.
let private afterHashes (text: string) : string voption =
    match text.LastIndexOf("####", StringComparison.Ordinal) with
    | -1 -> ValueNone
    | mark ->
        let line = text.IndexOf('\n', mark)
        let last = if line < 0 then text.Length else line
        let answer = text.Substring(mark + 4, last - mark - 4)
        let isLast = String.IsNullOrWhiteSpace(text.Substring last)

        let hasBox (from: int) =
            text.IndexOf("\\boxed", from, StringComparison.Ordinal) >= 0

        let isOnOwnLine = mark = 0 || Char.IsWhiteSpace text[mark - 1]

        if
            String.IsNullOrWhiteSpace answer
            || answer.Length > 400
            || not isOnOwnLine
            || hasBox last
            || not (bareNumber.IsMatch answer || isLast && not (hasBox 0))
        then
            ValueNone
        else
            ValueSome answer

/// What stands in the last `<answer>`, or behind the last `####`.
let tagged (text: string) : string voption =
    let opening = text.LastIndexOf("<answer>", StringComparison.Ordinal)

    if opening >= 0 then
        let closing = text.IndexOf("</answer>", opening, StringComparison.Ordinal)

        if closing < 0 then
            ValueNone
        else
            ValueSome(text.Substring(opening + 8, closing - opening - 8))
    else
        afterHashes text
