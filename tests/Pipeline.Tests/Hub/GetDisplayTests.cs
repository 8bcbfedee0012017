using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>What <c>get</c> shows while it fetches, and how it ends when it is asked to.</summary>
public sealed class GetDisplayTests
{
    private static readonly string Hash = new('0', 40);

    [Fact]
    public async Task On_a_terminal_the_block_is_drawn_over_itself_and_gone_at_the_end()
    {
        using var screen = new ScreenEmulator(70, 20);
        FileProgress[] files = [Progress("config.json", 660, 0), Progress("model.safetensors", 3_000_000_000, 1_000_000_000)];
        await using (var display = new GetDisplay(files, screen, screen.Width, TimeProvider.System))
        {
            files[0].Start();
            files[1].Start();
            files[1].Set(2_000_000_000);
            await SeeAsync(screen, "  model.safetensors  2.0 GB of 3.0 GB (66 %)");
            Assert.Contains(screen.Rows, row => row.StartsWith("2.0 GB of 3.0 GB (66 %), ", StringComparison.Ordinal));
            display.Say("a line\u001b[2J of the hub's");
            files[0].End();
            await SeeAsync(screen, "  config.json, 660 B");
            files[1].End();
        }

        Assert.Equal(["a line\\u001b[2J of the hub's", "  config.json, 660 B", "  model.safetensors, 3.0 GB"], screen.Rows);
    }

    [Fact]
    public async Task Elsewhere_there_is_a_line_for_each_file()
    {
        using var output = new StringWriter { NewLine = "\n" };
        FileProgress[] files = [Progress("config.json", 660, 0), Progress("left.json", 5, 0)];
        await using (new GetDisplay(files, output, 0, TimeProvider.System))
        {
            files[0].End();
        }

        Assert.Equal("  config.json, 660 B\n", output.ToString());
    }

    [Fact]
    public async Task A_stop_ends_it_and_what_is_there_stays()
    {
        using var server = new HubServer { Pace = 4096 };
        using var folder = new HubFolder();
        var model = server.AddModel("org/stopped", 20_000_000);
        using var stop = new StopSignals();
        using var error = new StringWriter();
        var context = new CliContext(TextReader.Null, TextWriter.Null, error, stop) { Hub = server.Environment(folder.Cache) };
        var running = CommandLine.RunAsync(["get", "org/stopped"], context);
        string part = folder.InCache(model, "blobs", model.File("model.safetensors").Hash + ".incomplete");
        while (!running.IsCompleted && !(File.Exists(part) && new FileInfo(part).Length > 0))
        {
            await Task.Delay(5);
        }

        stop.Request();
        Assert.Equal(130, await running);
        Assert.EndsWith("interrupted" + Environment.NewLine, error.ToString(), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(part).Length, 1, 19_999_999);
    }

    private static FileProgress Progress(string name, long size, long present) => new(new HubFile(name, size, Hash), present, _ => { });

    private static async Task SeeAsync(ScreenEmulator screen, string row)
    {
        for (int looks = 0; !screen.Rows.Contains(row); looks++)
        {
            Assert.True(looks < 1000, string.Join('\n', screen.Rows));
            await Task.Delay(10);
        }
    }
}
