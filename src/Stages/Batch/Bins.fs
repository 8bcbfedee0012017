/// Placing things of given sizes in bins of one capacity, deterministically.
module internal Cppo.Stages.Batch.Bins

open System

/// Things from which the last gap of a bin is filled exactly; more would cost time and hardly close it better.
let private maxCandidates = 96

/// The rooms in a bin, in mean sizes, that are left to the exact choice; each is tried until the bins are full enough.
let private exactMeans = [| 4; 6; 3; 8; 5; 12; 2; 16 |]

/// The subset of sizes with the largest sum that does not exceed the room (0/1 knapsack by sums); earlier things are preferred
/// for the same sum. Cost: sizes times room.
let private bestSubset (room: int) (sizes: int[]) : int[] =
    let lastOf = Array.create (room + 1) -1

    for thing in 0 .. sizes.Length - 1 do
        for sum in room .. -1 .. sizes[thing] do
            let rest = sum - sizes[thing]

            if lastOf[sum] < 0 && (rest = 0 || (lastOf[rest] >= 0 && lastOf[rest] < thing)) then
                lastOf[sum] <- thing

    let chosen = ResizeArray<int>()
    let mutable sum = Array.FindLastIndex(lastOf, (fun thing -> thing >= 0))

    while sum > 0 do
        chosen.Add lastOf[sum]
        sum <- sum - sizes[lastOf[sum]]

    chosen.ToArray()

/// Fills one bin from the waiting things: in their order while much room is left, then by the subset that fills the rest best.
let private fillOne (capacity: int) (exactRoom: int) (sizes: int[]) (waiting: int[]) : int[] =
    let mutable room = capacity
    let mutable numTaken = 0

    while numTaken < waiting.Length && room - sizes[waiting[numTaken]] >= exactRoom do
        room <- room - sizes[waiting[numTaken]]
        numTaken <- numTaken + 1

    let candidates = waiting |> Array.skip numTaken |> Array.truncate maxCandidates
    let chosen = candidates |> Array.map (fun thing -> sizes[thing]) |> bestSubset room
    Array.append (Array.take numTaken waiting) (chosen |> Array.map (fun at -> candidates[at]))

/// The total size in each bin.
let loads (numBins: int) (bins: int[]) (sizes: int[]) : int[] =
    let loads = Array.zeroCreate<int> numBins

    for thing in 0 .. sizes.Length - 1 do
        if bins[thing] >= 0 then
            loads[bins[thing]] <- loads[bins[thing]] + sizes[thing]

    loads

/// Fills bins one after the other, leaving so much room in each to the exact choice.
let private fillInTurn (capacity: int) (numBins: int) (sizes: int[]) (exactRoom: int) : int[] =
    let bins = Array.create sizes.Length -1
    let mutable waiting = Array.init sizes.Length id

    for bin in 0 .. numBins - 1 do
        for thing in fillOne capacity exactRoom sizes waiting do
            bins[thing] <- bin

        waiting <- waiting |> Array.filter (fun thing -> bins[thing] < 0)

    bins

/// Fills bins as full as they get, earlier things first: the bin of each thing, -1 for those that stay out. Takes the first of some
/// tries that loads each bin with at least `wanted`, else the one whose least loaded bin is the fullest. No size may exceed the capacity.
let fill (capacity: int) (wanted: int) (numBins: int) (sizes: int[]) : int[] =
    let mean =
        if sizes.Length = 0 then
            0
        else
            Array.sum sizes / sizes.Length

    let rooms =
        exactMeans
        |> Array.map (fun means -> min capacity (means * mean))
        |> Array.distinct

    let mutable best = Array.create sizes.Length -1
    let mutable bestLoad = -1
    let mutable at = 0

    while at < rooms.Length && bestLoad < wanted do
        let bins = fillInTurn capacity numBins sizes rooms[at]
        let least = Array.min (loads numBins bins sizes)

        if least > bestLoad then
            best <- bins
            bestLoad <- least

        at <- at + 1

    best

/// Puts things, largest first, where `choose` says, given the loads so far; none as soon as one has no place.
let private placeLargestFirst (choose: int[] -> int -> int) (numBins: int) (sizes: int[]) : int[] option =
    let loads = Array.zeroCreate<int> numBins
    let bins = Array.create sizes.Length -1

    let order =
        Array.init sizes.Length id
        |> List.ofArray
        |> List.sortBy (fun thing -> -sizes[thing])

    let mutable fits = true

    for thing in order do
        let bin = if fits then choose loads sizes[thing] else -1

        if bin < 0 then
            fits <- false
        else
            bins[thing] <- bin
            loads[bin] <- loads[bin] + sizes[thing]

    if fits then Some bins else None

/// The least loaded bin, if the size fits there.
let private leastLoaded (capacity: int) (loads: int[]) (size: int) =
    let bin = Array.IndexOf(loads, Array.min loads)
    if loads[bin] + size <= capacity then bin else -1

/// The fullest bin that still has room.
let private bestFit (capacity: int) (loads: int[]) (size: int) =
    let mutable best = -1

    for bin in 0 .. loads.Length - 1 do
        if loads[bin] + size <= capacity && (best < 0 || loads[bin] > loads[best]) then
            best <- bin

    best

/// Places all things in the fewest bins, a multiple of `step`, that a largest-first placement finds: evenly where the least loaded
/// bin always has room, else by best fit. The bin of each thing and the number of bins; no size may exceed the capacity.
let balance (capacity: int) (step: int) (sizes: int[]) : struct (int[] * int) =
    let total = sizes |> Array.sumBy int64
    let fewest = int ((total + int64 capacity - 1L) / int64 capacity)

    let rec attempt numBins =
        let placed =
            placeLargestFirst (leastLoaded capacity) numBins sizes
            |> Option.orElseWith (fun () -> placeLargestFirst (bestFit capacity) numBins sizes)

        match placed with
        | Some bins -> struct (bins, numBins)
        | None -> attempt (numBins + step)

    if sizes.Length = 0 then
        struct ([||], 0)
    else
        attempt ((max 1 fewest + step - 1) / step * step)

/// Deals bins to devices, the fullest first and back and forth, so that counts differ by at most one and loads by little: for each
/// device its bins, fullest first.
let deal (numDevices: int) (loads: int[]) : int[][] =
    let order =
        Array.init loads.Length id
        |> List.ofArray
        |> List.sortBy (fun bin -> -loads[bin])
        |> Array.ofList

    let deviceOf turn =
        let place = turn % numDevices

        if turn / numDevices % 2 = 0 then
            place
        else
            numDevices - 1 - place

    Array.init numDevices (fun device ->
        order
        |> Array.indexed
        |> Array.filter (fun (turn, _) -> deviceOf turn = device)
        |> Array.map snd)
