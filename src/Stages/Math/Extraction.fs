/// Finds in a completion what it answers: boxed content, LaTeX between delimiters, plain numbers, choices; in the order of how
/// clearly each is marked as the answer. All scans are linear in the text.
module internal Cppo.Stages.Mathematics.Extraction

open System
open System.Text.RegularExpressions

/// Something that may be the answer: its text as mathematics, where it ends and starts, and how it was found.
type Candidate =
    { Text: string
      Start: int
      End: int
      Source: string }

/// Between two parts that belong together: a connective, perhaps followed by the name of the next.
let private connective =
    Regex(@"^\s*(?:,|;)?\s*(?:and|or|&)?\s*,?\s*(?:[A-Za-z][A-Za-z0-9]*(?:_\{?[A-Za-z0-9]+\}?)?\s*=)?\s*$", RegexOptions.CultureInvariant)

let private isSpace (c: char) = Char.IsWhiteSpace c

let private skipSpaces (text: string) (from: int) =
    let mutable at = from

    while at < text.Length && isSpace text[at] do
        at <- at + 1

    at

let private startsAt (text: string) (at: int) (part: string) =
    at >= 0
    && at + part.Length <= text.Length
    && String.Compare(text, at, part, 0, part.Length, StringComparison.OrdinalIgnoreCase) = 0

/// Next places of closing delimiters; each text is searched once however often it is asked.
[<Sealed>]
type private Closings(text: string) =
    let known = System.Collections.Generic.Dictionary<string, int>()

    /// The first place of a delimiter at or after a place; the text's length where there is none.
    member _.After(delimiter: string, from: int) : int =
        match known.TryGetValue delimiter with
        | true, place when place >= from -> place
        | _ ->
            let found = text.IndexOf(delimiter, from, StringComparison.Ordinal)
            let place = if found < 0 then text.Length else found
            known[delimiter] <- place
            place

/// The first unescaped dollar sign after a place, up to a line's end for a single one; -1 where there is none.
let private closingDollar (text: string) (from: int) (isDouble: bool) : int =
    let mutable at = from
    let mutable found = -1

    while found < 0 && at < text.Length do
        let c = text[at]

        if c = '\\' then
            at <- at + 2
        elif c = '\n' && not isDouble then
            at <- text.Length
        elif c = '$' && (not isDouble || (at + 1 < text.Length && text[at + 1] = '$')) then
            found <- at
        else
            at <- at + 1

    found

let private percentAfter = [| "\\%"; "%"; "percentage"; "percent"; "pct" |]

/// The place behind a percent sign or word that follows; -1 where none follows.
let private afterPercent (text: string) (from: int) : int =
    let at = skipSpaces text from

    match percentAfter |> Array.tryFind (startsAt text at) with
    | Some word -> at + word.Length
    | None -> -1

let private withPercent (text: string) (content: string) (last: int) : struct (string * int) =
    match afterPercent text last with
    | -1 -> struct (content, last)
    | next -> struct ((if content.Contains '%' then content else content + "\\%"), next)

/// LaTeX between delimiters, in order.
let private environments (text: string) : ResizeArray<Candidate> =
    let found = ResizeArray<Candidate>()
    let closings = Closings text
    let mutable noDoubleFrom = Int32.MaxValue
    let mutable at = 0

    let add (start: int) (first: int) (last: int) (size: int) =
        let content = text.Substring(first, last - first)
        let struct (content, next) = withPercent text content (last + size)

        if not (String.IsNullOrWhiteSpace content) then
            found.Add
                { Text = content
                  Start = start
                  End = next
                  Source = "LaTeX" }

        at <- last + size

    while at < text.Length do
        match text.IndexOfAny([| '$'; '\\' |], at) with
        | -1 -> at <- text.Length
        | place ->
            at <- place
            let next = if at + 1 < text.Length then text[at + 1] else ' '

            if text[at] = '$' && next = '$' then
                let last =
                    if at >= noDoubleFrom then
                        -1
                    else
                        closingDollar text (at + 2) true

                if last < 0 then
                    noDoubleFrom <- min noDoubleFrom at
                    at <- at + 2
                else
                    add at (at + 2) last 2
            elif text[at] = '$' then
                let last = closingDollar text (at + 1) false

                if last < 0 || (at > 0 && Char.IsAsciiDigit text[at - 1]) then
                    at <- at + 1
                else
                    add at (at + 1) last 1
            elif next = '[' then
                let last = closings.After("\\]", at + 2)

                if last = text.Length then
                    at <- at + 2
                else
                    add at (at + 2) last 2
            elif next = '(' then
                let last = closings.After("\\)", at + 2)
                let line = closings.After("\n", at + 2)

                if last = text.Length || line < last then
                    at <- at + 2
                else
                    add at (at + 2) last 2
            else
                at <- at + 2

    found

