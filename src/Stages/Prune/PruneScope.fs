namespace Cppo.Stages.Prune

open Cppo.Stages

/// Over what the top k is taken.
type PruneScope =
    /// Each question keeps k (the paper).
    | Question
    /// One batch of N questions keeps the N * k best of all (the authors' code).
    | Batch

/// The scopes that a configuration may name.
module PruneScopes =

    /// All of them; configurations, schema and help take their names from here.
    let table: Table<NamedValue<PruneScope>> =
        Table(
            "prune scope",
            (fun scope -> { Name = scope.Name; Doc = scope.Doc }),
            [| { Name = "question"
                 Doc = "each question keeps its k best (the paper)."
                 Value = PruneScope.Question }
               { Name = "batch"
                 Doc = "the batch of N questions keeps the N * k best of all (the authors' code)."
                 Value = PruneScope.Batch } |]
        )
