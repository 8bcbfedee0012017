/// The surrogates that a configuration may name.
module Cppo.Stages.Objective.Surrogates

open Cppo.Stages

let table: Table<Surrogate> =
    Table(
        "surrogate",
        (fun surrogate ->
            { Name = surrogate.Name
              Doc = surrogate.Doc }),
        [| Clipped.surrogate |]
    )
