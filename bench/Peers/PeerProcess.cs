using System.Diagnostics;
using System.Text.Json;
using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;

namespace Cppo.Peers;

/// <summary>Something that can be raced: it says what it makes of the prompt, then runs against the clock.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>The logprob of each prompt token after those before it, shape [prompt - 1].</summary>
    double[] Logprobs();

    /// <summary>Draws the completions of the prompt.</summary>
    Measurement Measure(int rows, int completion);

    /// <summary>Its name and what it computes with.</summary>
    string Engine { get; }
}

/// <summary>
/// A contestant in a process of its own, so that memory and threads are its own: it loads, writes the prompt's logprobs as a line, waits
/// for a line, and writes what it measured.
/// </summary>
internal static class PeerProcess
{
    /// <summary>The first argument of such a process.</summary>
    public const string Command = "peer";

    private const int WarmUpTokens = 8;

    /// <summary>How long a contestant warms up at least, so that the runtime has compiled what is measured to the end.</summary>
    private const double WarmUpSeconds = 2;

    /// <summary>How long is measured at least: the median of as many runs.</summary>
    private const double MeasuredSeconds = 1;

    public static int Run(string kind, string[] args)
    {
        var order = TurnOrder.Parse(args[0]);
        try
        {
            if (kind == ModelMaker.Kind)
            {
                ModelMaker.Make(order.Model, order.Variant);
                return 0;
            }

            using IPeer peer = kind == LlamaPeer.Kind ? new LlamaPeer(order) : new OwnPeer(order);
            Console.WriteLine(JsonSerializer.Serialize(peer.Logprobs()));
            if (Console.ReadLine() is null)
            {
                return 0;
            }

            new Thread(Watch) { IsBackground = true }.Start();
            var measurements = new List<Measurement>();
            foreach (int rows in order.Rows)
            {
                Repeat(WarmUpSeconds, () => peer.Measure(rows, Math.Min(WarmUpTokens, order.Completion)));
                var runs = Repeat(MeasuredSeconds, () => peer.Measure(rows, order.Completion));
                measurements.Add(runs.OrderBy(run => run.Seconds).ElementAt(runs.Count / 2));
            }

            Console.WriteLine(JsonSerializer.Serialize(new TurnResult(peer.Engine, measurements, TurnResult.PeakOfProcess())));
            return 0;
        }
        catch (Exception error) when (error is ConfigException or EngineUnavailableException or ModelFileException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    /// <summary>Ends this process where that of the race has gone, however it went.</summary>
    private static void Watch()
    {
        if (Console.ReadLine() is null)
        {
            Environment.Exit(1);
        }
    }

    private static List<Measurement> Repeat(double seconds, Func<Measurement> run)
    {
        var runs = new List<Measurement>();
        long start = Stopwatch.GetTimestamp();
        while (runs.Count == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            runs.Add(run());
        }

        return runs;
    }

    /// <summary>Starts this program as a contestant.</summary>
    public static Process Start(string kind, TurnOrder order)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(PeerProcess).Assembly.Location);
        }

        foreach (string argument in (string[])[Command, kind, order.ToJson()])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
