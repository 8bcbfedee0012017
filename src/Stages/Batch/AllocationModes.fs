/// The allocation modes that a configuration may name.
module Cppo.Stages.Batch.AllocationModes

open Cppo.Stages

let table: Table<NamedValue<AllocationMode>> =
    Table(
        "allocation mode",
        (fun mode -> { Name = mode.Name; Doc = mode.Doc }),
        [| { Name = "completions"
             Doc = "questions join until kept completions number what an unpruned update has (the paper)."
             Value = Completions }
           { Name = "tokens"
             Doc = "until the micro-batches' tokens are used."
             Value = Tokens }
           { Name = "off"
             Doc = "no further questions."
             Value = Off } |]
    )
