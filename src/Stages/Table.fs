namespace Cppo.Stages

open System
open System.Collections.Generic

/// A name that a configuration may give, and what it means in one line.
type NamedChoice =
    {
        /// As a configuration writes it.
        Name: string
        /// What it means, one line.
        Doc: string
    }

/// A choice that stands for nothing but a value.
type NamedValue<'value> =
    {
        /// As a configuration writes it.
        Name: string
        /// What it means, one line.
        Doc: string
        /// What it stands for.
        Value: 'value
    }

/// The choices of a table, whatever its entries are.
type IChoices =
    /// In the order of the table.
    abstract Choices: NamedChoice[]

/// All that a configuration may name in one place: checks, schema, documentation and help of the name come from here.
/// `what` is an entry in words, such as "pruning rule". Each name stands once, and each has a doc line.
[<Sealed>]
type Table<'entry>(what: string, describe: 'entry -> NamedChoice, entries: 'entry[]) =
    let choices = entries |> Array.map describe
    let byName = Dictionary<string, 'entry>(StringComparer.Ordinal)

    do
        Array.iter2
            (fun (choice: NamedChoice) entry ->
                if String.IsNullOrWhiteSpace choice.Doc then
                    invalidArg (nameof entries) $"the {what} '{choice.Name}' has no doc line"

                if not (byName.TryAdd(choice.Name, entry)) then
                    invalidArg (nameof entries) $"the {what} '{choice.Name}' stands twice in the table")
            choices
            entries

    /// In the order of the table.
    member _.Entries = entries

    /// The entries' names, in the order of the table.
    member _.Names: string[] = choices |> Array.map _.Name

    /// The entry of a name, if it is one of the table's.
    member _.TryFind(name: string) : 'entry voption =
        match byName.TryGetValue name with
        | true, entry -> ValueSome entry
        | _ -> ValueNone

    /// The entry of a name; raises ArgumentException where the table lacks it.
    member table.Find(name: string) : 'entry =
        match table.TryFind name with
        | ValueSome entry -> entry
        | ValueNone ->
            let known = String.Join(", ", table.Names)
            raise (ArgumentException $"'{name}' is no {what}; known are {known}")

    interface IChoices with
        member _.Choices = choices
