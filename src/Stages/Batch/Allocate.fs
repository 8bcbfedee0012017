/// How many questions an update takes, and which of their completions get room in it. Integers only.
module Cppo.Stages.Batch.Allocate

open Cppo.Stages
open Cppo.Stages.Prune

/// The fill below which `Tokens` asks for further questions, in percent.
let private wantedFillPercent = 97

/// Questions that an update takes without pruning: devices * B.
let private unprunedQuestions (allocation: AllocationSettings) =
    allocation.NumDevices * allocation.QuestionsPerDevice

/// Completions that an update takes without pruning: devices * B * G. This is its capacity in mode `Completions`.
let completionCapacity (allocation: AllocationSettings) : int =
    unprunedQuestions allocation * allocation.GroupSize

/// Tokens that an update holds in mode `Tokens`: devices * micro-batches per device * tokens per micro-batch.
let tokenCapacity (allocation: AllocationSettings) : int64 =
    int64 allocation.NumDevices
    * int64 allocation.MicroBatchesPerDevice
    * int64 allocation.MicroBatchTokens

/// The questions that a batch first asks for. `Completions`: floor(devices * B * G / k); where k does not divide, the rest of the
/// capacity, less than k completions, stays empty. Example: 1 device, B = 4, G = 16, k = 3 -> 21 questions, 63 of 64 completions.
/// `Off`, `Tokens`, and rules without a fixed k: devices * B; `nextRound` asks for more when it knows what the first kept.
let questionsPerUpdate (allocation: AllocationSettings) (prune: PruneSettings) : int =
    match allocation.Mode, prune.Rule.KeptOf(prune.Keep, allocation.GroupSize) with
    | Completions, ValueSome kept -> completionCapacity allocation / kept
    | _ -> unprunedQuestions allocation

/// The share of its capacity that an update uses, 0 .. 1: tokens of `tokenCapacity` in mode `Tokens`, else completions of
/// `completionCapacity`. Example: 1 device, B = 2, G = 16 -> 32 kept completions are 1, whatever their tokens.
let capacityFill (allocation: AllocationSettings) (numKept: int) (numTokens: int64) : float =
    match allocation.Mode with
    | Tokens -> float numTokens / float (tokenCapacity allocation)
    | Completions
    | Off -> float numKept / float (completionCapacity allocation)

/// Prompt and completion tokens of one completion: what it takes of a micro-batch.
let cost (rollout: RolloutGroup) (completion: int) : int =
    rollout.PromptTokenIds.Length + rollout.Completions[completion].TokenIds.Length

let private rolloutOf (group: PrunedGroup) = group.Advantaged.Scored.Rollout

let private numKept (group: PrunedGroup) =
    group.Fates |> Array.sumBy (fun fate -> if fate = Kept then 1 else 0)

let private hasSpread (group: PrunedGroup) =
    group.Advantaged.Advantages |> Array.exists (fun advantage -> advantage <> 0.0)

let private dropTooLong (allocation: AllocationSettings) (group: PrunedGroup) =
    { group with
        Fates =
            group.Fates
            |> Array.mapi (fun completion fate ->
                if fate = Kept && cost (rolloutOf group) completion > allocation.MicroBatchTokens then
                    Dropped TooLong
                else
                    fate) }

/// Drops what could have no room in an empty update either: groups without spread where the settings say so, and completions
/// that exceed a micro-batch.
let private dropUnfit (allocation: AllocationSettings) (groups: PrunedGroup[]) =
    groups
    |> Array.map (fun group ->
        if allocation.DropZeroAdvantage && not (hasSpread group) then
            group.Drop ZeroAdvantage
        else
            dropTooLong allocation group)

/// The kept completions of fit groups in order: (group, completion).
let internal keptOf (groups: PrunedGroup[]) : struct (int * int)[] =
    groups
    |> Array.mapi (fun at group -> group.KeptIndices |> Array.map (fun completion -> struct (at, completion)))
    |> Array.concat

let internal costsOf (groups: PrunedGroup[]) (kept: struct (int * int)[]) : int[] =
    kept
    |> Array.map (fun (struct (group, completion)) -> cost (rolloutOf groups[group]) completion)

/// Whole groups in order while their kept completions fit in the capacity; the others get no room.
let private admitCompletions (capacity: int) (groups: PrunedGroup[]) =
    let mutable room = capacity

    groups
    |> Array.map (fun group ->
        let needed = numKept group

        if needed <= room then
            room <- room - needed
            group
        else
            group.Drop NoRoom)

/// The tokens from which a micro-batch counts as full.
let private wantedTokens (allocation: AllocationSettings) =
    int ((int64 allocation.MicroBatchTokens * int64 wantedFillPercent + 99L) / 100L)

