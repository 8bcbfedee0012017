using System.CommandLine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Lint;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Cli;

/// <summary><c>lint-data</c>: checks datasets and rewards before anything is trained.</summary>
internal sealed class LintDataCommand : CliCommand
{
    private readonly Argument<string[]> files = new("files")
    {
        Description =
            "A pipeline file (.json), whose data and rewards are checked; or a dataset (.csv, .jsonl, .parquet, a .json array, or the "
            + "hub's name of one, datasets/ORG/NAME) to train on and, after it, one to test on.",
        Arity = new ArgumentArity(1, 2),
    };

    private readonly Option<string[]> set = PipelineFileOptions.CreateSet();
    private readonly Option<string?> questionColumn = new("--question-column")
    {
        Description = "Column that holds the question. [default: question]",
        HelpName = "NAME",
    };
    private readonly Option<string?> answerColumn = new("--answer-column")
    {
        Description = "Column that holds the gold answer. [default: answer]",
        HelpName = "NAME",
    };
    private readonly Option<string?> rewards = RewardNames.CreateOption();
    private readonly Option<int> limit = new Option<int>("--limit")
    {
        Description = "Findings to print of each kind; --output has all.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    }.AtLeast(0);
    private readonly Option<string?> output = new("--output")
    {
        Description = "Also write the whole report as JSON to this file.",
        HelpName = "PATH",
    };
    private readonly CliContext context;

    public LintDataCommand(CliContext context)
        : base(
            "lint-data",
            "Check datasets and rewards: golds that cannot be read or earned, duplicates, train/test overlap, empty fields, holes of the "
                + "rewards. "
                + "Exit code 0: no error (there may be warnings and notices); 1: errors were found; 2: a file cannot be used."
        )
    {
        this.context = context;
        Add(files);
        Option[] ofDatasets = [questionColumn, answerColumn, rewards];
        Option[] options = [set, .. ofDatasets, limit, output];
        foreach (var option in options)
        {
            Add(option);
        }

        AddRule(line =>
        {
            if (line.GetResult(files) is not { Tokens: { Count: > 0 } tokens } || line.Errors.Any())
            {
                return;
            }

            bool isPipeline = IsPipeline(tokens[0].Value);
            if (isPipeline && tokens.Count > 1)
            {
                line.AddError("Give a pipeline file alone; it names its datasets.");
            }

            foreach (var option in ofDatasets.Where(option => isPipeline && line.GetResult(option) is not null))
            {
                line.AddError($"{option.Name} goes with datasets; of a pipeline file, override keys with --set.");
            }

            if (!isPipeline && line.GetResult(set) is { Tokens.Count: > 0 })
            {
                line.AddError("--set goes with a pipeline file.");
            }
        });
        SetAction(Execute);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("lint-data pipeline.json", "checks data.train and data.test with the configured rewards"),
            ("lint-data train.jsonl test.jsonl --rewards mathAccuracy --question-column problem", "checks files without a pipeline file"),
            ("lint-data train.parquet --limit 50 --output findings.json", "prints more, and writes all of it"),
        ];

    /// <summary>A .json file that is an array is a dataset.</summary>
    private static bool IsPipeline(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !(File.Exists(path) && JsonArrayItems.BeginsArray(path));

    private int Execute(ParseResult line)
    {
        string[] paths = line.GetRequiredValue(files);
        var config = IsPipeline(paths[0]) ? ConfigLoader.Load(paths[0], line.GetValue(set) ?? []) : null;
        paths = config is null ? [.. paths.Select((path, place) => HubPlace.FileOf(path, place == 0 ? "train" : "test"))] : paths;
        LineFile.RequireWritable(
            output.Name,
            line.GetValue(output),
            config is null ? paths : [.. paths, .. Datasets(config).Select(dataset => dataset.Path)]
        );
        var report = config is null ? CheckFiles(line, paths) : CheckPipeline(config);
        LineFile.Write(null, context.Output, report.Lines(line.GetValue(limit)));
        if (line.GetValue(output) is { } target)
        {
            LineFile.Write(target, context.Output, [report.ToJson()]);
        }

        return report.NumErrors == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private LintReport CheckPipeline(PipelineConfig config)
    {
        if (config.Data.Train.Path.Length == 0)
        {
            throw new UsageException(
                "data.train.path is empty; name the training questions there, e.g. --set data.train.path=train.jsonl."
            );
        }

        return new DatasetLint(SettingsMap.Reward(config)).Run(Datasets(config), context.Stop.Graceful);
    }

    private static DatasetConfig[] Datasets(PipelineConfig config) =>
        [.. new[] { config.Data.Train, config.Data.Test }.Where(dataset => dataset.Path.Length > 0)];

    private LintReport CheckFiles(ParseResult line, string[] paths)
    {
        var settings = RewardNames.Parse(line.GetValue(rewards) ?? RewardNames.Standard);
        var datasets = paths.Select(path => new DatasetConfig
        {
            Path = path,
            QuestionColumn = line.GetValue(questionColumn) ?? "question",
            AnswerColumn = line.GetValue(answerColumn) ?? "answer",
        });
        try
        {
            return new DatasetLint(settings).Run([.. datasets], context.Stop.Graceful);
        }
        catch (DataException fault) when (fault.Message.Contains("has no column", StringComparison.Ordinal))
        {
            throw new UsageException($"{fault.Message} --question-column and --answer-column name the columns.");
        }
    }
}
