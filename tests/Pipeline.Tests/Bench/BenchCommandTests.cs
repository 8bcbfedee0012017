using System.Text.Json;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Weights;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private static readonly string[] Timings =
    [
        "rollout_seconds",
        "rollout_tokens_per_second",
        "grpo_update_seconds",
        "grpo_update_tokens_per_second",
        "cppo_update_seconds",
        "cppo_update_tokens_per_second",
        "step_speedup_cppo_over_grpo",
        "weights_hash_seconds",
    ];

    private static readonly string[] Shares =
    [
        "matrix_product_gflops",
        "rollout_share_of_matrix_product",
        "grpo_update_share_of_matrix_product",
        "cppo_update_share_of_matrix_product",
        "prefill_seconds",
        "prefill_tokens_per_second",
        "prefill_limit_tokens_per_second",
        "prefill_share_of_limit",
        "decode_seconds",
        "decode_tokens_per_second",
        "decode_limit_tokens_per_second",
        "decode_share_of_limit",
        "memory_read_gigabytes_per_second",
        "peak_memory_mib",
    ];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-");

    public void Dispose() => directory.Delete(recursive: true);

    [BenchFact]
    public async Task Prints_the_baselines_keys_with_positive_numbers()
    {
        var (code, output, error) = await Bench(
            "--questions",
            "2",
            "--group",
            "3",
            "--keep",
            "2",
            "--prompt",
            "5",
            "--completion",
            "4",
            "--iterations",
            "2",
            "--repeat",
            "1",
            "--threads",
            "1"
        );
        Assert.True(code == 0, error);
        using var document = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        var json = document.RootElement;
        Assert.All(Timings, key => Assert.True(json.GetProperty(key).GetDouble() > 0, key));
        Assert.Equal(
            ["torch", "engine", "threads", "parameters", "workload", .. Timings, .. Shares, "device", "compute_type"],
            json.EnumerateObject().Select(property => property.Name)
        );
        Assert.All(Shares, key => Assert.True(json.GetProperty(key).GetDouble() > 0, key));
        Assert.Equal(1, json.GetProperty("threads").GetInt32());

        // Embedding 11 x 8, final norm 8, and a layer: two norms, q, k, v with biases, o, gate, up, down.
        Assert.Equal((11 * 8) + 8 + 16 + (64 + 8) + (2 * ((4 * 8) + 4)) + 64 + (3 * 8 * 12), json.GetProperty("parameters").GetInt32());
        Assert.Equal(
            """{"questions":2,"group":3,"keep":2,"prompt":5,"completion":4,"iterations":2,"lengths":"fixed"}""",
            json.GetProperty("workload").GetRawText()
        );

        // Seconds are printed to six decimals.
        var (tokens, seconds) = (2 * 3 * 4, json.GetProperty("rollout_seconds").GetDouble());
        Assert.InRange(
            json.GetProperty("rollout_tokens_per_second").GetDouble(),
            (tokens / (seconds + 6e-7)) - 1,
            (tokens / Math.Max(1e-9, seconds - 6e-7)) + 1
        );
    }

    [BenchFact]
    public async Task A_part_alone_prints_its_own_keys()
    {
        var (code, output, error) = await Run(
            "bench",
            "rollout",
            "--config",
            Path.GetDirectoryName(WriteConfig(1024))!,
            "--questions",
            "2",
            "--group",
            "2",
            "--lengths",
            "gsm8k",
            "--repeat",
            "1"
        );
        Assert.True(code == 0, error);
        using var document = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.True(document.RootElement.GetProperty("rollout_tokens_per_second").GetInt64() > 0);
        Assert.False(document.RootElement.TryGetProperty("grpo_update_seconds", out _));
        Assert.Contains("lengths of gsm8k", output, StringComparison.Ordinal);
    }

    [BenchFact]
    public async Task Growth_compares_twice_the_work_with_the_plain_one()
    {
        var (code, output, error) = await Run(
            "bench",
            "growth",
            "--config",
            WriteConfig(13),
            "--questions",
            "2",
            "--group",
            "2",
            "--prompt",
            "5",
            "--completion",
            "4",
            "--repeat",
            "2",
            "--threads",
            "1"
        );
        Assert.True(code == 0, error);
        using var document = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(
            ["rollout", "grpo_update", "cppo_update", "grpo_step", "cppo_step", "peak_memory"],
            document.RootElement.EnumerateObject().Select(property => property.Name)
        );
        Assert.All(
            document.RootElement.EnumerateObject(),
            phase => Assert.True(phase.Value.GetProperty("twice_questions").GetDouble() > 0, phase.Name)
        );
        Assert.InRange(Seconds("grpo_step"), Seconds("grpo_update"), double.MaxValue);
        Assert.InRange(Seconds("cppo_step"), Seconds("rollout"), double.MaxValue);
        Assert.True(document.RootElement.GetProperty("peak_memory").GetProperty("twice_length").GetDouble() >= 1);

        // Completions of twice the length do not fit any more.
        (code, _, error) = await Run(
            "bench",
            "growth",
            "--config",
            WriteConfig(12),
            "--questions",
            "2",
            "--group",
            "2",
            "--prompt",
            "5",
            "--completion",
            "4"
        );
        Assert.Equal(2, code);
        Assert.Contains("13 tokens together", error, StringComparison.Ordinal);

        double Seconds(string name) => document.RootElement.GetProperty(name).GetProperty("seconds").GetDouble();
    }

    [Fact]
    public async Task Parquet_and_tokenize_measure_something_and_leave_nothing_behind()
    {
        var (code, output, error) = await Run(
            "bench",
            "parquet",
            "--directory",
            directory.FullName,
            "--files",
            "1",
            "--completion",
            "3",
            "--repeat",
            "1"
        );
        Assert.True(code == 0, error);
        Assert.Contains("\"rows\":256", output, StringComparison.Ordinal);
        Assert.Empty(directory.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData("--keep 4 --group 3", "--keep 4 is more than --group 3.")]
    [InlineData("--completion 0", "--completion is 0; it must be at least 1.")]
    [InlineData(
        "--prompt 60 --completion 5",
        "--prompt and --completion are 65 tokens together, but CONFIG has max_position_embeddings 64."
    )]
    [InlineData("--engine none --prompt 8 --completion 4", "The engine 'none' is unknown;")]
    public async Task A_workload_that_cannot_run_gives_2_and_the_place(string options, string message)
    {
        var (code, output, error) = await Bench(options.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(message.Replace("CONFIG", ConfigPath, StringComparison.Ordinal), error, StringComparison.Ordinal);
    }

    private string ConfigPath => Path.Combine(directory.FullName, HfConfigFile.FileName);

    private async Task<(int ExitCode, string Output, string Error)> Bench(params string[] options)
    {
        WriteConfig(Tiny.MaxPositions);
        return await Run(["bench", "--config", ConfigPath, .. options]);
    }

    private string WriteConfig(int maxPositions)
    {
        HfConfigFile.Write(ConfigPath, Tiny with { MaxPositions = maxPositions }, WeightType.F32);
        return ConfigPath;
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] line)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(line, new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    private static DecoderConfig Tiny =>
        new()
        {
            VocabSize = 11,
            HiddenSize = 8,
            IntermediateSize = 12,
            NumLayers = 1,
            NumHeads = 2,
            NumKeyValueHeads = 1,
            MaxPositions = 64,
            TieWordEmbeddings = true,
        };

    /// <summary>A fact that runs the automatic engine, skipped with the reason where it cannot be made.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class BenchFactAttribute : FactAttribute
    {
        public BenchFactAttribute()
        {
            try
            {
                EngineFactory.Create("auto", Tiny, RandomWeights.Create(Tiny, seed: 0), new EngineSettings { Threads = 1 }).Dispose();
            }
            catch (EngineUnavailableException error)
            {
                Skip = error.Message;
            }
        }
    }
}
