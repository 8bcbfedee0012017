/// Kept completions to micro-batches within a token budget, spread over the update devices.
module Cppo.Stages.Batch.Pack

open Cppo.Stages
open Cppo.Stages.Prune
open Cppo.Stages.Objective

/// Device loads that differ by less than this share are even enough to keep each question's completions together.
let private evenShare = 0.05

/// A run of kept completions of one group that go to the same micro-batch.
type private Unit =
    { Group: int
      Completions: int[]
      Cost: int }

let private rolloutOf (group: PrunedGroup) = group.Advantaged.Scored.Rollout

/// The factor of each token term of a kept completion, see `TrainingSample.TokenWeight`.
let private tokenWeight (settings: PackSettings) (groups: PrunedGroup[]) : int -> int -> float =
    let numKept = groups |> Array.map _.KeptIndices.Length
    let numQuestions = numKept |> Array.filter (fun kept -> kept > 0) |> Array.length
    let numSamples = Array.sum numKept

    let length group completion =
        (rolloutOf groups[group]).Completions[completion].TokenIds.Length

    let numTokens =
        Allocate.keptOf groups
        |> Array.sumBy (fun (struct (group, completion)) -> int64 (length group completion))

    fun group completion ->
        settings.Aggregation.TokenWeight
            { NumTokens = length group completion
              NumKept = numKept[group]
              NumQuestions = numQuestions
              NumSamples = numSamples
              NumLossTokens = numTokens
              Scope = settings.Scope }

let private costOf (groups: PrunedGroup[]) group completions =
    completions |> Array.sumBy (Allocate.cost (rolloutOf groups[group]))

/// One unit a question, or one a completion where a question's completions exceed a micro-batch together.
let private unitsByQuestion (capacity: int) (groups: PrunedGroup[]) : Unit[] =
    let unitOf group completions =
        { Group = group
          Completions = completions
          Cost = costOf groups group completions }

    groups
    |> Array.mapi (fun at group ->
        let whole = unitOf at group.KeptIndices

        if whole.Completions.Length = 0 then
            [||]
        elif whole.Cost <= capacity then
            [| whole |]
        else
            whole.Completions |> Array.map (fun completion -> unitOf at [| completion |]))
    |> Array.concat

let private unitsByCompletion (groups: PrunedGroup[]) : Unit[] =
    let kept = Allocate.keptOf groups
    let costs = Allocate.costsOf groups kept

    Array.map2
        (fun (struct (group, completion)) cost ->
            { Group = group
              Completions = [| completion |]
              Cost = cost })
        kept
        costs

/// Units in their bins, shape [bin][unit], units in order; empty bins are left out.
let private gather (numBins: int) (bins: int[]) (units: Unit[]) : Unit[][] =
    Array.init numBins (fun bin ->
        units
        |> Array.indexed
        |> Array.filter (fun (at, _) -> bins[at] = bin)
        |> Array.map snd)
    |> Array.filter (fun units -> units.Length > 0)

let private load (units: Unit[]) = units |> Array.sumBy _.Cost

/// Micro-batches of units dealt to devices, shape [device][micro-batch][unit].
let private dealUnits (numDevices: int) (bins: Unit[][]) =
    bins
    |> Array.map load
    |> Bins.deal numDevices
    |> Array.map (Array.map (fun bin -> bins[bin]))

/// How far the devices' tokens are apart, as a share of the largest; devices without work count.
let private unevenness (devices: Unit[][][]) =
    let loads = devices |> Array.map (Array.sumBy load)
    float (Array.max loads - Array.min loads) / float (max 1 (Array.max loads))

