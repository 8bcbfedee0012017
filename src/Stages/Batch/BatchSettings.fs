namespace Cppo.Stages.Batch

open Cppo.Stages
open Cppo.Stages.Prune
open Cppo.Stages.Objective

/// How the room that pruning frees is filled.
type AllocationMode =
    /// By count: B * G / k questions an update (the paper).
    | Completions
    /// By tokens: questions join until the update's token capacity is full.
    | Tokens
    /// Not at all: B questions an update.
    | Off

/// The modes that a configuration may name.
module AllocationModes =

    /// All of them; configurations, schema and help take their names from here.
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

/// How much an update holds, and what fills it.
type AllocationSettings =
    {
        /// How the room that pruning frees is filled.
        Mode: AllocationMode
        /// B: questions per device that an update would take without pruning.
        QuestionsPerDevice: int
        /// Update devices.
        NumDevices: int
        /// G.
        GroupSize: int
        /// Tokens that one micro-batch holds.
        MicroBatchTokens: int
        /// Micro-batches per device and update in mode `Tokens`.
        MicroBatchesPerDevice: int
        /// Groups without spread get no room.
        DropZeroAdvantage: bool
    }

/// What the packer needs to know of the other stages.
type PackSettings =
    {
        /// What an update holds.
        Allocation: AllocationSettings
        /// What weight a token has.
        Aggregation: Aggregation
        /// `Question` with `SequenceMean` averages over questions, `Batch` over all kept completions.
        Scope: PruneScope
    }
