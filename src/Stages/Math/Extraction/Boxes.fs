/// Answers in boxes.
module internal Cppo.Stages.Math.Extraction.Boxes

open System
open System.Text.RegularExpressions
open Cppo.Stages.Math.Parsing
open Cppo.Stages.Math.Extraction.Candidate

let private boxCommands = [| "\\boxed"; "\\fbox" |]

/// The content of the box that starts at a place; none where it does not close.
let private boxAt (text: string) (at: int) (command: string) : Candidate voption =
    let brace = skipSpaces text (at + command.Length)

    if brace >= text.Length then
        ValueNone
    else
        let window =
            text.AsSpan(brace, min (text.Length - brace) (Lexer.maxLength + 2)).ToString()

        let struct (content, next) = Scan.group window 0

        let isClosed =
            window[0] <> '{'
            || (next <= window.Length
                && next >= 2
                && window[next - 1] = '}'
                && next = content.Length + 2)

        if not isClosed || String.IsNullOrWhiteSpace content then
            ValueNone
        else
            let skipped =
                if brace + next < text.Length && text[brace + next] = '$' then
                    brace + next + 1
                else
                    brace + next

            let struct (content, last) = withPercent text content skipped

            ValueSome
                { Text = content
                  Start = at
                  End = max (brace + next) (if last > skipped then last else brace + next)
                  Source = "box" }

/// The last boxes of a text, last first.
let private lastBoxes (text: string) : Candidate list =
    let rec collect (before: int) (numFound: int) =
        if numFound >= 16 || before <= 0 then
            []
        else
            let places =
                boxCommands
                |> Array.map (fun command -> struct (text.LastIndexOf(command, before - 1, StringComparison.Ordinal), command))

            let struct (place, command) =
                places |> Array.maxBy (fun (struct (place, _)) -> place)

            if place < 0 then
                []
            else
                match boxAt text place command with
                | ValueSome box -> box :: collect place (numFound + 1)
                | ValueNone -> collect place (numFound + 1)

    collect text.Length 0

let private decoration =
    Regex(@"\\text\s*\{|\\mathrm\s*\{|\\q?quad|\\[,;:! ()\[\]]|[${}~]", RegexOptions.CultureInvariant)

let private areJoined (text: string) (first: Candidate) (second: Candidate) =
    let gap = second.Start - first.End

    gap >= 0
    && gap <= 60
    && (let raw = text.Substring(first.End, gap)
        let bare = decoration.Replace(raw, " ")

        connective.IsMatch bare
        && not (raw.Contains '\n' && String.IsNullOrWhiteSpace bare))

/// The boxed answer: the last box, with the boxes before it that a connective joins.
let boxed (text: string) : Candidate list =
    // A box within another one is part of it.
    let outermost =
        lastBoxes text
        |> List.fold (fun (kept: Candidate list) box -> box :: (kept |> List.filter (fun inner -> inner.Start >= box.End))) []
        |> List.rev

    let rec group (boxes: Candidate list) : Candidate list =
        match boxes with
        | last :: before :: rest when areJoined text before last ->
            group (
                { last with
                    Text = before.Text + " , " + last.Text
                    Start = before.Start }
                :: rest
            )
        | last :: rest -> last :: group rest
        | [] -> []

    group outermost
