/// Words of plain letters: functions, constants, units, connectives, or products of variables.
module internal Cppo.Stages.Math.Parsing.Spelling

open System
open Cppo.Stages.Math.Expressions

/// The connective that a word is, if it is one.
let joinerOf (word: string) =
    match word.Trim().Trim(',').Trim().ToLowerInvariant() with
    | "and" -> ValueSome And
    | "or" -> ValueSome Or
    | "" when word.Contains ',' -> ValueSome Comma
    | _ -> ValueNone

let private vowels = Buffers.SearchValues.Create "aeiouyAEIOUY"

/// Whether a text names a unit: `cm`, `m/s`, `km^2`.
let isUnit (text: string) : bool =
    let words =
        text.Split([| ' '; '/'; '^'; '~'; '.'; '2'; '3'; '{'; '}'; '\\'; ',' |], StringSplitOptions.RemoveEmptyEntries)

    words.Length > 0
    && words
       |> Array.forall (fun word -> Vocabulary.units.Contains word || Vocabulary.shortUnits.Contains word)

/// A word of plain letters; whether it stands apart from what comes before, and what comes behind it.
let readWord (tokens: TokenList) (word: string) (isApart: bool) (next: char) =
    match joinerOf word with
    | ValueSome joiner -> tokens.Add(Joiner joiner)
    | ValueNone when (next = '{' && Vocabulary.bracedCommands.Contains word) -> tokens.Add(Command word)
    | ValueNone when Vocabulary.functions.Contains word || Vocabulary.plainFunctions.Contains word -> tokens.Add(Command word)
    | ValueNone ->
        match word with
        | "pi"
        | "infty"
        | "theta" -> tokens.Add(Command word)
        | "infinity"
        | "inf"
        | "oo" -> tokens.Add(Command "infty")
        | _ when Vocabulary.meridiems.ContainsKey word && tokens.EndsWithValue -> tokens.Add(Prose Vocabulary.meridiems[word])
        | _ when Vocabulary.currencies.Contains word -> tokens.Add(Prose word)
        | _ when word.Length > 1 && Vocabulary.units.Contains word && tokens.EndsWithValue -> tokens.Add(Prose word)
        | _ when word.Length > 6 -> tokens.Add(Prose word)
        | _ when
            word.Length > 3
            && isApart
            && tokens.EndsWithValue
            && word.AsSpan().ContainsAny(vowels)
            ->
            tokens.Add(Prose word)
        | _ ->
            for letter in word do
                tokens.Add(Letter letter)
