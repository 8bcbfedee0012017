using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Model.Engine;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Bench;

/// <summary>How the time of a phase grows, or that of a step, which is a rollout and an update.</summary>
/// <param name="Name">The phase or step.</param>
/// <param name="Seconds">Median time of the plain workload.</param>
/// <param name="TwiceQuestions">Median, over the turns, of the time with twice the questions over the plain one's.</param>
/// <param name="TwiceLength">The same with completions of twice the length.</param>
internal sealed record PhaseGrowth(string Name, double Seconds, double TwiceQuestions, double TwiceLength);

/// <summary>How time and memory grow.</summary>
/// <param name="Phases">The times of the phases, then of the steps.</param>
/// <param name="PeakBytes">The most memory that the process held after the plain workload, then twice the questions, then twice the
/// length.</param>
internal sealed record GrowthReport(IReadOnlyList<PhaseGrowth> Phases, IReadOnlyList<long> PeakBytes)
{
    /// <summary>A table for people.</summary>
    public IEnumerable<string> ToTable()
    {
        yield return $"{"", -14}{"plain", 10}{"2 x questions", 16}{"2 x length", 16}";
        foreach (var phase in Phases)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{phase.Name, -14}{phase.Seconds, 8:0.000} s{phase.TwiceQuestions, 14:0.00} x{phase.TwiceLength, 14:0.00} x"
            );
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{"peak memory", -14}{PeakBytes[0] >> 20, 6} MiB{Growth(1), 14:0.00} x{Growth(2), 14:0.00} x"
        );
    }

    /// <summary>One JSON object in one line.</summary>
    public string ToJson()
    {
        var json = new JsonObject();
        foreach (var phase in Phases)
        {
            json[phase.Name] = new JsonObject
            {
                ["seconds"] = Math.Round(phase.Seconds, 6),
                ["twice_questions"] = Math.Round(phase.TwiceQuestions, 3),
                ["twice_length"] = Math.Round(phase.TwiceLength, 3),
            };
        }

        json["peak_memory"] = new JsonObject
        {
            ["bytes"] = PeakBytes[0],
            ["twice_questions"] = Math.Round(Growth(1), 3),
            ["twice_length"] = Math.Round(Growth(2), 3),
        };
        return json.ToJsonString();
    }

    private double Growth(int workload) => PeakBytes[workload] / (double)PeakBytes[0];
}

/// <summary>
/// Times of a workload, of one with twice the questions and of one with completions of twice the length, one right after the other in every
/// turn, so that a machine that becomes slower meanwhile slows down all three.
/// </summary>
internal static class GrowthBench
{
    /// <summary>Runs all three once to warm up and <see cref="BenchSettings.Repeat"/> times on the clock.</summary>
    /// <exception cref="UsageException">The model's context or vocabulary is too small for the workload.</exception>
    /// <exception cref="ModelFileException">The file is no configuration of a model that can be run.</exception>
    public static GrowthReport Execute(BenchSettings settings, Action<string> notice, CancellationToken stop)
    {
        var plain = settings.Workload;
        BenchWorkload[] workloads =
        [
            plain,
            plain with
            {
                Questions = 2 * plain.Questions,
            },
            plain with
            {
                Lengths = plain.Lengths.WithTwiceTheCompletion(),
            },
        ];
        using var model = new BenchModel(settings with { Workload = workloads[^1] });
        var works = workloads.Select(workload => model.Works(workload, settings.Phases, stop)).ToArray();
        long[] peaks = works.Select(PeakAfter).ToArray();
        var seconds = new OrderedDictionary<string, double[][]>();
        for (int phase = 0; phase < works[0].Count; phase++)
        {
            string name = works[0][phase].Name;
            seconds[name] =
            [
                .. Enumerable.Range(0, settings.Repeat).Select(turn => Turn([.. works.Select(work => work[phase])], turn, stop)),
            ];
            notice($"{name}: {settings.Repeat} turns");
        }

        seconds["grpo_step"] = Sum(seconds[BenchReport.Rollout], seconds[BenchReport.GrpoUpdate]);
        seconds["cppo_step"] = Sum(seconds[BenchReport.Rollout], seconds[BenchReport.CppoUpdate]);
        return new GrowthReport([.. seconds.Select(phase => Growth(phase.Key, phase.Value))], peaks);
    }

    private static PhaseGrowth Growth(string name, double[][] turns) =>
        new(
            name,
            BenchClock.Median(turns.Select(seconds => seconds[0])),
            BenchClock.Median(turns.Select(seconds => seconds[1] / seconds[0])),
            BenchClock.Median(turns.Select(seconds => seconds[2] / seconds[0]))
        );

    private static double[][] Sum(double[][] first, double[][] second) =>
        [.. first.Zip(second, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];

    private static long PeakAfter(IReadOnlyList<BenchWork> works)
    {
        foreach (var work in works)
        {
            work.Run();
        }

        return Process.GetCurrentProcess().PeakWorkingSet64;
    }

    /// <summary>Seconds of each workload; every turn begins with another one.</summary>
    private static double[] Turn(BenchWork[] works, int turn, CancellationToken stop)
    {
        double[] seconds = new double[works.Length];
        for (int i = 0; i < works.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            int which = (turn + i) % works.Length;
            seconds[which] = BenchClock.Seconds(works[which].Run);
        }

        return seconds;
    }
}
