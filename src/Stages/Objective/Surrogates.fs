/// The surrogates that a configuration may name.
module Cppo.Stages.Objective.Surrogates

open Cppo.Stages

/// All of them; configurations, schema and help take their names from here.
let table: Table<Surrogate> =
    Table(
        "surrogate",
        (fun surrogate ->
            { Name = surrogate.Name
              Doc = surrogate.Doc }),
        [| Clipped.surrogate |]
    )
