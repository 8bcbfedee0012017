using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Library;
using Cppo.Pipeline.Tests.Run;
using Cppo.Rewards;

namespace Cppo.Pipeline.Tests.Library;

/// <summary>
/// The one reward of this assembly, as <c>SampleRewards.Brevity</c>; says whether it was disposed of, and may fail.
/// </summary>
internal sealed class Brief : IGroupReward, IDisposable
{
    public bool IsDisposed { get; private set; }

    public string Fault { get; init; } = "";

    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) =>
        Fault.Length > 0
            ? throw new FormatException(Fault)
            :
            [
                .. group.Completions.Select(
                    (completion, index) =>
                        new RewardScore(1.0 / (1 + completion.NumTokens), index % 2 == 0 ? $"{completion.NumTokens} tokens" : null)
                ),
            ];

    public void Dispose() => IsDisposed = true;
}

/// <summary>The run of four updates of <see cref="SmallRun"/>, with its questions and a reward in memory.</summary>
internal static class OwnPieces
{
    /// <summary>Its configuration without data, and with one reward of the program's.</summary>
    public static PipelineConfig Config(SmallModel model, string directory, params string[] set) =>
        SmallRun.Read(model, directory, ["reward.parts=[{ \"name\": \"accuracy\" }]", .. set]) with
        {
            Data = new DataConfig(),
        };

    /// <summary>The questions of a file of the model's data, without their ids.</summary>
    public static async Task<OwnQuestion[]> QuestionsAsync(SmallModel model, string file)
    {
        var read = await QuestionReader.ReadAsync(new DatasetConfig { Path = Path.Combine(model.DataPath, file) }, default);
        return [.. read.Select(question => new OwnQuestion(question.Text, question.Answer))];
    }

    /// <summary>The pipeline of that run.</summary>
    public static async Task<TrainingPipeline> PipelineAsync(SmallModel model, string directory, params string[] set) =>
        new(Config(model, directory, set))
        {
            Questions = await QuestionsAsync(model, "train.csv"),
            Rewards = [new OwnReward("mine", new Brief(), 0.5)],
        };

    /// <summary>What the command line answers.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CallAsync(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await Task.Run(() => CommandLine.RunAsync(args, new CliContext(TextReader.Null, output, error, stop)));
        return (code, output.ToString(), error.ToString());
    }
}
