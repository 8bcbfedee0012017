namespace Cppo.Stages.Batch

open Cppo.Stages
open Cppo.Stages.Rewards

/// What a training batch holds, in numbers. Shares are 0 .. 1.
type BatchMetrics =
    {
        /// Groups that were generated for the batch.
        NumGroups: int
        /// Their completions: those kept, pruned and dropped together.
        NumCompletions: int
        /// Completions that are trained on.
        NumKept: int
        /// Completions that the pruning rule left out.
        NumPruned: int
        /// Completions of groups without spread.
        NumDroppedZeroAdvantage: int
        /// Completions that the update had no room for.
        NumDroppedNoRoom: int
        /// Completions that exceed a micro-batch.
        NumDroppedTooLong: int
        /// Groups whose rewards are all equal.
        NumGroupsWithoutSpread: int
        /// Mean total reward of all completions generated.
        RewardMean: float
        /// Mean of the groups' standard deviations.
        RewardStd: float
        /// Mean of each part, in the order of the configuration.
        RewardParts: RewardPart[]
        /// Share of completions with a right answer.
        Accuracy: float
        /// Share of completions that keep the format, whether it is rewarded or not.
        FormatRate: float
        /// Mean tokens of a completion.
        CompletionLengthMean: float
        /// Tokens of the longest completion.
        CompletionLengthMax: int
        /// Share of completions that reached the maximal number of tokens.
        TruncatedShare: float
        /// The four kinds of all completions.
        KindsGenerated: KindCounts
        /// The four kinds of those that are trained on.
        KindsKept: KindCounts
        /// Share of the sum of all |advantages| that the kept completions hold; 0 where all are zero.
        KeptAdvantageShare: float
        /// Prompt and completion tokens of all completions, each counted with its prompt: what one pass would forward without pruning,
        /// and the sum of the next two.
        TokensGenerated: int64
        /// Prompt and completion tokens that one pass forwards, each sample counted with its prompt.
        TokensForwarded: int64
        /// The same of the completions that are not trained on.
        TokensAvoided: int64
        /// Update devices.
        NumDevices: int
        /// Micro-batches of all devices together.
        NumMicroBatches: int
        /// See `TrainingBatch.CapacityFill`.
        CapacityFill: float
        /// See `TrainingBatch.TokenFill`.
        TokenFill: float
        /// Mean over largest tokens of the devices, as packed; 1: none waits for another.
        DeviceBalance: float
        /// The same where |A| >= gamma decides which completions stay and each device trains on its own questions (`DeviceBalance`).
        DeviceBalanceThreshold: float
        /// Updates between the oldest version that generated and the version that is trained.
        StalenessMax: int
    }

/// Pure summaries of a batch.
module Metrics =

    let private share (part: int) (whole: int) =
        if whole = 0 then 0.0 else float part / float whole

    let private mean (values: float[]) =
        if values.Length = 0 then 0.0 else Array.average values

    let private numWhere (predicate: 'item -> bool) (items: 'item[]) =
        items |> Array.sumBy (fun item -> if predicate item then 1 else 0)

    let private partMeans (rewards: CompletionReward[]) : RewardPart[] =
        match Array.tryHead rewards with
        | None -> [||]
        | Some first ->
            first.Parts
            |> Array.mapi (fun at part ->
                { Name = part.Name
                  Value = rewards |> Array.map (fun reward -> reward.Parts[at].Value) |> mean })

    let private keptAdvantageShare (groups: PrunedGroup[]) =
        let mass isCounted =
            groups
            |> Array.sumBy (fun group ->
                Array.map2
                    (fun fate (advantage: float) -> if isCounted fate then abs advantage else 0.0)
                    group.Fates
                    group.Advantaged.Advantages
                |> Array.sum)

        let all = mass (fun _ -> true)
        if all = 0.0 then 0.0 else mass ((=) Kept) / all

    let private tokensGenerated (rollouts: RolloutGroup[]) =
        rollouts
        |> Array.sumBy (fun rollout ->
            Array.init rollout.Completions.Length (Allocate.cost rollout >> int64)
            |> Array.sum)

    /// All numbers of one batch.
    let ofBatch (batch: TrainingBatch) : BatchMetrics =
        let rollouts = batch.Groups |> Array.map _.Advantaged.Scored.Rollout
        let completions = rollouts |> Array.collect _.Completions
        let rewards = batch.Groups |> Array.collect _.Advantaged.Scored.Rewards
        let fates = batch.Groups |> Array.collect _.Fates
        let numFate fate = fates |> numWhere ((=) fate)
        let lengths = completions |> Array.map _.TokenIds.Length
        let microBatches = Array.concat batch.MicroBatches

        let forwarded =
            microBatches |> Array.sumBy (fun microBatch -> int64 microBatch.NumTokens)

        let generated = tokensGenerated rollouts

        let kinds =
            Array.map2
                (fun (completion: Completion) (reward: CompletionReward) -> CompletionKinds.ofCompletion reward completion.Text)
                completions
                rewards

        let kindsGenerated = CompletionKinds.count kinds

        { NumGroups = batch.Groups.Length
          NumCompletions = completions.Length
          NumKept = numFate Kept
          NumPruned = numFate Pruned
          NumDroppedZeroAdvantage = numFate (Dropped ZeroAdvantage)
          NumDroppedNoRoom = numFate (Dropped NoRoom)
          NumDroppedTooLong = numFate (Dropped TooLong)
          NumGroupsWithoutSpread = batch.Groups |> numWhere (fun group -> group.Advantaged.RewardStd = 0.0)
          RewardMean = rewards |> Array.map _.Total |> mean
          RewardStd = batch.Groups |> Array.map _.Advantaged.RewardStd |> mean
          RewardParts = partMeans rewards
          Accuracy = share (rewards |> numWhere _.Correct) rewards.Length
          FormatRate = share (kindsGenerated.FormatAndAnswer + kindsGenerated.FormatOnly) completions.Length
          CompletionLengthMean = lengths |> Array.map float |> mean
          CompletionLengthMax = Array.fold max 0 lengths
          TruncatedShare = share (completions |> numWhere _.FinishReason.IsLength) completions.Length
          KindsGenerated = kindsGenerated
          KindsKept =
            Array.zip kinds fates
            |> Array.filter (fun (_, fate) -> fate = Kept)
            |> Array.map fst
            |> CompletionKinds.count
          KeptAdvantageShare = keptAdvantageShare batch.Groups
          TokensGenerated = generated
          TokensForwarded = forwarded
          TokensAvoided = generated - forwarded
          NumDevices = batch.MicroBatches.Length
          NumMicroBatches = microBatches.Length
          CapacityFill = batch.CapacityFill
          TokenFill = batch.TokenFill
          DeviceBalance = DeviceBalance.ofMicroBatches batch.MicroBatches
          DeviceBalanceThreshold = DeviceBalance.ofThreshold batch.MicroBatches.Length batch.Groups
          StalenessMax = Staleness.lag batch.Index batch.OldestPolicyVersion }
