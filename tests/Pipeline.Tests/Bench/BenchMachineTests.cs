using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Weights;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Bench;

public sealed class BenchMachineTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("cppo-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task The_machines_rates_are_positive()
    {
        var (code, output, error) = await Bench("machine", "--threads", "1");
        Assert.True(code == 0, error);
        var json = JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!.AsObject();
        Assert.Equal(1, (int)json["threads"]!);
        string[] keys = ["multiply_add_gops", "matrix_product_gflops", "read_gb_per_second", "cached_read_gb_per_second"];
        Assert.All(keys, key => Assert.True((double)json[key]! > 0, key));
        Assert.Contains("reading memory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Products_are_measured_in_every_precision_and_number_of_rows()
    {
        var (code, output, error) = await Bench(
            "products",
            "--config",
            Config(),
            "--repeat",
            "1",
            "--threads",
            "1",
            "--rows",
            "3",
            "--rows",
            "8"
        );
        Assert.True(code == 0, error);
        var products = JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!["products"]!.AsArray();
        Assert.Equal(
            ["fp32 3", "fp32 8", "bf16 3", "bf16 8", "int8 3", "int8 8"],
            products.Select(product => $"{product!["weights"]} {product["rows"]}")
        );
        Assert.All(
            products,
            product =>
            {
                Assert.True((double)product!["tokens_per_second"]! > 0);
                Assert.True((double)product["arithmetic_gops"]! > 0);
                Assert.True((double)product["share_of_limit"]! >= 0);
            }
        );
    }

    [Theory]
    [InlineData("--rows 0", "--rows must be at least 1.")]
    [InlineData("--weights fp16", "'fp16'")]
    public async Task What_cannot_be_measured_gives_2_and_the_place(string options, string message)
    {
        var (code, _, error) = await Bench(["products", "--config", Config(), .. options.Split(' ')]);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Bench(params string[] options)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(["bench", .. options], new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    private string Config()
    {
        string path = Path.Combine(directory.FullName, HfConfigFile.FileName);
        HfConfigFile.Write(
            path,
            new DecoderConfig
            {
                VocabSize = 50,
                HiddenSize = 16,
                IntermediateSize = 24,
                NumLayers = 1,
                NumHeads = 2,
                NumKeyValueHeads = 1,
                MaxPositions = 64,
                TieWordEmbeddings = true,
            },
            WeightType.F32
        );
        return path;
    }
}