/// Where each kept completion goes in mode `Tokens`.
[<Struct>]
type internal TokenPlan =
    {
        Groups: PrunedGroup[]
        Kept: struct (int * int)[]
        Costs: int[]
        /// The micro-batch of each kept completion among all of the update's; -1: no room.
        Bins: int[]
        NumBins: int
    }

/// Fills the update's micro-batches in mode `Tokens`. What does not fill them is spread evenly instead.
let internal planTokens (allocation: AllocationSettings) (groups: PrunedGroup[]) : TokenPlan =
    let fit = dropUnfit allocation groups
    let kept = keptOf fit
    let costs = costsOf fit kept
    let numBins = allocation.NumDevices * allocation.MicroBatchesPerDevice

    let struct (even, numEven) =
        Bins.balance allocation.MicroBatchTokens allocation.NumDevices costs

    if numEven <= numBins then
        { Groups = fit
          Kept = kept
          Costs = costs
          Bins = even
          NumBins = numEven }
    else
        { Groups = fit
          Kept = kept
          Costs = costs
          Bins = Bins.fill allocation.MicroBatchTokens (wantedTokens allocation) numBins costs
          NumBins = numBins }

let private dropUnplaced (plan: TokenPlan) =
    let fates = plan.Groups |> Array.map (fun group -> Array.copy group.Fates)

    for at in 0 .. plan.Kept.Length - 1 do
        if plan.Bins[at] < 0 then
            let struct (group, completion) = plan.Kept[at]
            fates[group][completion] <- Dropped NoRoom

    Array.map2 (fun (group: PrunedGroup) fates -> { group with Fates = fates }) plan.Groups fates

/// The fates of all completions of a batch, its groups in order: those that are kept have room in the update, the others are
/// dropped with the reason. `Completions`: whole groups while devices * B * G completions are not exceeded. `Tokens`: earlier groups
/// first, but the last completions of each micro-batch are those that fill it best. `Off`: all.
let admit (allocation: AllocationSettings) (groups: PrunedGroup[]) : PrunedGroup[] =
    match allocation.Mode with
    | Off -> dropUnfit allocation groups
    | Completions -> dropUnfit allocation groups |> admitCompletions (completionCapacity allocation)
    | Tokens -> planTokens allocation groups |> dropUnplaced

let private ceilingOf (amount: int64) (part: int64) = int ((amount + part - 1L) / part)

/// Questions still wanted in mode `Tokens`: 0 when every micro-batch is 97 % full, else the missing tokens over the mean of the
/// groups so far, the ones without room for anything included.
let private missingByTokens (allocation: AllocationSettings) (groups: PrunedGroup[]) =
    let plan = planTokens allocation groups
    let loads = Bins.loads plan.NumBins plan.Bins plan.Costs

    let wanted = wantedTokens allocation

    let numBins = allocation.NumDevices * allocation.MicroBatchesPerDevice

    let isFull =
        plan.NumBins = numBins && loads |> Array.forall (fun load -> load >= wanted)

    let total = plan.Costs |> Array.sumBy int64

    if isFull then
        0
    elif total = 0L then
        unprunedQuestions allocation
    else
        max 1 (ceilingOf ((tokenCapacity allocation - total) * int64 groups.Length) total)

/// Questions still wanted by count: what the dropped groups left.
let private missingByCount (allocation: AllocationSettings) (prune: PruneSettings) (groups: PrunedGroup[]) =
    let isCounted group =
        not allocation.DropZeroAdvantage || hasSpread group

    questionsPerUpdate allocation prune - (groups |> Array.filter isCounted).Length

/// Questions still wanted where the rule fixes no k: the room over the mean of kept completions so far.
let private missingByKept (allocation: AllocationSettings) (groups: PrunedGroup[]) =
    let kept = dropUnfit allocation groups |> Array.sumBy numKept
    let room = completionCapacity allocation - kept

    if kept = 0 then
        unprunedQuestions allocation
    else
        int (int64 room * int64 groups.Length / int64 kept)

/// How many more questions a batch should ask for, given all its groups so far: 0 when it is complete. It depends on nothing else,
/// so a run asks the same again. Without groups it is the first round, `questionsPerUpdate`. `Completions` and `Off` ask for what
/// `DropZeroAdvantage` dropped, and `Completions` also for what rules without a fixed k left; `Tokens` for what its room still needs.
let nextRound (allocation: AllocationSettings) (prune: PruneSettings) (groups: PrunedGroup[]) : int =
    if groups.Length = 0 then
        questionsPerUpdate allocation prune
    else
        match allocation.Mode with
        | Tokens -> missingByTokens allocation groups
        | Completions when prune.Rule.KeptOf(prune.Keep, allocation.GroupSize).IsNone -> missingByKept allocation groups
        | Completions
        | Off -> missingByCount allocation prune groups
        |> max 0
