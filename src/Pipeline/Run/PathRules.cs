using Cppo.Model.Adapters;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Run;

/// <summary>
/// What a training run would find wrong with the files that its configuration names, as rules that are checked with those about keys, so
/// that all faults of a pipeline file come in one answer.
/// </summary>
internal static class PathRules
{
    private static readonly string[] DatasetKeys = ["path", "format", "questionColumn", "answerColumn", "idColumn"];
    private static readonly string[] TokenizerFiles = ["tokenizer.json", "vocab.json"];

    /// <summary>One for each file or directory but the test questions, for what trains without being tested.</summary>
    public static IReadOnlyList<ConfigRule> WithoutTest { get; } =
    [
        new(["model.path"], Model),
        new(["model.tokenizerPath", "model.path"], Tokenizer),
        new(["model.reference.path", "objective.beta"], Reference),
        new(KeysOf("data.train"), c => Dataset(c.Data.Train, "train")),
    ];

    /// <summary>One for each file or directory.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [.. WithoutTest, new([.. KeysOf("data.test"), "evaluation"], c => c.NeedsTest() ? Dataset(c.Data.Test, "test") : null)];

    /// <summary>One for each that is not in memory.</summary>
    /// <param name="held">What is.</param>
    public static IReadOnlyList<ConfigRule> Without(HeldParts held) =>
        [
            .. All.Where(rule =>
                !(held.Train is not null && rule.Keys.Contains(KeysOf("data.train")[0]))
                && !(held.Test is not null && rule.Keys.Contains(KeysOf("data.test")[0]))
            ),
        ];

    private static string[] KeysOf(string dataset) => [.. DatasetKeys.Select(key => $"{dataset}.{key}")];

    private static string? Model(PipelineConfig config)
    {
        string path = config.Model.Path;
        if (!Directory.Exists(path))
        {
            return Missing(path);
        }

        if (AdapterDirectory.IsIn(path))
        {
            return $"{path} holds an adapter, which no training starts from; make a model of it and its base with merge, and name that";
        }

        return FaultOf(
            path,
            () =>
            {
                HfConfigFile.Read(Path.Combine(path, HfConfigFile.FileName));
                if (!config.Model.RandomInitialization)
                {
                    HfModelDirectory.Open(path).Dispose();
                }
            }
        );
    }

    private static string? Tokenizer(PipelineConfig config)
    {
        string path = RunModels.TokenizerDirectory(config);
        if (!Directory.Exists(path))
        {
            return path == config.Model.Path ? null : Missing(path);
        }

        return TokenizerFiles.Any(file => File.Exists(Path.Combine(path, file)))
            ? null
            : $"{path} has neither {string.Join(" nor ", TokenizerFiles)}; name the directory of the model's tokenizer with "
                + $"model.tokenizerPath{HubPlace.Completing(path)}";
    }

    private static string? Reference(PipelineConfig config)
    {
        string path = config.Model.Reference.Path;
        return path.Length == 0 || config.Objective.Beta == 0 || Directory.Exists(path) ? null : Missing(path);
    }

    private static string? Dataset(DatasetConfig dataset, string split)
    {
        if (!File.Exists(dataset.Path) && HubPlace.MissingData(dataset.Path, split) is { } missing)
        {
            return missing;
        }

        if (InMemory.IsIn(dataset.Path))
        {
            return InMemory.NoDataset(dataset.Path).TrimEnd('.');
        }

        bool isNamed = dataset.Path.Trim().Length > 0;
        if (!isNamed || (dataset.Format == "auto" && !RowReader.KnowsFormat(dataset.Path)))
        {
            return null;
        }

        try
        {
            // The first row shows whether the file can be read and has the columns; off the caller's thread, which may not be waited for.
            Task.Run(() => QuestionReader.ReadAsync(dataset with { Limit = 1 }, CancellationToken.None)).GetAwaiter().GetResult();
            return null;
        }
        catch (DataException fault)
        {
            string hint = File.Exists(dataset.Path) ? "" : Downloads.OfData(dataset.Path);
            return fault.Message.TrimEnd('.') + hint;
        }
    }

    private static string Missing(string directory)
    {
        if (HubPlace.MissingModel(directory) is { } missing)
        {
            return missing;
        }

        string download = Downloads.OfModel(directory);
        return File.Exists(directory)
            ? $"{directory} is a file; give the path of a Hugging Face model directory"
            : $"The model directory {directory} does not exist"
                + (download.Length > 0 ? download : "; give the path of a Hugging Face model directory");
    }

    private static string? FaultOf(string directory, Action open)
    {
        try
        {
            open();
            return null;
        }
        catch (ModelFileException fault)
        {
            return fault.Message.TrimEnd('.') + HubPlace.Completing(directory);
        }
    }
}
