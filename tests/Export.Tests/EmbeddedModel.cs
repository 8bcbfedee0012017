using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Export.Tests;

/// <summary>The embedded model in this project's engine, asked as its directory says.</summary>
internal sealed class EmbeddedModel : IDisposable
{
    private readonly LoadedModel model;
    private readonly PromptRenderer prompts;

    internal EmbeddedModel()
    {
        var place = ModelPlace.Find(ExportFolder.BaseModel, _ => { });
        model = LoadedModel.Load(
            new PipelineConfig
            {
                Prompt = place.Prompt,
                Model = new ModelConfig
                {
                    Path = place.Model.Path,
                    Engine = "managed",
                    Threads = 1,
                },
            }
        );
        prompts = new PromptRenderer(model.Tokenizer, place.Prompt);
    }

    internal IReadOnlyList<int> Stops => model.Tokenizer.StopTokenIds;

    /// <summary>The first questions of the embedded test set.</summary>
    internal static string[] Questions(int count) =>
        [
            .. File.ReadLines(Path.Combine(ExportFolder.Root, "data", "test.csv"))
                .Skip(1)
                .Take(count)
                .Select(line => line[..line.LastIndexOf(',')].Trim('"')),
        ];

    internal int[] Prompt(string question) => prompts.Render(question);

    internal int[] Greedy(int[] prompt, int mostTokens)
    {
        var request = new GenerationRequest
        {
            Prompts = [new GenerationPrompt(prompt, 0)],
            GroupSize = 1,
            Sampling = new SamplingSettings
            {
                Temperature = 0,
                MaxNewTokens = mostTokens,
                StopTokenIds = Stops,
            },
        };
        return model.Engine.GenerateAsync(model.Snapshot, request, CancellationToken.None).Result[0].Completions[0].TokenIds;
    }

    /// <summary>The logprob of every token of the vocabulary after a prompt.</summary>
    internal float[] Logprobs(int[] prompt)
    {
        int vocabulary = model.Engine.Config.VocabSize;
        TrainingSample[] samples =
        [
            .. Enumerable
                .Range(0, vocabulary)
                .Select(token => new TrainingSample(
                    prompt: 0,
                    group: 0,
                    completion: token,
                    tokenIds: [token],
                    generationLogprobs: new float[1],
                    advantage: 0,
                    tokenWeight: 1
                )),
        ];
        int tokens = vocabulary * (prompt.Length + 1);
        var batch = new MicroBatch(0, 0, [prompt], samples, tokens, tokens);
        return [.. model.Trainable.Logprobs(model.Snapshot, batch, 1).Select(row => row[0])];
    }

    public void Dispose() => model.Dispose();
}
