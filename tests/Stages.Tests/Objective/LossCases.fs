/// Golden cases of the loss, and how the stages run them: advantage, prune, pack into several micro-batches on two devices, objective.
module internal Cppo.Stages.Tests.Objective.LossCases

open System
open System.IO
open System.Text.Json
open Xunit
open Cppo.Stages.Tests
open Cppo.Stages
open Cppo.Stages.Advantage
open Cppo.Stages.Prune
open Cppo.Stages.Objective
open Cppo.Stages.Batch

let tolerance = 1e-8

/// One case of a golden file.
type Case =
    { Id: string
      Json: JsonElement }

    member case.Config(name: string) =
        case.Json.GetProperty("config").GetProperty name

    member case.Input(name: string) =
        case.Json.GetProperty("inputs").GetProperty name

    member case.Expected(name: string) =
        case.Json.GetProperty("expected").GetProperty name

    override case.ToString() = case.Id

let floats (json: JsonElement) =
    [| for value in json.EnumerateArray() -> value.GetDouble() |]

let ints (json: JsonElement) =
    [| for value in json.EnumerateArray() -> value.GetInt32() |]

let rows (json: JsonElement) =
    [| for row in json.EnumerateArray() -> floats row |]

let casesOf (path: string) =
    let root = JsonDocument.Parse(File.ReadAllText path).RootElement

    match root.TryGetProperty "cases" with
    | true, cases ->
        [| for case in cases.EnumerateArray() ->
               { Id = Repository.text (case.GetProperty "id")
                 Json = case } |]
    | _ -> [||]

let all = lazy (Repository.goldenFiles "loss" "*.json" |> Array.collect casesOf)

let find (id: string) =
    all.Value |> Array.find (fun case -> case.Id = id)

let close (what: string) (expected: float) (actual: float) =
    let difference = abs (expected - actual)
    Assert.True(difference <= tolerance * max 1.0 (abs expected), $"{what}: expected {expected}, got {actual}")

let closeAll (what: string) (expected: float[]) (actual: float[]) =
    Assert.Equal(expected.Length, actual.Length)
    Array.iteri2 (fun at expected actual -> close $"{what}[{at}]" expected actual) expected actual

/// The local completions as groups: the advantages come from whole groups, of which a rank may hold a part.
let groups (epsilon: float) (case: Case) : AdvantagedGroup[] =
    let size = case.Config("group_size").GetInt32()
    let first = case.Config("local_offset").GetInt32()
    let numLocal = case.Config("completions_local").GetInt32()
    let lengths = ints (case.Input "lengths")
    let rewards = floats (case.Input "rewards")

    rewards
    |> Array.chunkBySize size
    |> Array.mapi (fun at rewards ->
        let scored = Build.scored at 1 (Array.create size 1) rewards
        let group = Advantage.compute { Epsilon = epsilon } scored

        let isLocal index =
            index >= first && index < first + numLocal

        let places = Array.init size (fun j -> at * size + j) |> Array.filter isLocal

        { group with
            Advantages = places |> Array.map (fun place -> group.Advantages[place - at * size])
            Scored =
                { Rollout =
                    Build.rollout
                        at
                        ""
                        1
                        (places
                         |> Array.mapi (fun index place -> Build.completion index lengths[place - first] ""))
                  Rewards = places |> Array.map (fun place -> Build.reward rewards[place - at * size]) } })
    |> Array.filter (fun group -> group.Advantages.Length > 0)

let localIndices (pruned: PrunedGroup[]) =
    let starts = pruned |> Array.scan (fun start group -> start + group.Fates.Length) 0

    pruned
    |> Array.mapi (fun at group -> group.KeptIndices |> Array.map (fun index -> starts[at] + index))
    |> Array.concat

/// The groups with exactly these local indices kept.
let feed (kept: int[]) (groups: AdvantagedGroup[]) : PrunedGroup[] =
    let starts =
        groups |> Array.scan (fun start group -> start + group.Advantages.Length) 0

    groups
    |> Array.mapi (fun at group ->
        { Advantaged = group
          Fates =
            group.Advantages
            |> Array.mapi (fun index _ ->
                if Array.contains (starts[at] + index) kept then
                    Kept
                else
                    Pruned) })

let rule (case: Case) =
    match case.Config("metric").GetString() with
    | "smallest" -> LowestAbsolute.rule
    | "largest" -> HighestAbsolute.rule
    | _ -> RandomChoice.rule

let settings (case: Case) : ObjectiveSettings =
    { Surrogate = Clipped.surrogate
      EpsilonLow = case.Config("epsilon").GetDouble()
      EpsilonHigh = case.Config("epsilon").GetDouble()
      Beta = case.Config("beta").GetDouble() }

