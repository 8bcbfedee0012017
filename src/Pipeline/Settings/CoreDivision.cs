using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Settings;

/// <summary>
/// CPU threads of rollouts and of updates. Where they alternate, each has all cores. Where they run side by side (max staleness above 0),
/// two teams on the same cores would wait for each other at every meeting point, so the cores are divided.
/// </summary>
/// <param name="Rollout">Threads of a generation call of the training run; evaluations have all.</param>
/// <param name="Update">Threads of logprobs, gradients and steps.</param>
internal sealed record CoreDivision(int Rollout, int Update)
{
    /// <summary>
    /// What the configuration states; where it leaves a number open, the cores are halved, and the odd one goes to the update.
    /// </summary>
    /// <param name="config">Validated.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static CoreDivision Of(PipelineConfig config, int cores)
    {
        int threads = config.Model.Threads > 0 ? config.Model.Threads : cores;
        bool isShared = config.Update.MaxStaleness > 0 && config.Rollout.Devices.Contains("cpu") && config.Update.Devices.Contains("cpu");
        int Rest(int taken) => isShared ? Math.Max(1, threads - taken) : threads;
        return (config.Rollout.Threads, config.Update.Threads) switch
        {
            (0, 0) => new CoreDivision(isShared ? Math.Max(1, threads / 2) : threads, Rest(threads / 2)),
            (0, var update) => new CoreDivision(Rest(update), update),
            (var rollout, 0) => new CoreDivision(rollout, Rest(rollout)),
            var (rollout, update) => new CoreDivision(rollout, update),
        };
    }
}
