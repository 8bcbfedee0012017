using System.CommandLine;
using System.Globalization;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Scoring;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// <c>score</c>: rewards, with reasons, of completions that are already there; or the judgement of answer-equivalence cases.
/// </summary>
internal sealed class ScoreCommand : CliCommand
{
    private readonly Argument<string?> input = new("input")
    {
        Description = "Completions with their gold answers, a row each: JSON Lines, or Parquet where the name ends in .parquet.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> cases = new("--cases")
    {
        Description =
            "Instead: judge the answer-equivalence cases of this JSON Lines file (gold, pred, expected; match_types, strict and others for "
            + "each row), "
            + "print those not as expected with the reason, and last one line of JSON: cases, asExpected, falseEqual, falseDifferent.",
        HelpName = "FILE",
    };

    private readonly Option<string?> completionColumn = new("--completion-column")
    {
        Description =
            "Column (field) that holds the completion. [default: completion; with --cases completion, or where a row has none pred]",
        HelpName = "NAME",
    };

    private readonly Option<string?> answerColumn = new("--answer-column")
    {
        Description = "Column (field) that holds the gold answer. [default: answer; with --cases gold]",
        HelpName = "NAME",
    };

    private readonly Option<string?> output = new("--output")
    {
        Description =
            "Write to this file instead of the standard output, as Parquet where the name ends in .parquet; it appears when it is "
            + "complete.",
        HelpName = "PATH",
    };
    private readonly Option<string?> rewards = RewardNames.CreateOption();
    private readonly Option<string?> config = new("--config")
    {
        Description =
            "Take the rewards of this pipeline file, with their weights and settings and those of your own, instead of --rewards.",
        HelpName = "PIPELINE-FILE",
    };

    private readonly Option<string[]> set = PipelineFileOptions.CreateSet();
    private readonly Option<bool> strict = new("--strict")
    {
        Description = "Stop at the first row that cannot be scored (exit code 2), instead of reporting it.",
    };
    private readonly CliContext context;

    public ScoreCommand(CliContext context)
        : base(
            "score",
            "Compute the rewards of completions, with reasons. A row that cannot be scored is reported and left out. Exit code 0: done, "
                + "whatever the answers were worth; "
                + "2: the file cannot be used, or no row of it."
        )
    {
        this.context = context;
        Add(input);
        Option[] options = [completionColumn, answerColumn, output, rewards, config, set, strict, cases];
        foreach (var option in options)
        {
            Add(option);
        }

        AddRule(line =>
        {
            var (hasInput, hasCases) = (line.GetResult(input) is { Tokens.Count: > 0 }, line.GetResult(cases) is not null);
            if (hasInput == hasCases)
            {
                line.AddError(
                    hasInput ? "Give either completions or --cases FILE, not both." : "Name a file of completions, or --cases FILE."
                );
            }

            if (line.GetResult(rewards) is not null && line.GetResult(config) is not null)
            {
                line.AddError("Give either --rewards or --config, not both.");
            }

            if (line.GetResult(set) is { Tokens.Count: > 0 } && line.GetResult(config) is null)
            {
                line.AddError("--set changes keys of the file that --config names; give --config too.");
            }

            foreach (var option in new Option[] { output, rewards, config }.Where(option => hasCases && line.GetResult(option) is not null))
            {
                line.AddError($"--cases takes no {option.Name}.");
            }
        });
        SetAction(Execute);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("score completions.jsonl --output scored.jsonl", "adds the rewards to every line"),
            ("score runs/default/completions/step-000000.parquet --output scored.parquet", "scores a run's completions again"),
            ("score out.jsonl --completion-column text --answer-column gold --rewards mathAccuracy", "takes other fields and rewards"),
            ("score completions.jsonl --config pipeline.json", "takes the rewards of a pipeline file, your own among them"),
            ("score --cases cases.jsonl", "compares the verifier with what the rows expect"),
        ];

    private void Execute(ParseResult line)
    {
        if (line.GetValue(cases) is { } file)
        {
            JudgeCases(line, file);
        }
        else
        {
            Score(line, line.GetValue(input)!);
        }
    }

    private void Score(ParseResult line, string path)
    {
        var stop = context.Stop.Graceful;
        string? target = line.GetValue(output);
        LineFile.RequireWritable(output.Name, target, path);
        var (completion, answer) = (line.GetValue(completionColumn) ?? "completion", line.GetValue(answerColumn) ?? "answer");
        var (configured, settings) = Rewards(line);
        using var all = RewardScorer.Open(configured, settings, context.Error.WriteLine);
        var scorer = new CompletionScorer(settings, all, completion, answer);
        var file = CompletionRows.Open(
            path,
            [(completion, "--completion-column"), (answer, "--answer-column")],
            context.Error.WriteLine,
            stop
        );
        var report = Report(line);
        if (target is not null && CompletionRows.IsParquet(target))
        {
            var columns = scorer.Columns(file.Columns(stop));
            LineFile.WriteWhole(
                target,
                table =>
                {
                    var rows = scorer.Score(path, file.Rows(stop), (row, bytes) => new TableRow(row, bytes), report, stop);
                    ParquetTable.WriteAsync(table, columns, rows, stop).GetAwaiter().GetResult();
                }
            );
        }
        else
        {
            LineFile.Write(
                target,
                context.Output,
                scorer.Score(path, file.Rows(stop), (row, _) => CompletionRows.ToLine(row), report, stop)
            );
        }

        context.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"scored {scorer.NumScored} completions: mean reward {scorer.MeanReward:0.####}, {scorer.NumCorrect} right, "
                    + $"{scorer.NumFaults} rows could not be scored"
            )
        );
    }

    private (RewardConfig Configured, RewardSettings Settings) Rewards(ParseResult line)
    {
        if (line.GetValue(config) is not { } path)
        {
            return (new RewardConfig { Parts = [] }, RewardNames.Parse(line.GetValue(rewards) ?? RewardNames.Standard));
        }

        var pipeline = ConfigLoader.Load(path, line.GetValue(set) ?? []);
        return (pipeline.Reward, SettingsMap.Reward(pipeline));
    }

    private void JudgeCases(ParseResult line, string path)
    {
        LineFile.RequireReadable(path);
        string[] completions = line.GetValue(completionColumn) is { } stated ? [stated] : ["completion", "pred"];
        var scorer = new CaseScorer(path, line.GetValue(answerColumn) ?? "gold", completions);
        LineFile.Write(null, context.Output, scorer.Run(Report(line), context.Stop.Graceful));
        if (scorer.NumFaults > 0)
        {
            context.Error.WriteLine($"{scorer.NumFaults} lines are no cases and do not count");
        }

        LineFile.Write(null, context.Output, [scorer.Summary]);
    }

    /// <summary>What is done with a sentence about a row that cannot be scored.</summary>
    private Action<string> Report(ParseResult line)
    {
        if (line.GetValue(strict))
        {
            return fault => throw new UsageException(fault);
        }

        return context.Error.WriteLine;
    }
}