/// Environments that a connective joins, as one list.
let private joined (text: string) (parts: ResizeArray<Candidate>) : ResizeArray<Candidate> =
    let result = ResizeArray<Candidate>()

    for part in parts do
        let isMore =
            result.Count > 0
            && (let previous = result[result.Count - 1]
                let gap = part.Start - previous.End

                gap > 0
                && gap <= 12
                && previous.Text.Length + part.Text.Length < Lexer.maxLength
                && (let between = text.Substring(previous.End, gap)
                    between.Trim() <> "" && not (between.Contains '=') && connective.IsMatch between))

        if isMore then
            let previous = result[result.Count - 1]

            result[result.Count - 1] <-
                { previous with
                    Text = previous.Text + " , " + part.Text
                    End = part.End }
        else
            result.Add part

    result

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
let private boxed (text: string) : Candidate list =
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

let private currency = "$€£¥₹₽₩"

/// Whether a plain number may start here: at the start or behind a space, an equals sign, a bracket or emphasis.
let private isBoundary (text: string) (at: int) =
    let before =
        if at > 0 && currency.Contains text[at - 1] then
            at - 1
        else
            at

    before = 0
    || (let c = text[before - 1]
        isSpace c || "=:(*\"'>≈".Contains c)

let private thousandsNumber =
    Regex(@"\G-?[1-9]\d{0,2}(?:[ ,]\d{3})+(?!\d)(?:\.\d+)?", RegexOptions.CultureInvariant)

let private decimalNumber =
    Regex(@"\G-?(?:\d+(?:[.,]\d+)?|\.\d+)", RegexOptions.CultureInvariant)

/// A plain number at a place, as LaTeX, and the place behind it.
let private plainNumber (text: string) (at: int) : struct (string * int) voption =
    let grouped = thousandsNumber.Match(text, at)

    let number =
        if grouped.Success then
            ValueSome(struct (grouped.Value.Replace(",", "").Replace(" ", ""), grouped.Length))
        else
            let simple = decimalNumber.Match(text, at)

            if simple.Success && simple.Length <= 1200 then
                ValueSome(struct (simple.Value.Replace(',', '.'), simple.Length))
            else
                ValueNone

    match number with
    | ValueSome(struct (value, length)) -> ValueSome(withPercent text value (at + length))
    | ValueNone -> ValueNone

let private isExpressionSign (c: char) =
    Char.IsAsciiDigit c || " .+-*/^()×÷".Contains c

/// The place behind a run of digits, operators and parentheses, up to the end of its sentence.
let private expressionEnd (text: string) (from: int) =
    let mutable at = from

    while at < text.Length
          && at - from < 400
          && isExpressionSign text[at]
          && not (text[at] = '.' && not (at + 1 < text.Length && Char.IsAsciiDigit text[at + 1])) do
        at <- at + 1

    while at > from && " +-*/^(×÷".Contains text[at - 1] do
        at <- at - 1

    at

let private operators = [| '+'; '*'; '/'; '^'; '×'; '÷'; '-' |]

/// An arithmetic expression or number at a place.
let private plainAt (text: string) (at: int) : Candidate voption =
    let last = expressionEnd text at

    let hasOperator =
        last > at + 1
        && text.AsSpan(at + 1, last - at - 1).IndexOfAny(ReadOnlySpan operators) >= 0

    let isDelimited =
        last = text.Length || isSpace text[last] || ".,:)$*;?!<".Contains text[last]

    let expression = text.Substring(at, last - at)

    let isReadable () =
        try
            Parser.parse (Budget 2000) true expression |> ignore
            true
        with
        | SyntaxFault _
        | BudgetExceeded _
        | Undefined _ -> false

    let candidate (content: string) (last: int) =
        ValueSome
            { Text = content
              Start = at
              End = last
              Source = "number" }

    if hasOperator && isDelimited && isReadable () then
        candidate expression last
    else
        match plainNumber text at with
        | ValueSome(struct (content, next)) -> candidate content next
        | ValueNone -> ValueNone

/// Plain numbers and arithmetic expressions from a place on, in order, at most as many as stated.
let private plains (text: string) (from: int) (upTo: int) (most: int) : ResizeArray<Candidate> =
    let found = ResizeArray<Candidate>()
    let mutable at = from

    let startsNumber (at: int) =
        let digit =
            if text[at] = '-' || text[at] = '.' || text[at] = '(' then
                at + 1
            else
                at

        digit < text.Length
        && (Char.IsAsciiDigit text[digit]
            || (text[at] <> '.'
                && text[digit] = '.'
                && digit + 1 < text.Length
                && Char.IsAsciiDigit text[digit + 1]))

    while at < upTo && found.Count < most do
        if startsNumber at && isBoundary text at then
            match plainAt text at with
            | ValueSome item ->
                found.Add item
                at <- max (at + 1) item.End
            | ValueNone -> at <- at + 1
        else
            at <- at + 1

    found

/// Characters at the end of a text in which the last plain number is looked for.
[<Literal>]
let private plainWindow = 4000

/// The places of the word "answer", last first.
let private answerWords (text: string) : int list =
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

/// What is looked for.
type Targets =
    { Latex: bool
      Plain: bool
      BoxedPriority: int }

/// Candidates behind the word "answer", with their priorities.
let private anchored (targets: Targets) (text: string) (latex: ResizeArray<Candidate>) : struct (int * Candidate) list =
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
