using System.Diagnostics;
using System.Globalization;
using Cppo.Model.Collectives;

namespace Cppo.RankProgram;

/// <summary>What ranks do together in a test; a scenario that goes wrong throws.</summary>
internal static class Scenarios
{
    public static readonly IReadOnlyDictionary<string, Action<ICollective>> All = new Dictionary<string, Action<ICollective>>
    {
        ["check"] = Checks.Run,
        ["totals"] = Checks.Totals,
        ["start"] = static _ => { },
        ["late"] = Late,
        ["absent"] = Absent,
        ["killed"] = Killed,
        ["ended"] = Ended,
        ["hangs"] = Hangs,
        ["pauses"] = Pauses,
        ["other"] = Other,
        ["lengths"] = Lengths,
        ["abort"] = Abort,
        ["forgets"] = Forgets,
    };

    /// <summary>The last rank comes after two seconds; the others leave the cores to it.</summary>
    private static void Late(ICollective ranks)
    {
        _ = ranks.AnyTrue(false, "the start");
        if (ranks.Rank == ranks.Size - 1)
        {
            Thread.Sleep(TimeSpan.FromSeconds(2));
        }

        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        float[] values = [ranks.Rank];
        ranks.Sum(values, "a late rank");
        process.Refresh();
        double used = (process.TotalProcessorTime - before).TotalMilliseconds;
        if (used > 500)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"Rank {ranks.Rank} used {used:0} ms of processor time while it waited.")
            );
        }

        Checks.Equal([(ranks.Size - 1) * ranks.Size / 2f], values, "a sum with a late rank");
    }

    private static void Absent(ICollective ranks)
    {
        if (ranks.Rank == 1)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        ranks.Sum(new float[100], "the gradients of update 12");
    }

    private static void Killed(ICollective ranks)
    {
        float[] values = new float[1 << 20];
        for (int turn = 0; ; turn++)
        {
            if (turn == 20 && ranks.Rank == 1)
            {
                using var self = Process.GetCurrentProcess();
                self.Kill();
            }

            ranks.Sum(values, $"turn {turn}");
        }
    }

    /// <summary>One rank stops as a whole, as behind a link that is gone.</summary>
    private static void Hangs(ICollective ranks)
    {
        if (ranks.Rank == 1)
        {
            Shell($"kill -STOP {Environment.ProcessId}");
        }

        ranks.Sum(new float[100], "the gradients of update 12");
    }

    /// <summary>One rank stops as a whole for a while, and goes on.</summary>
    private static void Pauses(ICollective ranks)
    {
        if (ranks.Rank == 1)
        {
            Shell($"kill -STOP {Environment.ProcessId}; sleep 5; kill -CONT {Environment.ProcessId}");
        }

        float[] values = [ranks.Rank];
        ranks.Sum(values, "the gradients of update 12");
        Checks.Equal([(ranks.Size - 1) * ranks.Size / 2f], values, "a sum with a rank that paused");
    }

    private static void Shell(string commands)
    {
        using var shell = Process.Start("sh", ["-c", commands]);
        shell.WaitForExit();
    }

    /// <summary>One rank fails; it says why, and the others say that they miss it.</summary>
    private static void Ended(ICollective ranks)
    {
        using var other = ranks.Duplicate("a duplicate");
        if (ranks.Rank == 1)
        {
            throw new InvalidOperationException("The disk of rank 1 is full.");
        }

        other.Sum(new float[100], "the gradients of update 12");
    }

    private static void Other(ICollective ranks)
    {
        if (ranks.Rank == 1)
        {
            _ = ranks.AnyTrue(true, "a stop");
        }
        else
        {
            ranks.Sum(new float[100], "the gradients of update 12");
        }
    }

    private static void Lengths(ICollective ranks) => ranks.Sum(new float[100 + ranks.Rank], "the gradients of update 12");

    /// <summary>Another thread than the one that waits ends all.</summary>
    private static void Abort(ICollective ranks)
    {
        if (ranks.Rank == 1)
        {
            new Thread(() =>
            {
                Thread.Sleep(500);
                ranks.Abort(7);
            }).Start();
        }
        else
        {
            Thread.Sleep(Timeout.Infinite);
        }

        ranks.Sum(new float[100], "the gradients of update 12");
    }

    /// <summary>A rank that leaves without a word must not look like one that is done.</summary>
    private static void Forgets(ICollective ranks)
    {
        if (ranks.Rank == 1)
        {
            Environment.Exit(0);
        }

        ranks.Sum(new float[100], "the gradients of update 12");
    }
}
