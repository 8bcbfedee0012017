using System.CommandLine;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Library;

namespace Cppo.Pipeline.Cli;

/// <summary><c>train</c>, the command that runs where none is named.</summary>
internal sealed class TrainCommand : CliCommand
{
    private readonly PipelineFileOptions pipeline = new();

    public TrainCommand(CliContext context)
        : base("train", "Train a model with CPPO, as a pipeline file says. The default command.")
    {
        pipeline.AddTo(this);
        SetAction(
            (line, _) =>
                RankedCommand.RunAsync(
                    context,
                    line,
                    ranks => TrainAsync(context, line, ranks),
                    collective: () => pipeline.Load(line).Update.Collective
                )
        );
    }

    public override bool TakesRanks => true;

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("pipeline.json", "trains the embedded default"),
            ("pipeline.json --set run.name=second --set run.seed=2", "trains it with another seed, beside the first run"),
            ("pipeline.json --set run.resume=true", "continues an interrupted run from its newest checkpoint"),
            ("pipeline.json --set run.restart=true", "begins it anew; what the run left is removed"),
            ("recipes/gsm8k-smoke.json --set data.train.path=train.jsonl", "two updates over real GSM8K questions"),
        ];

    private async Task<int> TrainAsync(CliContext context, ParseResult line, RunRanks ranks)
    {
        var outcome = await Pipeline(line).RunAsync(context.Output, context.Error, context.Stop.Graceful, context.Stop.Hard, ranks);
        return outcome.IsStopped ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    private TrainingPipeline Pipeline(ParseResult line)
    {
        string path = pipeline.Path(line);
        return !RunConfigFile.IsIn(path)
            ? TrainingPipeline.FromFile(path, pipeline.Overrides(line, [], []))
            : throw new UsageException(
                $"{path} is a run, and train takes a pipeline file: train {ShellWord.Quote(RunConfigFile.Of(path))} --set run.resume=true "
                    + $"continues it, chat {ShellWord.Quote(path)} talks with its model."
            );
    }
}
