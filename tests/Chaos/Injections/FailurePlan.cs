using System.Globalization;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>Every full disk and every failure.</summary>
internal static class FailurePlan
{
    private static readonly double[] Shares = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    private static readonly long[] SizeLimits = [0, 100, 1000, 4000, 8000, 16_000, 32_000, 60_000];
    private static readonly int[] FailingCalls = [1, 2, 4, 6];

    /// <summary>Paths of a run, each with whether a directory is put there in place of a file, or a file in place of a directory.</summary>
    private static readonly (string Path, bool IsDirectory)[] Obstacles =
    [
        ("config.json", true),
        ("metrics.jsonl", true),
        ("evaluations.jsonl", true),
        ("completions", false),
        ("completions/step-000002.parquet", true),
        ("checkpoints", false),
        ("checkpoints/step-000002", false),
        ("model", false),
        ("model.tmp/model.safetensors", true),
        ("report.html", true),
    ];

    public static IReadOnlyList<Injection> Whole { get; } =
    [
        .. Shares.Select(share => new FullDiskInjection(Id("disk/full", share * 100), Variant.All[0], share)),
        .. SizeLimits.Select(limit => new FailureInjection(Id("disk/file-limit", limit), Variant.All[0]) { FileSizeLimit = limit }),
        .. from variant in Variant.All.Take(2)
        from call in FailingCalls
        select new FailureInjection(Id($"failure/{variant}/reward", call), variant) { FailingCall = call },
        .. Obstacles.Select(obstacle => new FailureInjection($"failure/{obstacle.Path}", Variant.All[0])
        {
            ObstaclePath = obstacle.Path,
            IsDirectory = obstacle.IsDirectory,
        }),
    ];

    private static string Id(string name, double number) => string.Create(CultureInfo.InvariantCulture, $"{name}:{number:0}");
}
