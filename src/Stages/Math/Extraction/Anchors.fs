/// What stands behind the word "answer".
module internal Cppo.Stages.Mathematics.Anchors

open System
open Cppo.Stages.Mathematics.Candidate
open Cppo.Stages.Mathematics.Plains

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


/// Candidates behind the word "answer", with their priorities.
let anchored (targets: Targets) (text: string) (latex: ResizeArray<Candidate>) : struct (int * Candidate) list =
    let latexAt (from: int) (upTo: int) =
        if targets.Latex then
            latex |> Seq.tryFind (fun item -> item.Start >= from && item.Start <= upTo)
        else
            None

    let plainNear (from: int) (upTo: int) =
        if targets.Plain then
            Seq.tryHead (plains text from (min text.Length upTo) 1)
        else
            None

    let plainAfterEquals (from: int) =
        let span = min 100 (text.Length - from)

        match
            if targets.Plain && span > 0 then
                text.LastIndexOf('=', from + span - 1, span)
            else
                -1
        with
        | -1 -> None
        | equals -> plainNear (equals + 1) (skipSpaces text (equals + 1) + 3)

    let isHoped (item: Candidate) =
        startsAt
            text
            (skipSpaces
                text
                (if item.End < text.Length && text[item.End] = '.' then
                     item.End + 1
                 else
                     item.End))
            "I hope"

    [ for anchor in answerWords text do
          let isFinal = startsAt text (anchor - 6) "final "

          if isFinal then
              for place in afterIs text anchor do
                  for item in List.choose id [ latexAt place place; plainNear place (place + 3) ] do
                      if place - anchor < 14 && isHoped item then
                          struct (0, item)

                      struct (50, item)

          let after = anchor + 6

          let priority =
              if after < text.Length && text[after] = ':' then
                  100
              else
                  200

          for item in
              List.choose
                  id
                  [ latexAt after (after + 51)
                    plainAfterEquals after
                    plainNear after (after + 51) ] do
              struct (priority, item) ]
