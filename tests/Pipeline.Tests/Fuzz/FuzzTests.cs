using System.Diagnostics;
using Cppo.Pipeline.Tests.Configuration;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Fuzz;

/// <summary>
/// Damaged inputs of each reader end in the program's own exceptions, soon, in little memory and by name (tests/Fuzz/Judge.cs), in a
/// process of its own. <c>make fuzz</c> gives more of them.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Inputs_that_once_failed_do_not_fail_again()
    {
        string corpus = Repository.Path("tests/corpus");
        string[] lines = await RunAsync("--inputs", "0", "--corpus", corpus);
        int expected = Directory.GetFiles(corpus, "*", SearchOption.AllDirectories).Length;
        int replayed = lines[..^1]
            .Sum(line => int.Parse(line.Split(", ")[^2].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(expected > 0);
        Assert.Equal(expected, replayed);
    }

    [Fact]
    public async Task Two_thousand_inputs_of_each_reader()
    {
        string[] lines = await RunAsync("--inputs", "2000", "--corpus", directory.Of("corpus"));
        Assert.Matches("^2000 inputs for each of 15 readers: [0-9]+ accepted, [0-9]+ refused, 0 failures$", lines[^1]);

        // Sound ones are among them, so that what lies behind the first check is reached.
        Assert.All(lines[..^1], line => Assert.DoesNotMatch(" inputs +0 accepted", line));
    }

    private static async Task<string[]> RunAsync(params string[] args)
    {
        string program = Repository.Path($"tests/Fuzz/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/Fuzz.dll");
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        var error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}{await error}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
