using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Model.Loading;
using Cppo.Model.Tokenizer;
using Cppo.Model.Training;
using Cppo.Model.Weights;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.BaseModel;

/// <summary>What <c>sft</c> trains, on what and how.</summary>
internal sealed record SupervisedRunSettings
{
    /// <summary>JSON Lines with the keys question and completion; learned once, in the order of the file.</summary>
    public required string ExamplesPath { get; init; }

    /// <summary>Where the model goes.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>The model to start from; null: a new one of <see cref="Architecture"/>.</summary>
    public string? ModelDirectory { get; init; }

    /// <summary>A new model's architecture; the tokenizer is trained to its vocabulary's size.</summary>
    public required DecoderConfig Architecture { get; init; }

    /// <summary>The system text of every prompt; empty: none.</summary>
    public string System { get; init; } = "";

    /// <summary>Examples per optimizer step.</summary>
    public int ExamplesPerStep { get; init; } = 32;

    /// <summary>The learning rate after 5 % warm-up; it falls to 0 as half a cosine.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's constants.</summary>
    public AdamWSettings AdamW { get; init; } = new(Beta2: 0.98, WeightDecay: 0.01);

    /// <summary>Seed of a new model's weights.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>As <c>model.engine</c>.</summary>
    public string Engine { get; init; } = "auto";

    /// <summary>CPU threads; 0 takes all.</summary>
    public int Threads { get; init; }
}

/// <summary>Supervised training on question and completion pairs; makes the embedded base model.</summary>
internal static class SupervisedRun
{
    private const int StepsPerLine = 100;

    /// <summary>Trains and saves the model with its tokenizer.</summary>
    /// <exception cref="DataException">A line is no example or exceeds the model's context, or there are none.</exception>
    /// <exception cref="UsageException">The settings fit no model, or not the examples.</exception>
    public static void Execute(SupervisedRunSettings settings, TextWriter output, CancellationToken cancel)
    {
        Check(settings);
        var texts = Read(settings.ExamplesPath);
        var ((tokenizer, tokenizerFile), engine) = Abandonable
            .RunAsync(
                stop =>
                {
                    var made = Tokenizer(settings, texts);
                    return (made, Load(settings, made.Tokenizer, stop));
                },
                cancel
            )
            .GetAwaiter()
            .GetResult();
        using var loaded = engine;
        int endOfMessage = tokenizer.IdOf(tokenizer.ChatTemplate.EndOfMessage)!.Value;
        var examples = texts
            .Select(text => new SupervisedExample(
                tokenizer.Encode(Prompt(tokenizer, settings.System, text.Question)),
                [.. tokenizer.Encode(text.Completion), endOfMessage]
            ))
            .ToArray();
        RefuseTooLong(settings.ExamplesPath, examples, engine.Config.MaxPositions);
        LineFile.RequireDirectory("--output", settings.OutputDirectory);
        Train(settings, engine, examples, output, cancel);

        // First: weights that are no numbers are refused before any file has changed.
        engine.SaveWeights(settings.OutputDirectory);
        HfConfigFile.Write(
            Path.Combine(settings.OutputDirectory, HfConfigFile.FileName),
            engine.Config,
            WeightType.F32,
            tokenizer.BeginOfText,
            [endOfMessage]
        );
        if (tokenizerFile is null)
        {
            TokenizerWriter.CopyTokenizerFiles(settings.ModelDirectory!, settings.OutputDirectory);
        }
        else
        {
            TokenizerWriter.Write(settings.OutputDirectory, tokenizerFile, ChatMlTemplate.Qwen25, engine.Config.MaxPositions);
        }

        ChatTemplateFile.State(settings.OutputDirectory, tokenizer.ChatTemplate, isOwn: true, settings.System);
        int[] stops = tokenizerFile is null ? [.. tokenizer.StopTokenIds.Prepend(endOfMessage).Distinct()] : [endOfMessage];
        GenerationConfigFile.State(settings.OutputDirectory, stops);
    }

    private static void Check(SupervisedRunSettings settings)
    {
        var model = settings.Architecture;
        if (model.HiddenSize % (2 * model.NumHeads) != 0 || model.NumHeads % model.NumKeyValueHeads != 0)
        {
            throw new UsageException(
                $"--hidden {model.HiddenSize}, --heads {model.NumHeads} and --kv-heads {model.NumKeyValueHeads} make no model: the width "
                    + $"must divide into heads of an even width, and the heads into key and value heads."
            );
        }
    }

