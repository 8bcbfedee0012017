/// One of some given strings as an answer, as in multiple choice.
module internal Cppo.Stages.Mathematics.Choices

open System
open Cppo.Stages.Mathematics.Candidate
open Cppo.Stages.Mathematics.Anchors

/// One of the given strings as a choice: behind "answer", at the start, or anywhere as a word of its own; the last of the clearest.
let choice (strings: string[]) (text: string) : string voption =
    let isEnd (at: int) =
        let at = if startsAt text at "**" then at + 2 else at
        at >= text.Length || isSpace text[at] || ".,:)".Contains text[at]

    let isStart (at: int) =
        let at =
            if at >= 2 && startsAt text (at - 2) "**" then
                at - 2
            else
                at

        at = 0 || isSpace text[at - 1] || text[at - 1] = '('

    let places =
        [ for item in strings do
              let mutable at = text.IndexOf(item, StringComparison.Ordinal)

              while at >= 0 do
                  if isStart at && isEnd (at + item.Length) then
                      struct (at, item)

                  at <-
                      if at + 1 < text.Length then
                          text.IndexOf(item, at + 1, StringComparison.Ordinal)
                      else
                          -1 ]

    let behind =
        [ for anchor in answerWords text -> places |> List.filter (fun (struct (at, _)) -> at > anchor && at - anchor <= 60) ]

    let firstOf (found: (struct (int * string)) list) =
        match found with
        | [] -> ValueNone
        | _ -> (let struct (_, item) = List.minBy (fun (struct (at, _)) -> at) found in ValueSome item)

    match behind |> List.tryFind (List.isEmpty >> not), places |> List.filter (fun (struct (at, _)) -> at <= 2) with
    | Some found, _ -> firstOf found
    | None, (_ :: _ as atStart) -> firstOf atStart
    | None, [] ->
        match places with
        | [] -> ValueNone
        | _ -> (let struct (_, item) = List.maxBy (fun (struct (at, _)) -> at) places in ValueSome item)
