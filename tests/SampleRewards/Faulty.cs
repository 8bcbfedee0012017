using System.Runtime.Loader;
using Cppo.Rewards;
using CsvHelper;

namespace SampleRewards;

/// <summary>Fails on the first group.</summary>
public sealed class Throwing : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) => throw new FormatException("no dictionary");
}

/// <summary>Cancels itself although nobody asked for it.</summary>
public sealed class Cancelling : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) => throw new OperationCanceledException("tired");
}

/// <summary>Gives the last completion no number.</summary>
public sealed class NotFinite : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) =>
        [.. group.Completions.Select((_, index) => new RewardScore(index == group.Completions.Count - 1 ? double.NaN : 0))];
}

/// <summary>Forgets a completion.</summary>
public sealed class TooFew : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) =>
        [.. group.Completions.Skip(1).Select(_ => default(RewardScore))];
}

/// <summary>Cannot be made without help.</summary>
public sealed class NeedsHelp(string help) : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) => throw new NotSupportedException(help);
}

/// <summary>Cannot be made at all.</summary>
public sealed class FailsToStart : IGroupReward
{
    public FailsToStart() => throw new FileNotFoundException("words.txt is missing");

    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel) => [];
}

/// <summary>1 where its package is its own and the interface is the program's.</summary>
public sealed class Apart : IGroupReward
{
    public IReadOnlyList<RewardScore> Score(RewardGroup group, CancellationToken cancel)
    {
        var options = new CsvWriterOptions();
        bool ownPackage =
            AssemblyLoadContext.GetLoadContext(options.GetType().Assembly) == AssemblyLoadContext.GetLoadContext(typeof(Apart).Assembly);
        bool sharedInterface = AssemblyLoadContext.GetLoadContext(typeof(IGroupReward).Assembly) == AssemblyLoadContext.Default;
        return [.. group.Completions.Select(_ => new RewardScore(ownPackage && sharedInterface ? 1 : 0))];
    }
}
