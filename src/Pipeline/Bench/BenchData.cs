using Cppo.Model.Engine;
using Cppo.Stages;

namespace Cppo.Pipeline.Bench;

/// <summary>Random prompts, completions and advantages; the same on every machine.</summary>
internal sealed class BenchData
{
    /// <summary>Ids below are special tokens in many vocabularies.</summary>
    public const int FirstTokenId = 3;

    /// <summary>
    /// Questions that are generated together, as in a run that does not say otherwise: memory does not grow with all of them.
    /// </summary>
    public const int QuestionsPerCall = 16;

    /// <summary>Completions of one forward and backward pass.</summary>
    private const int SamplesPerMicroBatch = 64;

    private readonly Random random = new(0);
    private readonly BenchWorkload work;
    private readonly int vocabSize;

    public BenchData(BenchWorkload work, int vocabSize)
    {
        (this.work, this.vocabSize) = (work, vocabSize);
        Prompts = [.. Enumerable.Range(0, work.Questions).Select(_ => Tokens(Length(work.Lengths.Prompt)))];
        CompletionLengths =
        [
            .. Prompts.Select(_ => Enumerable.Range(0, work.Group).Select(_ => Length(work.Lengths.Completion)).ToArray()),
        ];
    }

    /// <summary>Token ids of each question's prompt.</summary>
    public IReadOnlyList<int[]> Prompts { get; }

    /// <summary>Tokens of each completion, shape [question][completion].</summary>
    public IReadOnlyList<int[]> CompletionLengths { get; }

    /// <summary>Completion tokens of the first <paramref name="completionsPerQuestion"/> completions of each question.</summary>
    public int NumTokens(int completionsPerQuestion) => CompletionLengths.Sum(group => group.Take(completionsPerQuestion).Sum());

    /// <summary>All completions of all questions, each as long as the workload says: no token stops one.</summary>
    public IReadOnlyList<GenerationRequest> Requests() =>
        Requests(
            Prompts.Select((prompt, question) => new GenerationPrompt(prompt, question) { MaxNewTokens = CompletionLengths[question] }),
            work.Lengths.Completion[^1]
        );

    /// <summary>The same with completions of one token, which follows from the prompt.</summary>
    public IReadOnlyList<GenerationRequest> PromptRequests() =>
        Requests(Prompts.Select((prompt, question) => new GenerationPrompt(prompt, question)), maxNewTokens: 1);

    /// <summary>
    /// An update's batch with the first <paramref name="completionsPerQuestion"/> completions of each question, every token weighing the
    /// same.
    /// </summary>
    public TrainingBatch Batch(int completionsPerQuestion)
    {
        int numSamples = work.Questions * completionsPerQuestion,
            numTokens = NumTokens(completionsPerQuestion);
        var samples = Enumerable
            .Range(0, numSamples)
            .Select(i => Sample(i / completionsPerQuestion, i % completionsPerQuestion, 1.0 / numTokens));
        MicroBatch[] microBatches = [.. samples.Chunk(SamplesPerMicroBatch).Select((chunk, index) => MicroBatch(index, chunk))];
        return new TrainingBatch(
            index: 0,
            groups: [],
            microBatches: [microBatches],
            numQuestions: work.Questions,
            numSamples: numSamples,
            numLossTokens: numTokens,
            capacityFill: 1,
            tokenFill: 1,
            oldestPolicyVersion: 0
        );
    }

    /// <summary>
    /// The same batch with new arrays of prompts: an engine that knows a micro-batch by its arrays meets other ones, as in every update of
    /// a training.
    /// </summary>
    public static TrainingBatch Again(TrainingBatch batch) =>
        batch.WithMicroBatches([
            .. batch.MicroBatches.Select(device =>
                device
                    .Select(part => new MicroBatch(
                        part.Device,
                        part.Index,
                        [.. part.Prompts],
                        part.Samples,
                        part.TokenCapacity,
                        part.NumTokens
                    ))
                    .ToArray()
            ),
        ]);

    private GenerationRequest[] Requests(IEnumerable<GenerationPrompt> prompts, int maxNewTokens) =>
        [
            .. prompts
                .Chunk(QuestionsPerCall)
                .Select(call => new GenerationRequest
                {
                    Prompts = call,
                    GroupSize = work.Group,
                    Sampling = new SamplingSettings { MaxNewTokens = maxNewTokens, StopTokenIds = [] },
                }),
        ];

    private MicroBatch MicroBatch(int index, TrainingSample[] chunk)
    {
        int first = chunk[0].Group,
            last = chunk[^1].Group;
        int numTokens = chunk.Sum(sample => Prompts[sample.Group].Length + sample.TokenIds.Length);
        return new MicroBatch(
            device: 0,
            index,
            [.. Prompts.Skip(first).Take(last + 1 - first)],
            [.. chunk.Select(sample => WithPrompt(sample, sample.Group - first))],
            numTokens,
            numTokens
        );
    }

    private static TrainingSample WithPrompt(TrainingSample sample, int prompt) =>
        new(prompt, sample.Group, sample.Completion, sample.TokenIds, sample.GenerationLogprobs, sample.Advantage, sample.TokenWeight);

    private TrainingSample Sample(int question, int completion, double tokenWeight)
    {
        int length = CompletionLengths[question][completion];
        return new TrainingSample(
            prompt: question,
            group: question,
            completion: completion,
            tokenIds: Tokens(length),
            generationLogprobs: new float[length],
            advantage: Advantage(),
            tokenWeight: tokenWeight
        );
    }

    private int Length(IReadOnlyList<int> quantiles) =>
        quantiles.Count == 1 ? quantiles[0] : BenchLengths.At(quantiles, random.NextDouble());

    private int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(FirstTokenId, vocabSize))];

    /// <summary>Normally distributed, as advantages of a group roughly are.</summary>
    private double Advantage() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
