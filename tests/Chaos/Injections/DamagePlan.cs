using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>Every damage to a run, by a seed that says where in a file.</summary>
internal sealed class DamagePlan(TestBed bed, int seed)
{
    private const string Newest = "checkpoints/step-000002";
    private const string Earlier = "checkpoints/step-000001";
    private const string Policy = "policy/model.safetensors";

    /// <summary>Files of a run that say what it is.</summary>
    private static readonly string[] Records = ["config.json", "saved.json"];

    /// <summary>What a run has made and does not read again: that they are there and whole is promised, not every bit.</summary>
    private static readonly string[] Results =
    [
        "metrics.jsonl",
        Evaluations,
        "completions/step-000000.parquet",
        "completions/step-000001.parquet",
    ];

    /// <summary>What it held cannot be made again: a resumed run says which lines it lacks, and goes on.</summary>
    private const string Evaluations = "evaluations.jsonl";

    private static readonly string[] LosesLines = ["missing", "empty", "truncated", "zeroed"];

    private static readonly Variant Run = Variant.All[0];

    /// <summary>Each damage of each file, and of directories.</summary>
    public async Task<IReadOnlyList<Injection>> WholeAsync()
    {
        string ground = Path.Combine(bed.DirectoryPath, "plan", Variant.RunName);
        await bed.PrepareAsync(Ground.Cut, Run, ground);
        var random = new Random(seed);
        string[] checkpoint =
        [
            .. FileTree
                .Read(ground)
                .Where(entry => entry.Value != "directory" && entry.Key.StartsWith(Newest + "/", StringComparison.Ordinal))
                .Select(entry => entry.Key),
        ];
        FileTree.Delete(Path.GetDirectoryName(ground)!);
        return
        [
            .. from path in checkpoint.Concat(Records).Concat(Results)
            from damage in Damage.All
            select OfFile(path, damage.Key, damage.Value, random.NextDouble()),
            Of("newest-gone", null, 1, run => FileTree.Delete(Path.Combine(run, Newest))),
            Of("newest-empty", null, 1, run => Empty(Path.Combine(run, Newest))),
            Of("checkpoints-gone", null, 0, run => FileTree.Delete(Path.Combine(run, "checkpoints"))),
            Of("checkpoints-empty", null, 0, run => Empty(Path.Combine(run, "checkpoints"))),
            Of("completions-gone", null, 0, run => FileTree.Delete(Path.Combine(run, "completions"))),
            Of("both-checkpoints", null, 0, FlipBoth),
            Of(
                "newest-of-another-step",
                null,
                1,
                run => FileTree.Move(Path.Combine(run, Newest), Path.Combine(run, "checkpoints/step-000007"))
            ),
            Of("nextOrdinal-later", Newest, 1, run => Replace(run, "\"nextOrdinal\": ", "\"nextOrdinal\": 9")),
            Of("nextOrdinal-negative", Newest, 1, run => Replace(run, "\"nextOrdinal\": ", "\"nextOrdinal\": -")),
            Of("nextBatch-later", Newest, 1, run => Replace(run, "\"nextBatch\": 2", "\"nextBatch\": 3")),
            Of("oldestPolicyVersion-earlier", Newest, 1, run => Replace(run, "\"oldestPolicyVersion\": 1", "\"oldestPolicyVersion\": 0")),
        ];
    }

    private static DamageInjection OfFile(string path, string name, Action<string, double> damage, double place)
    {
        bool isOfCheckpoint = path.StartsWith(Newest + "/", StringComparison.Ordinal);
        bool isResult = Results.Contains(path);
        return Of(
            $"{path}/{name}",
            isOfCheckpoint ? Newest
                : path == Evaluations && LosesLines.Contains(name) ? Evaluations
                : null,
            kept: isOfCheckpoint ? 1
                : isResult ? 0
                : 2,
            run => damage(Path.Combine(run, path), place)
        ) with
        {
            Unread = path == Evaluations || (isResult && name.StartsWith("flip", StringComparison.Ordinal)) ? path : null,
        };
    }

    private static DamageInjection Of(string name, string? mustName, int kept, Action<string> harm) =>
        new($"damage/{name}", Run, mustName, kept, harm);

    private static void Empty(string directory)
    {
        FileTree.Delete(directory);
        Directory.CreateDirectory(directory);
    }

    private static void FlipBoth(string run)
    {
        Damage.Flip(Path.Combine(run, Newest, Policy), 0.6);
        Damage.Flip(Path.Combine(run, Earlier, Policy), 0.6);
    }

    private static void Replace(string run, string old, string replacement)
    {
        string path = Path.Combine(run, Newest, "state.json");
        string text = File.ReadAllText(path);
        string replaced = text.Replace(old, replacement, StringComparison.Ordinal);
        if (text == replaced)
        {
            throw new InvalidOperationException($"{path} has no {old}.");
        }

        File.WriteAllText(path, replaced);
    }
}
