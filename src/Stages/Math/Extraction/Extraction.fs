/// Finds in a completion what it answers: boxed content, LaTeX between delimiters, plain numbers; in the order of how clearly each
/// is marked as the answer. All scans are linear in the text.
module internal Cppo.Stages.Math.Extraction.Extraction

open System
open Cppo.Stages.Math.Extraction.Candidate
open Cppo.Stages.Math.Extraction.Delimited
open Cppo.Stages.Math.Extraction.Boxes
open Cppo.Stages.Math.Extraction.Plains
open Cppo.Stages.Math.Extraction.Anchors

/// Characters at the end of a text in which the last plain number is looked for.
[<Literal>]
let private plainWindow = 4000

/// All candidates, the most clearly marked first; within one kind of mark the rightmost first.
let candidates (targets: Targets) (text: string) : Candidate list =
    let latex =
        if targets.Latex then
            joined text (environments text)
        else
            ResizeArray()

    let boxes =
        if targets.Latex && targets.BoxedPriority >= 0 then
            boxed text
        else
            []

    let window = max 0 (text.Length - plainWindow)

    let unmarked =
        Seq.append
            (if latex.Count > 8 then
                 latex.GetRange(latex.Count - 8, 8)
             else
                 latex)
            (if targets.Plain then
                 plains text window text.Length Int32.MaxValue
             else
                 ResizeArray())

    [ yield! boxes |> List.map (fun box -> struct (targets.BoxedPriority, box))
      yield! anchored targets text latex
      for item in unmarked do
          struct (300, item) ]
    |> List.sortWith (fun (struct (p, a)) (struct (q, b)) ->
        match compare p q with
        | 0 ->
            match compare b.End a.End with
            | 0 -> compare a.Start b.Start
            | order -> order
        | order -> order)
    |> List.map (fun (struct (_, item)) -> item)
