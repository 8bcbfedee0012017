/// One of some given strings as an answer, as in multiple choice.
module internal Cppo.Stages.Math.Extraction.Choices

open System
open Cppo.Stages.Math.Extraction.Candidate
open Cppo.Stages.Math.Extraction.Anchors

/// Whether an item of some length stands at a place as a word of its own, perhaps emphasised or in parentheses.
let private isApart (text: string) (length: int) (at: int) : bool =
    let first =
        if at >= 2 && startsAt text (at - 2) "**" then
            at - 2
        else
            at

    let last =
        if startsAt text (at + length) "**" then
            at + length + 2
        else
            at + length

    (first = 0 || isSpace text[first - 1] || text[first - 1] = '(')
    && (last >= text.Length || isSpace text[last] || ".,:)".Contains text[last])

/// Every place at which one of some strings stands apart.
let private placesOf (strings: string[]) (text: string) : (struct (int * string)) list =
    [ for item in strings do
          let mutable at = text.IndexOf(item, StringComparison.Ordinal)

          while at >= 0 do
              if isApart text item.Length at then
                  struct (at, item)

              at <-
                  if at + 1 < text.Length then
                      text.IndexOf(item, at + 1, StringComparison.Ordinal)
                  else
                      -1 ]

/// One of the given strings as a choice: behind "answer", at the start, or anywhere as a word of its own; the last of the clearest.
let choice (strings: string[]) (text: string) : string voption =
    let places = placesOf strings text

    let behind =
        answerWords text
        |> List.tryPick (fun anchor ->
            places
            |> List.filter (fun (struct (at, _)) -> at > anchor && at - anchor <= 60)
            |> function
                | [] -> None
                | found -> Some(List.minBy (fun (struct (at, _)) -> at) found))

    let atStart = places |> List.tryFind (fun (struct (at, _)) -> at <= 2)

    match behind |> Option.orElse atStart, places with
    | Some(struct (_, item)), _ -> ValueSome item
    | None, [] -> ValueNone
    | None, _ -> let struct (_, item) = List.maxBy (fun (struct (at, _)) -> at) places in ValueSome item
