module Cppo.Stages.Tests.TableTests

open System
open Xunit
open Cppo.Stages

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
