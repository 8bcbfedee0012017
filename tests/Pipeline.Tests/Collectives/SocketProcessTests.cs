using System.Diagnostics;
using System.Globalization;
using Cppo.Pipeline.Collectives.Sockets;
using Cppo.Pipeline.Tests.Distributed;

namespace Cppo.Pipeline.Tests.Collectives;

/// <summary>Ranks that are processes without a launcher: none outlives another that is lost.</summary>
public sealed class SocketProcessTests
{
    /// <summary>Seconds within which all end when one is lost; the start of .NET is among them.</summary>
    private const int Soon = 40;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Every_call_gives_the_bits_of_threads(int size)
    {
        var ranks = await RunAsync(size, "check", 60);
        Assert.All(ranks.Index(), rank => Assert.Equal((0, $"rank {rank.Index} of {size} is done\n"), rank.Item));
    }

    [Theory]
    [InlineData("killed", 137)]
    [InlineData("forgets", 0)]
    public async Task A_rank_that_ends_without_a_word_ends_all(string scenario, int code)
    {
        var ranks = await RunAsync(3, scenario, 600);
        Assert.Equal(code, ranks[1].ExitCode);
        Assert.All(
            new[] { ranks[0], ranks[2] },
            rank =>
            {
                Assert.Equal(1, rank.ExitCode);
                Assert.Matches(@"^Rank 0 of 3 \(.+\) has lost rank 1", rank.Said);
            }
        );
    }

    [Fact]
    public async Task A_rank_that_ends_all_gives_all_its_exit_code() =>
        Assert.Equal([7, 7, 7], (await RunAsync(3, "abort", 600)).Select(rank => rank.ExitCode));

    [Fact]
    public async Task A_rank_that_never_comes_ends_itself_with_the_others_sentence()
    {
        var ranks = await RunAsync(2, "absent", 2);
        Assert.All(
            ranks,
            rank => Assert.Matches(@"^Rank 0 of 2 \(.+\) has waited 2 s for the gradients of update 12; rank 1 has not come\.", rank.Said)
        );
        Assert.Equal([1, 1], ranks.Select(rank => rank.ExitCode));
    }

    private static async Task<(int ExitCode, string Said)[]> RunAsync(int size, string scenario, int limit)
    {
        Process[] processes = [.. SocketRanks.Places(size).Select(place => Start(place, scenario, limit))];
        try
        {
            var said = processes.Select(async process =>
                await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync()
            );
            string[] texts = await Task.WhenAll(said).WaitAsync(TimeSpan.FromSeconds(scenario == "check" ? 3 * Soon : Soon));
            await Task.WhenAll(processes.Select(process => process.WaitForExitAsync())).WaitAsync(TimeSpan.FromSeconds(Soon));
            return [.. processes.Zip(texts, (process, text) => (process.ExitCode, text))];
        }
        finally
        {
            foreach (var process in processes)
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }

                process.Dispose();
            }
        }
    }

    private static Process Start(SocketPlace place, string scenario, int limit)
    {
        var start = new ProcessStartInfo("dotnet", [.. Launchers.RankProgram[1..], scenario, limit.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[SocketPlace.RankVariable] = $"{place.Rank}";
        start.Environment[SocketPlace.SizeVariable] = $"{place.Size}";
        start.Environment[SocketPlace.HostVariable] = place.Host;
        start.Environment[SocketPlace.PortVariable] = $"{place.Port}";
        return Process.Start(start)!;
    }
}
