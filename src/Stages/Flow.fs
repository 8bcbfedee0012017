namespace Cppo.Stages

open System

/// One message of a chat.
type Turn =
    {
        /// `system`, `user` or `assistant`.
        Role: string
        /// The message's text.
        Content: string
    }

/// One row of a dataset.
type Question =
    {
        /// Unique within its dataset.
        Id: string
        /// What is asked, as the dataset has it; of a chat the last turn, which is the user's.
        Text: string
        /// The gold answer, as the dataset has it.
        Answer: string
        /// Place in the endless shuffled stream of questions, from 0; it differs for the same row in the next epoch, and
        /// all randomness of the group's completions is counted from it.
        Ordinal: int64
        /// The turns of a chat before the last one, of which the first may be a system turn; none where a question stands alone.
        Earlier: Turn[]
    }

/// Why a completion ended.
type FinishReason =
    /// The model emitted a stop token; it is the last of the completion's token ids.
    | Stop
    /// The completion reached its maximal number of tokens.
    | Length

/// One sampled answer.
type Completion =
    {
        /// Place in its group, 0 .. G-1.
        Index: int
        /// Shape [T], T >= 1; ends with the stop token where the finish reason is `Stop`.
        TokenIds: int[]
        /// Shape [T]: natural log of the probability with which each token was drawn (temperature applied).
        GenerationLogprobs: float32[]
        /// The decoded tokens without special tokens.
        Text: string
        /// Why it ended.
        FinishReason: FinishReason
    }

/// The G completions of one question, drawn by one policy version.
type RolloutGroup =
    {
        /// What was asked.
        Question: Question
        /// The rendered prompt, shape [P].
        PromptTokenIds: int[]
        /// The batch, from 0, that this group was generated for.
        Batch: int
        /// The version that sampled all of them.
        PolicyVersion: int
        /// The rollout device.
        Device: string
        /// Shape [G], in the order of their index.
        Completions: Completion[]
        /// When the last of them ended.
        GeneratedAt: DateTimeOffset
    }

/// One named reward of one completion.
type RewardPart =
    {
        /// As configured.
        Name: string
        /// Before weighting.
        Value: float
    }

/// All rewards of one completion.
type CompletionReward =
    {
        /// The weighted sum of the parts.
        Total: float
        /// In the order of the configuration.
        Parts: RewardPart[]
        /// The answer found in the completion; empty where there is none.
        ExtractedAnswer: string
        /// Which rule decided, in words.
        Reason: string
        /// Whether the answer counts as right (any accuracy reward above zero).
        Correct: bool
    }

/// What one of the user's own rewards gave a group's completions.
type CustomScores =
    {
        /// As configured.
        Name: string
        /// Shape [G], finite, before weighting.
        Values: float[]
        /// Shape [G]; empty where there is none.
        Reasons: string[]
    }

/// A rollout group and its rewards, shape [G].
type ScoredGroup =
    {
        /// Question and completions.
        Rollout: RolloutGroup
        /// Shape [G], in the order of the completions.
        Rewards: CompletionReward[]
    }

/// A scored group and its advantages, shape [G].
type AdvantagedGroup =
    {
        /// Completions and rewards.
        Scored: ScoredGroup
        /// Shape [G], in the order of the completions.
        Advantages: float[]
        /// Mean of the total rewards.
        RewardMean: float
        /// Sample standard deviation (n-1).
        RewardStd: float
    }

/// Why a completion is not trained on, apart from pruning.
type DropReason =
    /// All rewards of its group are equal, and the configuration gives such groups no room.
    | ZeroAdvantage
    /// The update's capacity was full before its group's turn.
    | NoRoom
    /// Prompt and completion together exceed what one micro-batch holds.
    | TooLong

/// What becomes of a completion. Every completion has exactly one fate.
type Fate =
    /// It is trained on.
    | Kept
    /// The pruning rule left it out.
    | Pruned
    /// It was to be kept, and is not trained on for another reason.
    | Dropped of DropReason

/// An advantaged group and the fate of each completion, shape [G].
type PrunedGroup =
    {
        /// Completions, rewards and advantages.
        Advantaged: AdvantagedGroup
        /// Shape [G], in the order of the completions.
        Fates: Fate[]
    }

    /// The indices of the completions to train on, ascending.
    member group.KeptIndices =
        group.Fates
        |> Array.indexed
        |> Array.filter (fun (_, fate) -> fate = Kept)
        |> Array.map fst

    /// The group with one fate for all its completions that were to be kept.
    member group.Drop(reason: DropReason) =
        { group with
            Fates =
                group.Fates
                |> Array.map (fun fate -> if fate = Kept then Dropped reason else fate) }

