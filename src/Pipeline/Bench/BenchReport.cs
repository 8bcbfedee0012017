using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Bench;

/// <summary>One measured phase.</summary>
/// <param name="Name">The baseline's name of the phase.</param>
/// <param name="Seconds">Median wall-clock time.</param>
/// <param name="Tokens">Completion tokens.</param>
/// <param name="Operations">Floating-point operations that it cannot do without.</param>
internal sealed record BenchPhase(string Name, double Seconds, long Tokens, double Operations)
{
    /// <summary>Completion tokens a second.</summary>
    public double TokensPerSecond => Tokens / Seconds;
}

/// <summary>What one benchmark measured.</summary>
/// <param name="Settings">The threads and the workload.</param>
/// <param name="Engine">The name of the engine that ran.</param>
/// <param name="Parameters">Numbers in the model's weights.</param>
/// <param name="MatrixProductRate">Operations a second of a large matrix product on that device, on as many threads.</param>
/// <param name="PeakMemoryBytes">The most memory that the process held.</param>
/// <param name="Phases">In the order in which they ran.</param>
internal sealed record BenchReport(
    BenchSettings Settings,
    string Engine,
    long Parameters,
    double MatrixProductRate,
    long PeakMemoryBytes,
    IReadOnlyList<BenchPhase> Phases
)
{
    /// <summary>The rollout's phase.</summary>
    public const string Rollout = "rollout";

    /// <summary>The update on all completions.</summary>
    public const string GrpoUpdate = "grpo_update";

    /// <summary>The update on those that are kept.</summary>
    public const string CppoUpdate = "cppo_update";

    // The engine's name may hold characters that the default encoder writes as escapes.
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Median time of the weights' hash, which a run states once an update; 0 where no update was measured.</summary>
    public double WeightsHashSeconds { get; init; }

    /// <summary>What the machine's cores reach; null on another device.</summary>
    public MachineRates? Machine { get; init; }

    /// <summary>Prefill and decode of the rollout; empty where there is none, or on a device whose memory was not measured.</summary>
    public IReadOnlyList<RolloutPart> Parts { get; init; } = [];

    /// <summary>Share of the machine's matrix-product rate that a phase reaches, 0 .. 1.</summary>
    public double Share(BenchPhase phase) => phase.Operations / phase.Seconds / MatrixProductRate;

    /// <summary>
    /// Rollout and GRPO update over rollout and CPPO update: how much sooner a step ends for pruning alone; null without all three.
    /// </summary>
    public double? StepSpeedup() =>
        (Find(Rollout), Find(GrpoUpdate), Find(CppoUpdate)) is ({ } rollout, { } grpo, { } cppo)
            ? (rollout.Seconds + grpo.Seconds) / (rollout.Seconds + cppo.Seconds)
            : null;

    /// <summary>A table for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Parameters} parameters, engine {Engine}, {Settings.Device}, {Settings.ComputeType}, {Settings.Threads} threads, "
                + $"{Settings.Workload.Lengths}; matrix product: {MatrixProductRate / 1e9:0} GFLOP/s"
        );
        yield return $"{"", -14}{"seconds", 10}{"tokens/s", 12}{"of the matrix product's rate", 32}";
        foreach (var phase in Phases)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{phase.Name, -14}{phase.Seconds, 10:0.000}{phase.TokensPerSecond, 12:0}{100 * Share(phase), 30:0.0} %"
            );
        }

        if (Parts.Count > 0)
        {
            yield return RolloutPart.Header;
            foreach (var part in Parts)
            {
                yield return part.ToRow();
            }
        }

        if (Machine is not null)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"limits at {Machine.Arithmetic(Settings.Precision) / 1e9:0} G operations/s and {Machine.ReadBytes / 1e9:0.0} GB/s"
            );
        }

        if (Find(CppoUpdate) is { } update)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"hash of the weights: {1000 * WeightsHashSeconds:0.00} ms, {100 * WeightsHashSeconds / update.Seconds:0.000} % of the "
                    + $"CPPO update"
            );
        }

        if (StepSpeedup() is { } speedup)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"CPPO step over GRPO step: {speedup:0.00} times as fast");
        }
    }

    /// <summary>
    /// One JSON object in one line, with the Python baseline's keys first; <c>torch</c> names what ran in PyTorch's place.
    /// </summary>
    public string ToJson()
    {
        var work = Settings.Workload;
        var json = new JsonObject
        {
            ["torch"] = $"Cppo.Pipeline, engine {Engine}, .NET {Environment.Version}",
            ["engine"] = Engine,
            ["threads"] = Settings.Threads,
            ["parameters"] = Parameters,
            ["workload"] = new JsonObject
            {
                ["questions"] = work.Questions,
                ["group"] = work.Group,
                ["keep"] = work.Keep,
                ["prompt"] = work.Lengths.Prompt[work.Lengths.Prompt.Count / 2],
                ["completion"] = work.Lengths.Completion[work.Lengths.Completion.Count / 2],
                ["iterations"] = work.Iterations,
                ["lengths"] = work.Lengths.Name,
            },
        };
        foreach (var phase in Phases)
        {
            json[$"{phase.Name}_seconds"] = Math.Round(phase.Seconds, 6);
            json[$"{phase.Name}_tokens_per_second"] = (long)Math.Round(phase.TokensPerSecond);
        }

        if (StepSpeedup() is { } speedup)
        {
            json["step_speedup_cppo_over_grpo"] = Math.Round(speedup, 3);
        }

        if (WeightsHashSeconds > 0)
        {
            json["weights_hash_seconds"] = Math.Round(WeightsHashSeconds, 9);
        }

        json["matrix_product_gflops"] = Math.Round(MatrixProductRate / 1e9, 1);
        foreach (var phase in Phases)
        {
            json[$"{phase.Name}_share_of_matrix_product"] = Math.Round(Share(phase), 6);
        }

        foreach (var part in Parts)
        {
            part.AddTo(json);
        }

        if (Machine is not null)
        {
            json["arithmetic_gops"] = Math.Round(Machine.Arithmetic(Settings.Precision) / 1e9, 1);
            json["read_gb_per_second"] = Math.Round(Machine.ReadBytes / 1e9, 1);
        }

        json["peak_memory_mib"] = Math.Round(PeakMemoryBytes / 1048576.0, 1);
        json["device"] = Settings.Device;
        json["compute_type"] = Settings.ComputeType == ComputeType.BFloat16 ? "bfloat16" : "float32";
        json["precision"] = PrecisionNames.Of(Settings.Precision);
        return json.ToJsonString(OneLine);
    }

    private BenchPhase? Find(string name) => Phases.FirstOrDefault(phase => phase.Name == name);
}