/// The reference's logprobs of all local completions, where the case gives them.
let referenceLogprobs (case: Case) : float[][] option =
    let given = case.Input "ref_per_token_logps"

    if given.ValueKind = JsonValueKind.Null then
        None
    else
        Some(rows given)

/// Mean over the kept completions of the mean k3 over their tokens, from the case's numbers alone.
let givenKl (case: Case) (kept: int[]) : float option =
    let policy, lengths =
        rows (case.Input "per_token_logps"), ints (case.Input "lengths")

    let meanOf (reference: float[][]) place =
        Array.map2 (fun policy reference -> exp (reference - policy) - (reference - policy) - 1.0) policy[place] reference[place]
        |> Array.truncate lengths[place]
        |> Array.average

    referenceLogprobs case
    |> Option.map (fun reference -> kept |> Array.averageBy (meanOf reference))

/// Room for the longest kept completion, and for a quarter of them all where that is more: two or more never share one micro-batch.
let microBatchTokens (pruned: PrunedGroup[]) =
    let costs =
        pruned
        |> Array.collect (fun group -> group.KeptIndices |> Array.map (Allocate.cost group.Advantaged.Scored.Rollout))

    max (Array.max costs) (Array.sum costs / 4)

/// The result of a whole update and its gradient by local index.
let evaluate (case: Case) (aggregation: Aggregation) (scope: PruneScope) (pruned: PrunedGroup[]) =
    let allocation =
        { Build.allocation Off with
            NumDevices = 2
            MicroBatchTokens = microBatchTokens pruned }

    let batch =
        Pack.toBatch
            { Allocation = allocation
              Aggregation = aggregation
              Scope = scope }
            0
            pruned

    let starts = pruned |> Array.scan (fun start group -> start + group.Fates.Length) 0
    let policy = rows (case.Input "per_token_logps")
    let old = case.Input "old_per_token_logps"

    let generation =
        if old.ValueKind = JsonValueKind.Null then
            policy
        else
            rows old

    let reference = referenceLogprobs case

    let gradient = Array.create policy.Length [||]

    let evaluateMicroBatch (microBatch: MicroBatch) =
        let places =
            microBatch.Samples
            |> Array.map (fun sample -> starts[sample.Group] + sample.Completion)

        let rowsOf (values: float[][]) =
            Array.map2 (fun place (sample: TrainingSample) -> Array.take sample.TokenIds.Length values[place]) places microBatch.Samples

        let samples =
            Array.map2
                (fun (sample: TrainingSample) logprobs ->
                    { GenerationLogprobs = logprobs
                      Advantage = sample.Advantage
                      TokenWeight = sample.TokenWeight })
                microBatch.Samples
                (rowsOf generation)

        let result =
            Objective.evaluateDouble (settings case) samples (rowsOf policy) (reference |> Option.map rowsOf |> Option.defaultValue [||])

        Array.iteri2 (fun _ place row -> gradient[place] <- row) places result.Gradient
        result

    let result =
        batch.MicroBatches
        |> Array.concat
        |> Array.map evaluateMicroBatch
        |> Objective.combine

    Assert.Equal(pruned |> Array.sumBy _.KeptIndices.Length, batch.NumSamples)

    Assert.True(
        batch.MicroBatches[0].Length + batch.MicroBatches[1].Length > 1
        || batch.NumSamples = 1
    )

    struct (result, gradient)

let checkGradient (kept: int[]) (expected: JsonElement) (gradient: float[][]) =
    Array.iteri2
        (fun at place expected ->
            let actual = gradient[place]
            closeAll $"gradient of kept {at}" (Array.truncate actual.Length expected) actual
            Assert.All(Array.skip actual.Length expected, fun masked -> Assert.Equal(0.0, masked)))
        kept
        (rows expected)

    gradient
    |> Array.iteri (fun place row ->
        if not (Array.contains place kept) then
            Assert.Empty row)

/// Checks our choice against theirs, exactly or, at ties, by the multiset of |A|; then goes on with theirs.
let checkKept (expected: JsonElement) (groups: AdvantagedGroup[]) (ours: PrunedGroup[]) : PrunedGroup[] =
    let kept = ints (expected.GetProperty "kept_indices")

    if expected.GetProperty("tie_at_threshold").GetBoolean() then
        let advantages = groups |> Array.collect _.Advantages

        let magnitudes indices =
            indices |> Array.map (fun at -> abs advantages[at]) |> Array.sort

        closeAll "kept |A|" (magnitudes kept) (magnitudes (localIndices ours))
    else
        Assert.Equal<int[]>(kept, localIndices ours)

    feed kept groups
