using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>
/// Runs of 2, 3 and 4 ranks, against one process with as many devices: half of all kinds, in which every two values meet, and all where
/// CPPO_RANKS is <c>all</c>.
/// </summary>
[Collection(RanksCollection.Name)]
public sealed class MpiMatrixTests(RankBed bed) : RankTests(bed)
{
    public static TheoryData<string, int, int, bool> Kinds
    {
        get
        {
            bool takesAll = Environment.GetEnvironmentVariable("CPPO_RANKS") == "all";
            var kinds = new TheoryData<string, int, int, bool>();
            foreach (int size in new[] { 2, 3, 4 })
            {
                foreach (int staleness in new[] { 0, 1 })
                {
                    foreach (bool isSharded in new[] { false, true })
                    {
                        foreach (var (index, family) in Launchers.Families.Index())
                        {
                            if (takesAll || (size + staleness + (isSharded ? 1 : 0) + index) % 2 == 0)
                            {
                                kinds.Add(family, size, staleness, isSharded);
                            }
                        }
                    }
                }
            }

            return kinds;
        }
    }

    [MpiTheory]
    [MemberData(nameof(Kinds))]
    public async Task Ranks_leave_what_one_process_with_as_many_devices_leaves(string family, int size, int staleness, bool isSharded)
    {
        string[] set =
        [
            "run.updates=2",
            $"update.maxStaleness={staleness}",
            "evaluation.after=true",
            .. isSharded ? new[] { Sharded } : [],
        ];
        using var ranks = Train(family, size, set);
        Assert.True(await ranks.EndAsync(ChildProgram.Later) == 0, ranks.Said);
        await AssertLeftAsync(size, set);
        Assert.DoesNotContain("rank 1:", ranks.Said, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(ranks.Said, "^done in ", RegexOptions.Multiline));
    }
}
