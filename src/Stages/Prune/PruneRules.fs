/// The rules that a configuration may name.
module Cppo.Stages.Prune.PruneRules

open Cppo.Stages

/// All of them; configurations, schema and help take their names from here.
let table: Table<PruneRule> =
    Table(
        "pruning rule",
        (fun rule -> { Name = rule.Name; Doc = rule.Doc }),
        [| LowestAbsolute.rule
           HighestAbsolute.rule
           LowestRaw.rule
           HighestRaw.rule
           RandomChoice.rule
           BelowThreshold.rule
           NoPruning.rule |]
    )
