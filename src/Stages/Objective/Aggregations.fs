/// The ways to average that a configuration may name.
module Cppo.Stages.Objective.Aggregations

open Cppo.Stages

/// All of them; configurations, schema and help take their names from here.
let table: Table<Aggregation> =
    Table(
        "aggregation",
        (fun aggregation ->
            { Name = aggregation.Name
              Doc = aggregation.Doc }),
        [| SequenceMean.aggregation; TokenMean.aggregation |]
    )
