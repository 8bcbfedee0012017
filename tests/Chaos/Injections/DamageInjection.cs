using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>Damages a run that was killed with two checkpoints standing.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Variant">The run.</param>
/// <param name="MustName">Path below the run that is to be named where the run goes on; null: none.</param>
/// <param name="Kept">How many updates a checkpoint stands for that is not damaged.</param>
/// <param name="Harm">Does it to the run's directory.</param>
internal sealed record DamageInjection(string Id, Variant Variant, string? MustName, int Kept, Action<string> Harm) : Injection(Id, Variant)
{
    /// <summary>Path below the run of the damaged file, where a run may go on without reading it; null: it may not.</summary>
    public string? Unread { get; init; }

    public override async Task<Outcome> ExecuteAsync(TestBed bed, string run)
    {
        await bed.PrepareAsync(Ground.Cut, Variant, run);
        Harm(run);
        return await new Recovery(bed, Variant, run)
        {
            MustName = MustName is null ? null : Path.Combine(run, MustName),
            MayRefuse = true,
            Unread = Unread,
            Kept = Kept,
        }.RunAsync();
    }
}
