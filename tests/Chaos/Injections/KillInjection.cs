using System.Globalization;
using Cppo.Chaos.Children;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>When and by what a process is ended.</summary>
internal sealed record KillPoint
{
    /// <summary>The change of files before which it gets SIGKILL; null: at a moment.</summary>
    public ChangeName? Change { get; init; }

    /// <summary>The signal at the moment.</summary>
    public int Signal { get; init; } = Unix.Kill;

    /// <summary>The moment, as a share of the time that a whole run takes.</summary>
    public double Moment { get; init; }

    /// <summary>The moment of a second signal of the same kind; null: there is one alone.</summary>
    public double? Again { get; init; }
}

/// <summary>Kills a run, perhaps several times, each time when it goes on; then leaves it alone.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Variant">The run.</param>
/// <param name="Ground">What there is before.</param>
/// <param name="Kills">One after the other.</param>
internal sealed record KillInjection(string Id, Variant Variant, Ground Ground, IReadOnlyList<KillPoint> Kills) : Injection(Id, Variant)
{
    public override async Task<Outcome> ExecuteAsync(TestBed bed, string run)
    {
        await bed.PrepareAsync(Ground, Variant, run);
        bool isFirst = true;
        foreach (var kill in Kills)
        {
            // A run that was killed before anything of it stood is begun again.
            var end = await StartAsync(bed, run, kill, resumes: Ground != Ground.Nothing || !isFirst);
            if (end.ExitCode == 2 && !isFirst)
            {
                end = await StartAsync(bed, run, kill, resumes: false);
            }

            if (!end.IsKilled && !end.IsStopped && end.ExitCode != 0)
            {
                return Outcome.Wrong($"it ended with {end.ExitCode}: {Sentence.Short(end.Error, run)}");
            }

            if (kill.Change is not null && isFirst && !end.IsKilled)
            {
                return Outcome.Wrong($"the change {kill.Change} did not come");
            }

            isFirst = false;
        }

        return await new Recovery(bed, Variant, run) { Kept = Standing(run) }.RunAsync();
    }

    /// <summary>The updates that a sound checkpoint stands for.</summary>
    private int Standing(string run)
    {
        int newest = RunContent.NewestCheckpoint(run) ?? 0;
        return Ground == Ground.Damaged ? Math.Min(newest, Variant.Updates - 2) : newest;
    }

    private async Task<CallEnd> StartAsync(TestBed bed, string run, KillPoint kill, bool resumes)
    {
        var took = (await bed.WholeAsync(Variant)).Took;
        TimedSignal[] signals =
            kill.Change is not null ? []
            : kill.Again is { } again ? [new(kill.Signal, kill.Moment * took), new(kill.Signal, again * took)]
            : [new(kill.Signal, kill.Moment * took)];
        return await ChildProcess.RunAsync(
            new ChildOrder { RunDirectory = run, Kill = kill.Change },
            bed.Arguments(Variant, run, string.Create(CultureInfo.InvariantCulture, $"run.resume={(resumes ? "true" : "false")}")),
            signals
        );
    }
}
