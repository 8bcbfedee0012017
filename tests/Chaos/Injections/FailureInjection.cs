using System.Globalization;
using Cppo.Chaos.Children;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>Something that a run needs fails once: a write, a reward. The cause is removed, and the run goes on.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Variant">The run.</param>
internal sealed record FailureInjection(string Id, Variant Variant) : Injection(Id, Variant)
{
    private const string Reward = "letters";

    /// <summary>Path below the run where something is in the way; null: nowhere.</summary>
    public string? ObstaclePath { get; init; }

    /// <summary>Whether it is a directory that is in the way, or a file.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>The call of the reward that fails, from 1; null: none.</summary>
    public int? FailingCall { get; init; }

    /// <summary>The size in bytes beyond which no file grows; null: any.</summary>
    public long? FileSizeLimit { get; init; }

    public override async Task<Outcome> ExecuteAsync(TestBed bed, string run)
    {
        string away = Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(run)!).FullName, "away");
        var order = new ChildOrder
        {
            RunDirectory = run,
            Obstacle = ObstaclePath is null ? null : new Obstacle(ObstaclePath, IsDirectory, away),
            FileSizeLimit = FileSizeLimit,
        };
        Dictionary<string, string> environment = FailingCall is { } call
            ? new() { ["CPPO_FAILING_CALL"] = call.ToString(CultureInfo.InvariantCulture) }
            : [];
        var end = await ChildProcess.RunAsync(order, bed.Arguments(Variant, run), environment: environment);
        string? fault = end.ExitCode is 1 or 2
            ? Sentence.Fault(end.Error, FailingCall is null ? run : Reward, isOfUser: FailingCall is not null)
            : $"it ended with {end.ExitCode}: {Sentence.Short(end.Error, run)}";
        if (fault is not null)
        {
            return Outcome.Wrong(fault);
        }

        if (ObstaclePath is not null)
        {
            FileTree.Delete(Path.Combine(run, ObstaclePath));
            FileTree.Move(away, Path.Combine(run, ObstaclePath));
        }

        var outcome = await new Recovery(bed, Variant, run) { Kept = RunContent.NewestCheckpoint(run) ?? 0 }.RunAsync();
        return outcome with { Words = $"{Sentence.Short(end.Error, run)} / {outcome.Words}" };
    }
}
