using System.Diagnostics;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Peers;

/// <summary>This project's engines, loaded as <c>generate</c> loads them; they draw at temperature 1 and record logprobs.</summary>
internal sealed class OwnPeer : IPeer
{
    public const string Kind = "own";

    /// <summary>The variant that is the engine on TorchSharp; others are values of rollout.precision.</summary>
    public const string Torch = "torch";

    private const string FullPrecision = "fp32";

    private readonly LoadedModel model;
    private readonly int[] prompt;
    private readonly string variant;

    public OwnPeer(TurnOrder order)
    {
        variant = order.Variant;
        var overrides = new List<string>
        {
            $"model.path={order.Model}",
            $"model.engine={(variant == Torch ? "torch" : "managed")}",
            $"model.threads={order.Threads}",
        };
        if (variant is not (Torch or FullPrecision))
        {
            overrides.Add($"rollout.precision={variant}");
        }

        model = LoadedModel.Load(ConfigLoader.Load("pipeline.json", overrides));
        prompt = order.PromptIds(model.Engine.Config.VocabSize);
    }

    public string Engine => variant == Torch ? model.Engine.Name : $"{model.Engine.Name} {EngineFactory.VectorLevel}";

    public double[] Logprobs()
    {
        int[] rest = prompt[1..];
        var sample = new TrainingSample(
            prompt: 0,
            group: 0,
            completion: 0,
            tokenIds: rest,
            generationLogprobs: new float[rest.Length],
            advantage: 0,
            tokenWeight: 1
        );
        var batch = new MicroBatch(0, 0, [prompt[..1]], [sample], prompt.Length, prompt.Length);
        return [.. model.Trainable.Logprobs(model.Snapshot, batch, 1)[0].Select(logprob => (double)logprob)];
    }

    public Measurement Measure(int rows, int completion)
    {
        // A completion of one token is the prompt and its last logits.
        double first = Seconds(rows, completion: 1);
        return new Measurement(rows, Seconds(rows, completion), first);
    }

    public void Dispose() => model.Dispose();

    private double Seconds(int rows, int completion)
    {
        var request = new GenerationRequest
        {
            Prompts = [new GenerationPrompt(prompt, 0)],
            GroupSize = rows,
            Sampling = new SamplingSettings { MaxNewTokens = completion, StopTokenIds = [] },
        };
        long start = Stopwatch.GetTimestamp();
        var groups = model.Engine.GenerateAsync(model.Snapshot, request, CancellationToken.None).GetAwaiter().GetResult();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return groups[0].Completions.All(drawn => drawn.TokenIds.Length == completion)
            ? seconds
            : throw new InvalidOperationException("A completion ended before its length.");
    }
}