    /// <summary>Line n of the file is example n - 1.</summary>
    private static void RefuseTooLong(string path, SupervisedExample[] examples, int context)
    {
        int at = Array.FindIndex(examples, example => example.Prompt.Length + example.Completion.Length > context);
        if (at >= 0)
        {
            throw new DataException(
                $"{path}:{at + 1}: prompt and completion have {examples[at].Prompt.Length + examples[at].Completion.Length} tokens, the "
                    + $"model's context only {context}; shorten the example or make a model with a larger --context."
            );
        }
    }

    private static void Train(
        SupervisedRunSettings settings,
        ITrainableEngine engine,
        SupervisedExample[] examples,
        TextWriter output,
        CancellationToken cancel
    )
    {
        int steps = (examples.Length + settings.ExamplesPerStep - 1) / settings.ExamplesPerStep;
        var trainer = new SupervisedTrainer(
            engine,
            new SupervisedSettings
            {
                ExamplesPerStep = settings.ExamplesPerStep,
                Schedule = new LearningRateSchedule(ScheduleShape.Cosine, settings.LearningRate, WarmupRatio: 0.05, steps),
                AdamW = settings.AdamW,
            }
        );
        long start = Stopwatch.GetTimestamp();
        double sum = 0;
        int summed = 0;
        for (int step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            sum += trainer.Step(
                step,
                examples[(step * settings.ExamplesPerStep)..Math.Min(examples.Length, (step + 1) * settings.ExamplesPerStep)]
            );
            summed++;
            if ((step + 1) % StepsPerLine == 0 || step + 1 == steps)
            {
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {step + 1} of {steps}: loss {sum / summed:F4}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"
                    )
                );
                (sum, summed) = (0, 0);
            }
        }
    }

    private static (ITokenizer Tokenizer, TokenizerFile? New) Tokenizer(
        SupervisedRunSettings settings,
        List<(string Question, string Completion)> texts
    )
    {
        if (settings.ModelDirectory is { } directory)
        {
            return (ByteLevelTokenizer.Load(directory), null);
        }

        string roles = $"system\n{settings.System}user\nassistant\n";
        try
        {
            var file = BpeTrainer.Train(
                texts.SelectMany(text => new[] { roles, text.Question, text.Completion }),
                settings.Architecture.VocabSize
            );
            return (ByteLevelTokenizer.Create(file), file);
        }
        catch (ArgumentException fault)
        {
            throw new UsageException($"--vocabulary {settings.Architecture.VocabSize} does not fit: {fault.Message}");
        }
    }

    private static ILocalEngine Load(SupervisedRunSettings settings, ITokenizer tokenizer, CancellationToken stop)
    {
        var engineSettings = new EngineSettings { Threads = settings.Threads };
        if (settings.ModelDirectory is { } directory)
        {
            return EngineFactory.Load(settings.Engine, directory, engineSettings, stop);
        }

        var architecture = settings.Architecture with { VocabSize = tokenizer.VocabSize };
        return EngineFactory.Create(settings.Engine, architecture, RandomWeights.Streams(architecture, settings.Seed), engineSettings);
    }

    private static string Prompt(ITokenizer tokenizer, string system, string question) =>
        tokenizer.ChatTemplate.Render(
            system.Length == 0
                ? [new ChatMessage("user", question)]
                : [new ChatMessage("system", system), new ChatMessage("user", question)],
            addGenerationPrompt: true
        );

    private static List<(string Question, string Completion)> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"The examples {path} do not exist; name a JSON Lines file.");
        }

        var texts = new List<(string, string)>();
        int line = 0;
        foreach (string json in File.ReadLines(path))
        {
            line++;
            try
            {
                using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(json));
                string Text(string key) => document.RootElement.GetProperty(key).GetString() ?? throw new KeyNotFoundException(key);
                texts.Add((Text("question"), Text("completion")));
            }
            catch (DuplicateKeyException twice)
            {
                throw new DataException($"{path}:{line}: states \"{Excerpt.OfName(twice.Key)}\" twice; remove one of them.", twice);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new DataException(
                    $"{path}:{line}: not an example; each line is a JSON object with the texts 'question' and 'completion'."
                );
            }
        }

        return texts.Count > 0 ? texts : throw new DataException($"{path} holds no examples.");
    }
}
