/// n-grams of a text's words, counted without a copy of any word: what the repetition reward spends its time on.
module internal Cppo.Stages.Rewards.Ngrams

open System
open System.Buffers
open System.Numerics

let inline private isSpace (c: char) =
    if c < '\u0080' then
        c = ' ' || (c >= '\t' && c <= '\r') || (c >= '\u001c' && c <= '\u001f')
    else
        PythonText.isSpace c

let inline private mix (hash: uint64) (value: uint64) =
    (BitOperations.RotateLeft(hash, 5) ^^^ value) * 0x9E3779B97F4A7C15UL

/// Where the search for a hash begins in a table of 2^bits places: the product's upper bits are its best.
let inline private place (hash: uint64) (bits: int) = int (hash >>> (64 - bits))

/// Bits of the smallest table that at most half of is filled by this many entries.
let private tableBits (entries: int) =
    max 4 (BitOperations.Log2(uint32 (max 1 entries)) + 2)

/// An empty table of 2^bits places: entries are numbers from 1, 0 is free.
let private rentTable (bits: int) =
    let table = ArrayPool<int>.Shared.Rent(1 <<< bits)
    Array.Clear(table, 0, 1 <<< bits)
    table

/// Puts the word [start, after) into the table of starts; the start of the first word with the same letters, which stands for it.
let private firstOf (text: string) (starts: int[]) (lengths: int[]) (bits: int) (hash: uint64) (start: int) (after: int) : int =
    let mask = (1 <<< bits) - 1
    let word = text.AsSpan(start, after - start)
    let mutable at = place hash bits

    while starts[at] > 0
          && not (
              lengths[at] = word.Length
              && word.SequenceEqual(text.AsSpan(starts[at] - 1, word.Length))
          ) do
        at <- (at + 1) &&& mask

    if starts[at] = 0 then
        starts[at] <- start + 1
        lengths[at] <- word.Length

    starts[at] - 1

/// Fills `words` with a number for each word, the same for equal words; how many words there are.
let private numberWords (text: string) (words: int[]) : int =
    let bits = tableBits words.Length
    let starts, lengths = rentTable bits, ArrayPool<int>.Shared.Rent(1 <<< bits)
    let mutable found = 0
    let mutable start = 0
    let mutable hash = 0UL

    for at in 0 .. text.Length do
        if at < text.Length && not (isSpace text[at]) then
            hash <- mix hash (uint64 text[at])
        else
            if at > start then
                words[found] <- firstOf text starts lengths bits hash start at
                found <- found + 1

            start <- at + 1
            hash <- 0UL

    ArrayPool<int>.Shared.Return starts
    ArrayPool<int>.Shared.Return lengths
    found

/// How many of the n-grams of the first `numWords` numbers are distinct; numWords >= n.
let private numDistinct (n: int) (words: int[]) (numWords: int) : int =
    let total = numWords - n + 1
    let bits = tableBits total
    let mask = (1 <<< bits) - 1
    let table = rentTable bits
    let mutable distinct = 0

    for start in 0 .. total - 1 do
        let gram = ReadOnlySpan<int>(words, start, n)
        let mutable hash = 0UL

        for word in 0 .. n - 1 do
            hash <- mix hash (uint64 words[start + word])

        let mutable at = place hash bits

        while table[at] > 0
              && not (gram.SequenceEqual(ReadOnlySpan<int>(words, table[at] - 1, n))) do
            at <- (at + 1) &&& mask

        if table[at] = 0 then
            table[at] <- start + 1
            distinct <- distinct + 1

    ArrayPool<int>.Shared.Return table
    distinct

/// The distinct n-grams of a text's words (`str.split()`) and all of them; (0, 0) where the text has fewer than n words. n >= 1.
/// Example: n 2, "a b a b a" has ab and ba: (2, 4).
let count (n: int) (text: string) : struct (int * int) =
    // Words and the spaces between them: no text has more than half as many words as letters, rounded up.
    let words = ArrayPool<int>.Shared.Rent(text.Length / 2 + 1)
    let numWords = numberWords text words

    let counts =
        if numWords < n then
            struct (0, 0)
        else
            struct (numDistinct n words numWords, numWords - n + 1)

    ArrayPool<int>.Shared.Return words
    counts
