using System.CommandLine;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Scoring;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Cli;

/// <summary><c>eval</c>: how a model answers test questions, with intervals, and how another one does on the same.</summary>
internal sealed class EvalCommand : CliCommand
{
    private static readonly TimeSpan BetweenNotices = TimeSpan.FromSeconds(30);

    private readonly EvalOptions options = new();
    private readonly Option<string?> model = new("--model")
    {
        Description =
            "Run, checkpoint, model directory or name of the hub to evaluate; without it the one that is named, and of a pipeline file its "
            + "run's, or where there is none, `model.path`.",
        HelpName = "MODEL",
    };

    private readonly Option<string?> against = new("--against")
    {
        Description = "Evaluate this model too, and compare on the same questions: the difference is the model minus this one.",
        HelpName = "MODEL",
    };
    private readonly Option<string?> output = new("--output")
    {
        Description = "Write the result as JSON to this file, with each question's outcome, instead of the standard output's last line.",
        HelpName = "PATH",
    };
    private readonly Option<string?> completions = new("--completions")
    {
        Description = "Write every completion with its judgement to this file, .jsonl or .parquet.",
        HelpName = "PATH",
    };
    private readonly CliContext context;

    public EvalCommand(CliContext context)
        : base("eval", "Evaluate a model on test questions or benchmarks, or compare two.")
    {
        this.context = context;
        options.AddTo(this);
        Option[] own = [model, against, output, completions];
        foreach (var option in own)
        {
            Add(option);
        }

        Add(new EvalCompareCommand(context));
        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("eval runs/default", "evaluates a run's model, greedily, on its test questions"),
            (
                "eval pipeline.json --model data/base-model --output base.json --completions base.jsonl",
                "keeps the result and every completion"
            ),
            (
                "eval recipes/math-qwen2.5-7b.json --benchmark math500=test500.jsonl --benchmark aime24=aime.jsonl",
                "evaluates two benchmarks as the paper does"
            ),
            ("eval pipeline.json --samples 8 --temperature 1 --k 1,4,8", "estimates pass@k"),
            ("eval pipeline.json --against data/base-model", "compares the run's model with its start, question by question"),
            ("eval compare base.json trained.json", "compares two results"),
        ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        var named = options.Place(line, context.Error.WriteLine);
        var plans = options.Plans(line, named);
        RequireTargets(line, plans);
        var questions = new TestQuestions[plans.Length];
        for (int i = 0; i < plans.Length; i++)
        {
            questions[i] = await TestQuestions.ReadAsync(plans[i], context.Stop.Graceful);
        }

        var evaluatedPlans = WithModel(plans, Find(line.GetValue(model)) ?? named ?? ModelPlace.OfPipeline(plans[0].Config, Warn));
        var baseline = Find(line.GetValue(against)) is { } other ? await EvaluateAsync(WithModel(plans, other), questions) : [];
        var evaluated = await EvaluateAsync(evaluatedPlans, questions);
        EvaluationComparison[] comparisons =
        [
            .. baseline.Zip(evaluated, (first, second) => EvaluationComparison.Of(first.ToStored(), second.ToStored())),
        ];

        EvaluationReport[] reports = [.. baseline, .. evaluated];
        var tables = reports.Select(EvaluationTable.Lines).Concat(comparisons.Select(EvaluationTable.Lines));
        LineFile.Write(null, context.Output, tables.SelectMany(lines => lines.Append("")));
        if (line.GetValue(completions) is { } rows)
        {
            CompletionRows.Write(rows, context.Output, reports.SelectMany(EvaluatedRows.Of), context.Stop.Graceful);
        }

        LineFile.Write(
            line.GetValue(output),
            context.Output,
            [EvaluationJson.Write(reports, comparisons, hasOutcomes: line.GetValue(output) is not null)]
        );
        return ExitCodes.Done;
    }

    private ModelPlace? Find(string? path) => path is null ? null : ModelPlace.Find(path, Warn);

    private void Warn(string line) => context.Error.WriteLine(line);

    private EvaluationPlan[] WithModel(EvaluationPlan[] plans, ModelPlace place)
    {
        context.Error.WriteLine($"model: {place.Description}");
        EvaluationPlan[] placed = [.. plans.Select(plan => plan with { Config = place.In(plan.Config) })];
        ModelEvaluation.RequireModel(placed[0].Config);
        return placed;
    }

    private async Task<EvaluationReport[]> EvaluateAsync(EvaluationPlan[] plans, TestQuestions[] questions)
    {
        var time = TimeProvider.System;
        EvaluationProgress? progress = null;
        return await ModelEvaluation.RunAsync(plans, questions, context.Error.WriteLine, Notice, context.Stop.Graceful);

        void Notice(int numAnswered, int numQuestions)
        {
            long now = time.GetTimestamp();
            progress =
                progress is null || numAnswered == 0
                    ? new EvaluationProgress(numAnswered, numQuestions, now, now)
                    : progress with
                    {
                        Answered = numAnswered,
                    };
            if (time.GetElapsedTime(progress.WrittenAt, now) >= BetweenNotices)
            {
                progress = progress with { WrittenAt = now };
                context.Error.WriteLine($"  {progress.Describe(time)}");
            }
        }
    }

    /// <summary>Refuses targets that could not be written, before hours of work rather than after.</summary>
    private void RequireTargets(ParseResult line, EvaluationPlan[] plans)
    {
        string[] read = [.. plans.Select(plan => plan.Config.Data.Test.Path)];
        LineFile.RequireWritable(output.Name, line.GetValue(output), read);
        LineFile.RequireWritable(completions.Name, line.GetValue(completions), [.. read, line.GetValue(output)]);
        if (line.GetValue(completions) is { } rows && Path.GetExtension(rows).ToLowerInvariant() is not (".jsonl" or ".parquet"))
        {
            throw new UsageException($"--completions {rows}: end the name in .jsonl or .parquet.");
        }
    }
}
