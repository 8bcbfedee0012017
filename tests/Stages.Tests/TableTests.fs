module Cppo.Stages.Tests.TableTests

open System
open System.IO
open System.Reflection
open Xunit
open Cppo.Stages
open Cppo.Stages.Rewards
open Cppo.Stages.Prune
open Cppo.Stages.Objective

let private table (names: string list) : Table<NamedChoice> =
    Table(
        "colour",
        id,
        [| for name in names ->
               { Name = name
                 Doc = $"as {name} as can be." } |]
    )

[<Fact>]
let ``an entry is found by its name alone`` () =
    let colours = table [ "red"; "green" ]
    Assert.Equal("as green as can be.", colours.Find("green").Doc)
    Assert.True((colours.TryFind "Green").IsNone)
    Assert.Equal<string[]>([| "red"; "green" |], colours.Names)

[<Fact>]
let ``an unknown name is answered with those that there are`` () =
    let colours = table [ "red"; "green" ]

    let fault =
        Assert.Throws<ArgumentException>(fun () -> colours.Find "blue" |> ignore)

    Assert.Equal("'blue' is no colour; known are red, green", fault.Message)

[<Fact>]
let ``a name stands once and has a doc line`` () =
    Assert.Throws<ArgumentException>(fun () -> table [ "red"; "red" ] |> ignore)
    |> ignore

    let bare () =
        Table("colour", id, [| { Name = "red"; Doc = " " } |]) |> ignore

    Assert.Throws<ArgumentException> bare |> ignore

/// The values of a type in the modules of the stages, by module.
let private valuesOf<'entry> () : (string * 'entry)[] =
    [| for moduleType in typeof<Table<NamedChoice>>.Assembly.GetTypes() do
           for property in moduleType.GetProperties(BindingFlags.Static ||| BindingFlags.Public ||| BindingFlags.NonPublic) do
               if property.PropertyType = typeof<'entry> && not moduleType.IsGenericType then
                   moduleType.Name, unbox<'entry>(property.GetValue null) |]

let private checkAllAreIn (table: Table<'entry>) (nameOf: 'entry -> string) =
    let values = valuesOf<'entry>()
    Assert.True(values.Length >= table.Names.Length)

    let forgotten =
        values
        |> Array.filter (fun (_, entry) -> not (Array.contains (nameOf entry) table.Names))

    Assert.True(forgotten.Length = 0, $"not in its table: the value of module %A{forgotten |> Array.map fst}")

[<Fact>]
let ``every rule that there is stands in its table`` () =
    checkAllAreIn PruneRules.table _.Name
    checkAllAreIn BuiltInRewards.table _.Name
    checkAllAreIn Aggregations.table _.Name
    checkAllAreIn Surrogates.table _.Name

[<Fact>]
let ``every file of the stages is compiled`` () =
    let folder = Path.Combine(Repository.root, "src", "Stages")
    let project = File.ReadAllText(Path.Combine(folder, "Cppo.Stages.fsproj"))

    let forgotten =
        Directory.GetFiles(folder, "*.fs", SearchOption.AllDirectories)
        |> Array.map (fun file -> Path.GetRelativePath(folder, file).Replace('\\', '/'))
        |> Array.filter (fun file -> not (file.StartsWith "obj/" || file.StartsWith "bin/"))
        |> Array.filter (fun file -> not (project.Contains $"\"{file}\""))

    Assert.True(forgotten.Length = 0, $"src/Stages/Cppo.Stages.fsproj has no Compile line for %A{forgotten}")
