using System.Text.Json;
using Cppo.Model.Collectives;
using Cppo.Model.Loading;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Distributed;

/// <summary>What must be the same on all processes of a run, and is compared rather than believed.</summary>
internal static class RankAgreement
{
    private const int Shown = 80;

    /// <summary>Compares what determines how a run goes: every key, the program, and what its numbers are computed with.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="config">The whole run's.</param>
    /// <param name="cores">Cores of this machine that the process may use.</param>
    /// <exception cref="UsageException">A process differs from the first.</exception>
    public static void OnSettings(RunRanks ranks, PipelineConfig config, int cores)
    {
        if (ranks.IsAlone)
        {
            return;
        }

        var mine = new Dictionary<string, string>(ConfigKeys.Flatten(ConfigWriter.WriteForRun(config)))
        {
            ["the vector level"] = EngineFactory.VectorLevel,
            ["the number of threads"] = $"{CoreDivision.Of(config, cores).Cores}",
        };
        Require(
            ranks.Updates,
            mine,
            "the settings of all processes",
            (key, rank, value, first) =>
                new UsageException(
                    $"rank {rank} has {key} = {value}, and rank 0 has {first}; start all processes of a run alike: the same program, "
                        + "pipeline file and options, on machines of the same kind."
                )
        );
    }

    /// <summary>Compares the start weights and the questions of all processes.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="weights">The hash of the weights.</param>
    /// <param name="questions">A hash of the questions.</param>
    /// <exception cref="UsageException">A process has loaded others than the first.</exception>
    public static void OnInputs(RunRanks ranks, Func<string> weights, Func<string> questions)
    {
        if (ranks.IsAlone)
        {
            return;
        }

        Require(
            ranks.Updates,
            new Dictionary<string, string> { ["weights"] = weights(), ["questions"] = questions() },
            "the weights and questions of all processes",
            (key, rank, value, first) =>
                new UsageException(
                    $"rank {rank} has loaded {key} with the hash {value}, and rank 0 with {first}; give all processes the same files: "
                        + "model.path, data.train.path, data.test.path and run.directory must lead to the same places on every machine."
                )
        );
    }

    /// <summary>Compares the weights that an update has made.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="updates">Updates done.</param>
    /// <param name="weights">The hash of the weights.</param>
    /// <exception cref="InvalidOperationException">A process has others than the first.</exception>
    public static void OnWeights(ICollective ranks, int updates, string weights)
    {
        if (ranks.Size == 1)
        {
            return;
        }

        Require(
            ranks,
            new Dictionary<string, string> { ["weights"] = weights },
            $"the weights after {updates} updates",
            (_, rank, value, first) =>
                new InvalidOperationException(
                    $"After {updates} updates rank {rank} has weights with the hash {value}, and rank 0 with {first}: a machine computes "
                        + "otherwise than the others. Nothing of this update was saved; continue with "
                        + $"{SetOption.Of("run.resume=true")} on machines of the same kind."
                )
        );
    }

    private static void Require(
        ICollective ranks,
        IReadOnlyDictionary<string, string> mine,
        string purpose,
        Func<string, int, string, string, Exception> refusal
    )
    {
        byte[][] all = ranks.Gather(JsonSerializer.SerializeToUtf8Bytes(mine), purpose);
        var first = Read(all[0]);
        for (int rank = 1; rank < all.Length; rank++)
        {
            var other = Read(all[rank]);
            foreach (string key in first.Keys.Union(other.Keys))
            {
                string? expected = first.GetValueOrDefault(key);
                string? actual = other.GetValueOrDefault(key);
                if (expected != actual)
                {
                    throw refusal(key, rank, Excerpt(actual), Excerpt(expected));
                }
            }
        }
    }

    private static Dictionary<string, string> Read(byte[] json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    private static string Excerpt(string? value) =>
        value is null ? "none"
        : value.Length <= Shown ? value
        : value[..Shown] + "...";
}
