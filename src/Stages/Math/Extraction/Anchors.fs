/// What stands behind the word "answer".
module internal Cppo.Stages.Math.Extraction.Anchors

open System
open Cppo.Stages.Math.Extraction.Candidate
open Cppo.Stages.Math.Extraction.Plains

/// The places of the word "answer", last first.
let answerWords (text: string) : int list =
    let rec collect (before: int) (numFound: int) =
        if before <= 0 || numFound >= 12 then
            []
        else
            match text.LastIndexOf("answer", before - 1, StringComparison.OrdinalIgnoreCase) with
            | -1 -> []
            | place -> place :: collect place (numFound + 1)

    collect text.Length 0

/// The place behind "is", an optional colon and spaces that follow "final answer" within 100 characters; each such place.
let private afterIs (text: string) (anchor: int) : int list =
    let last = min text.Length (anchor + 110)

    [ for at in anchor + 6 .. last - 3 do
          if
              isSpace text[at - 1]
              && startsAt text at "is"
              && (at + 2 = text.Length || not (Char.IsLetterOrDigit text[at + 2]))
          then
              let next =
                  if at + 2 < text.Length && text[at + 2] = ':' then
                      at + 3
                  else
                      at + 2

              skipSpaces text next ]

/// The first LaTeX that starts between two places.
let private tryLatex (targets: Targets) (latex: ResizeArray<Candidate>) (from: int) (upTo: int) : Candidate option =
    if targets.Latex then
        latex |> Seq.tryFind (fun item -> item.Start >= from && item.Start <= upTo)
    else
        None

/// The first plain number that starts between two places.
let private tryPlain (targets: Targets) (text: string) (from: int) (upTo: int) : Candidate option =
    if targets.Plain then
        Seq.tryHead (plains text from (min text.Length upTo) 1)
    else
        None

/// The number behind the last equals sign within 100 characters.
let private tryPlainAfterEquals (targets: Targets) (text: string) (from: int) : Candidate option =
    let span = min 100 (text.Length - from)

    match
        if targets.Plain && span > 0 then
            text.LastIndexOf('=', from + span - 1, span)
        else
            -1
    with
    | -1 -> None
    | equals -> tryPlain targets text (equals + 1) (skipSpaces text (equals + 1) + 3)

/// Whether "I hope" follows, perhaps behind a full stop: the end of "The final answer is ... I hope it is correct."
let private isHoped (text: string) (item: Candidate) : bool =
    let isStop = item.End < text.Length && text[item.End] = '.'
    startsAt text (skipSpaces text (if isStop then item.End + 1 else item.End)) "I hope"

/// What follows "final answer is", with its priorities.
let private final (targets: Targets) (text: string) (latex: ResizeArray<Candidate>) (anchor: int) : struct (int * Candidate) list =
    [ for place in afterIs text anchor do
          for item in List.choose id [ tryLatex targets latex place place; tryPlain targets text place (place + 3) ] do
              if place - anchor < 14 && isHoped text item then
                  struct (0, item)

              struct (50, item) ]

/// Candidates behind the word "answer", with their priorities.
let anchored (targets: Targets) (text: string) (latex: ResizeArray<Candidate>) : struct (int * Candidate) list =
    [ for anchor in answerWords text do
          if startsAt text (anchor - 6) "final " then
              yield! final targets text latex anchor

          let after = anchor + 6
          let isColon = after < text.Length && text[after] = ':'

          for item in
              List.choose
                  id
                  [ tryLatex targets latex after (after + 51)
                    tryPlainAfterEquals targets text after
                    tryPlain targets text after (after + 51) ] do
              struct ((if isColon then 100 else 200), item) ]
