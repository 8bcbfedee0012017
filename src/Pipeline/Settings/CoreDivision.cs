using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Settings;

/// <summary>
/// CPU threads of rollouts and of updates. Each side may have all cores: where both run side by side (max staleness above 0) they share
/// one budget, and a thread computes only while it holds one of its cores.
/// </summary>
/// <param name="Cores">Cores that both share: what the configuration states, else the machine's.</param>
/// <param name="Rollout">The most threads of a generation call of the training run; evaluations have all.</param>
/// <param name="Update">The most threads of logprobs, gradients and steps.</param>
internal sealed record CoreDivision(int Cores, int Rollout, int Update)
{
    /// <summary>What the configuration states; what it leaves open is all.</summary>
    /// <param name="config">Validated.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static CoreDivision Of(PipelineConfig config, int cores)
    {
        int all = config.Model.Threads > 0 ? config.Model.Threads : cores;
        return new CoreDivision(all, Stated(config.Rollout.Threads), Stated(config.Update.Threads));

        int Stated(int threads) => threads > 0 ? Math.Min(threads, all) : all;
    }
}