/// All kept completions in as many micro-batches as they need, questions whole where the devices' tokens come out even, else split.
let private spread (allocation: AllocationSettings) (groups: PrunedGroup[]) : Unit[][][] =
    let place units =
        let sizes = units |> Array.map _.Cost

        let struct (bins, numBins) =
            Bins.balance allocation.MicroBatchTokens allocation.NumDevices sizes

        struct (numBins, dealUnits allocation.NumDevices (gather numBins bins units))

    let struct (numWhole, whole) =
        place (unitsByQuestion allocation.MicroBatchTokens groups)

    if unevenness whole <= evenShare then
        whole
    else
        let struct (numSplit, split) = place (unitsByCompletion groups)

        if numSplit < numWhole || unevenness split < unevenness whole then
            split
        else
            whole

/// The micro-batches that the token plan filled.
let private filled (allocation: AllocationSettings) (plan: Allocate.TokenPlan) : Unit[][][] =
    let units =
        Array.map2
            (fun (struct (group, completion)) cost ->
                { Group = group
                  Completions = [| completion |]
                  Cost = cost })
            plan.Kept
            plan.Costs

    dealUnits allocation.NumDevices (gather plan.NumBins plan.Bins units)

/// A micro-batch of units: each prompt once, the samples of one prompt adjacent.
let private microBatch weight capacity (groups: PrunedGroup[]) device index (units: Unit[]) : MicroBatch =
    let byGroup = units |> Array.groupBy _.Group |> Array.sortBy fst

    let samplesOf prompt (group, units: Unit[]) =
        let advantaged = groups[group].Advantaged

        units
        |> Array.collect _.Completions
        |> Array.sort
        |> Array.map (fun completion ->
            let drawn = advantaged.Scored.Rollout.Completions[completion]

            { Prompt = prompt
              Group = group
              Completion = completion
              TokenIds = drawn.TokenIds
              GenerationLogprobs = drawn.GenerationLogprobs
              Advantage = advantaged.Advantages[completion]
              TokenWeight = weight group completion })

    { Device = device
      Index = index
      Prompts =
        byGroup
        |> Array.map (fun (group, _) -> (rolloutOf groups[group]).PromptTokenIds)
      Samples = byGroup |> Array.mapi samplesOf |> Array.concat
      TokenCapacity = capacity
      NumTokens = load units }

let private tokensOf (microBatches: MicroBatch[]) =
    microBatches |> Array.sumBy (fun microBatch -> int64 microBatch.NumTokens)

let private tokenFill (microBatches: MicroBatch[]) =
    let capacity =
        microBatches |> Array.sumBy (fun microBatch -> int64 microBatch.TokenCapacity)

    if capacity = 0L then
        0.0
    else
        float (tokensOf microBatches) / float capacity

/// The training batch of all groups that were generated for it, in order. `Allocate.admit` decides what is trained, and its fates
/// are in the result's groups; each kept completion is in exactly one micro-batch. Devices have equally many micro-batches where
/// there is enough to train (else some have one less, or none) and about equally many tokens. Same input, same batch.
let toBatch (settings: PackSettings) (batch: int) (groups: PrunedGroup[]) : TrainingBatch =
    let allocation = settings.Allocation
    let admitted = Allocate.admit allocation groups

    let placed =
        match allocation.Mode with
        | Tokens -> filled allocation (Allocate.planTokens allocation groups)
        | Completions
        | Off -> spread allocation admitted

    let weight = tokenWeight settings admitted

    let microBatches =
        placed
        |> Array.mapi (fun device -> Array.mapi (microBatch weight allocation.MicroBatchTokens admitted device))

    let all = Array.concat microBatches
    let samples = all |> Array.collect _.Samples

    { Index = batch
      Groups = admitted
      MicroBatches = microBatches
      NumQuestions =
        admitted
        |> Array.filter (fun group -> group.KeptIndices.Length > 0)
        |> Array.length
      NumSamples = samples.Length
      NumLossTokens = samples |> Array.sumBy _.TokenIds.Length
      CapacityFill = Allocate.capacityFill allocation samples.Length (tokensOf all)
      TokenFill = tokenFill all
      OldestPolicyVersion =
        if admitted.Length = 0 then
            batch
        else
            admitted
            |> Array.map (fun group -> (rolloutOf group).PolicyVersion)
            |> Array.min }