/// One kept completion, ready for a micro-batch.
type TrainingSample =
    {
        /// Index of its prompt in the micro-batch's `Prompts`.
        Prompt: int
        /// Index of its group in the training batch's `Groups`.
        Group: int
        /// Index of the completion in its group.
        Completion: int
        /// Shape [T].
        TokenIds: int[]
        /// Shape [T].
        GenerationLogprobs: float32[]
        /// Of the completion; all its tokens share it.
        Advantage: float
        /// The factor of each of its tokens' terms in the update's loss: the sum over all tokens of the update of
        /// weight times term is the loss. `sequenceMean`: 1 / (questions * its question's kept * T), in prune scope `batch`
        /// 1 / (all kept completions * T); `tokenMean`: 1 / (all kept tokens).
        TokenWeight: float
    }

/// What one device processes in one forward and backward pass. Prompts are stated once and shared by their samples.
type MicroBatch =
    {
        /// Index of the update device.
        Device: int
        /// Index among the device's micro-batches of this update.
        Index: int
        /// Token ids of the distinct prompts; the samples of one prompt are adjacent.
        Prompts: int[][]
        /// The completions to train on.
        Samples: TrainingSample[]
        /// The most tokens that a micro-batch may hold.
        TokenCapacity: int
        /// Prompt and completion tokens of all samples, each sample counted with its prompt.
        NumTokens: int
    }

/// All that one update trains on and all that was generated for it.
type TrainingBatch =
    {
        /// The batch, from 0; its update makes policy version Index + 1.
        Index: int
        /// Every group that was generated for this batch, trained or not.
        Groups: PrunedGroup[]
        /// Shape [device][micro-batch]; a device's micro-batches are processed in order and their gradients summed.
        MicroBatches: MicroBatch[][]
        /// The questions with at least one kept completion.
        NumQuestions: int
        /// Kept completions.
        NumSamples: int
        /// Completion tokens of the kept completions.
        NumLossTokens: int
        /// What is kept over what allocation has room for, 0 .. 1: completions over devices * B * G, in mode `tokens` tokens over
        /// those of all micro-batches that the devices may have.
        CapacityFill: float
        /// Tokens in micro-batches over what these hold, 0 .. 1.
        TokenFill: float
        /// The smallest of the versions that generated its groups.
        OldestPolicyVersion: int
    }

    /// The batch as another one of the run.
    member batch.WithIndex(index: int) = { batch with Index = index }

    /// The batch with its work in other arrays.
    member batch.WithMicroBatches(microBatches: MicroBatch[][]) =
        { batch with
            MicroBatches = microBatches }

/// How far the generation logprobs of the tokens trained on are from the policy's own, as the update's first pass met them. It is what
/// staleness, another precision of rollouts and a restriction of sampling (top-p and the like) make of it; shares are 0 .. 1.
type GenerationGap =
    {
        /// Mean of |policyLogprob - generationLogprob|.
        Mean: float
        /// Largest |policyLogprob - generationLogprob|.
        Largest: float
        /// Share of tokens where it is above 0.01.
        LargeShare: float
        /// Mean of exp(policyLogprob - generationLogprob).
        RatioMean: float
        /// Share of tokens whose importance weight is the cap.
        CappedShare: float
        /// Share of tokens that are outside the importance band.
        MaskedShare: float
        /// The tokens that were compared.
        NumTokens: int
    }

/// What one update did.
type UpdateReport =
    {
        /// The batch that was trained on, from 0.
        Batch: int
        /// The version that the update made.
        PolicyVersion: int
        /// The update's loss, mean over its passes.
        Loss: float
        /// The surrogate's part of the loss.
        PolicyLoss: float
        /// Mean k3 estimate of KL(policy || reference), weighted like the loss; 0 where beta is 0, as no reference runs then.
        Kl: float
        /// Share of tokens whose ratio was clipped, 0 .. 1.
        ClipRatio: float
        /// Mean of -policyLogprob over the trained tokens.
        Entropy: float
        /// Global L2 norm before clipping, of the last pass.
        GradientNorm: float
        /// Of the update's optimizer steps.
        LearningRate: float
        /// Updates between the version that generated the batch and the one that the update trained.
        Staleness: int
        /// Wall-clock seconds of forward, backward and step over all passes.
        Seconds: float
        /// Passes whose optimizer steps were left out, because the gradient's norm was a spike.
        StepsSkipped: int
        /// Of the first pass; zeros where no token was trained on.
        GenerationGap: GenerationGap
    }
