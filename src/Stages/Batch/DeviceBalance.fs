/// How evenly the update devices are loaded: the mean of their tokens over the largest, 0 .. 1. All wait for the device with the most,
/// so 1 - balance is the share of device time that is lost; 1 with one device, or without work.
module Cppo.Stages.Batch.DeviceBalance

open Cppo.Stages

/// Mean over largest of the devices' loads, shape [device]. Example: [30; 10] -> 20 / 30.
let ofLoads (loads: int64[]) : float =
    let largest = Array.fold max 0L loads

    if largest = 0L then
        1.0
    else
        float (Array.sum loads) / float loads.Length / float largest

/// The balance of micro-batches as they are packed, shape [device][micro-batch].
let ofMicroBatches (microBatches: MicroBatch[][]) : float =
    microBatches
    |> Array.map (Array.sumBy (fun microBatch -> int64 microBatch.NumTokens))
    |> ofLoads

/// The balance where each device trains on questions of its own, as in the paper: question i of the batch on device i mod n, with
/// those of its completions for which `isTrained` (group, completion) holds.
let ofOwnQuestions (numDevices: int) (isTrained: int -> int -> bool) (groups: PrunedGroup[]) : float =
    let loads = Array.zeroCreate<int64> numDevices

    groups
    |> Array.iteri (fun at group ->
        for completion in 0 .. group.Fates.Length - 1 do
            if isTrained at completion then
                let device = at % numDevices
                let tokens = Allocate.cost group.Advantaged.Scored.Rollout completion
                loads[device] <- loads[device] + int64 tokens)

    ofLoads loads

/// |A|, rounded as pruning does it; -1 for what no micro-batch could hold.
let private size (group: PrunedGroup) (completion: int) =
    if group.Fates[completion] = Dropped TooLong then
        -1.0
    else
        abs (Prune.Prune.rounded group.Advantaged.Advantages[completion])

/// The gamma of eq. 7 that keeps as many completions as the fates do: the N-th largest |A| of all, where N are kept. Completions that
/// tie with it stay too, so that it may keep more. None where nothing is kept.
let gammaOf (groups: PrunedGroup[]) : float voption =
    let numKept = groups |> Array.sumBy _.KeptIndices.Length

    let sizes =
        groups
        |> Array.collect (fun group -> Array.init group.Fates.Length (size group))
        |> Array.sortDescending

    if numKept = 0 then
        ValueNone
    else
        ValueSome sizes[numKept - 1]

/// The balance that eq. 7 would have on the same groups: |A| >= gamma decides which completions stay, wherever they are, and each device
/// trains on its own questions. One with more of them makes the others wait (the paper's bucket effect), whereas top-k leaves each
/// question, and so each device, the same number.
let ofThreshold (numDevices: int) (groups: PrunedGroup[]) : float =
    match gammaOf groups with
    | ValueNone -> 1.0
    | ValueSome gamma ->
        groups
        |> ofOwnQuestions numDevices (fun at completion -> size groups[at] completion >= gamma)
