using Cppo.Rewards;

namespace SampleRewards;

/// <summary>Never returns and heeds no cancellation; says on the error stream when it has begun.</summary>
public sealed class Endless : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel)
    {
        Console.Error.WriteLine("endless: begun");
        Thread.Sleep(Timeout.Infinite);
        return [];
    }
}

/// <summary>
/// As <see cref="Endless"/> where the environment says so, and then it holds up every thread of the pool and its own disposal, too; else
/// as <see cref="Brevity"/>.
/// </summary>
public sealed class EndlessWhenTold : IGroupReward, IDisposable
{
    /// <summary>The variable; any value tells it.</summary>
    public const string Variable = "CPPO_TEST_ENDLESS";

    private readonly bool isTold = Environment.GetEnvironmentVariable(Variable) is not null;

    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel)
    {
        if (!isTold)
        {
            return new Brevity().Score(group, cancel);
        }

        for (int i = 0; i < 500; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Thread.Sleep(Timeout.Infinite), null);
        }

        return new Endless().Score(group, cancel);
    }

    public void Dispose()
    {
        if (isTold)
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
