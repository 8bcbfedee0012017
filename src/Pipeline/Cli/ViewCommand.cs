using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Cppo.Pipeline.Browse;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.View;

namespace Cppo.Pipeline.Cli;

/// <summary><c>view</c>: a page about runs, on this machine alone.</summary>
internal sealed class ViewCommand : CliCommand
{
    private const string DefaultPlace = "runs";
    private const int UsualPort = 8321;

    private readonly Argument<string[]> places = new("runs")
    {
        Description = "Directories of runs, of sweeps' results, or directories that hold some; without any, runs. Later runs show up.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<int?> port = new Option<int?>("--port")
    {
        Description = $"The port; 0 takes one that is free. Without it {UsualPort}, or where that is taken one that is free.",
        HelpName = "N",
    }.Within(0, 65535);
    private readonly Option<bool> open = new("--open") { Description = "Open the page in the browser." };

    public ViewCommand(CliContext context)
        : base("view", "Look at runs in the browser, while they train and afterwards: curves, completions, differences.")
    {
        Add(places);
        Add(port);
        Add(open);
        SetAction(async (line, _) => await ServeAsync(context, line.GetValue(places) ?? [], line.GetValue(port), line.GetValue(open)));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("view", "serves a page about all runs in runs, until Ctrl-C"),
            ("view runs/default runs/second --open", "shows two runs beside each other"),
            ("view results/table1", "shows a sweep's tables and figures"),
        ];

    private static async Task ServeAsync(CliContext context, string[] stated, int? port, bool opens)
    {
        if (stated.Length == 0 && !Directory.Exists(DefaultPlace))
        {
            throw new UsageException($"There is no directory {DefaultPlace} here; name the directory of a run or one that holds runs.");
        }

        var catalogue = RunCatalogue.Open(stated.Length == 0 ? [DefaultPlace] : stated);
        await using var server = await StartAsync(context, catalogue, port);
        await context.Output.WriteLineAsync($"{server.Address}  (Ctrl-C ends)");
        await context.Output.FlushAsync();
        if (opens)
        {
            Open(server.Address, context.Error);
        }

        try
        {
            await Task.Delay(Timeout.Infinite, context.Stop.Graceful);
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    private static async Task<ViewServer> StartAsync(CliContext context, RunCatalogue catalogue, int? port)
    {
        try
        {
            return await Start(port ?? UsualPort);
        }
        catch (UsageException) when (port is null)
        {
            return await Start(0);
        }

        Task<ViewServer> Start(int chosen) =>
            ViewServer.StartAsync(
                catalogue,
                PageBundle.Carried,
                chosen,
                line => context.Error.WriteLine(TerminalText.Escaped(line)),
                context.Stop.Graceful
            );
    }

    private static void Open(Uri address, TextWriter error)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true });
        }
        catch (Exception fault) when (fault is Win32Exception or PlatformNotSupportedException)
        {
            error.WriteLine("No browser could be opened here; open the address above in one.");
        }
    }
}
