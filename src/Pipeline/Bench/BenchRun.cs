using System.Diagnostics;
using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Managed;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Bench;

/// <summary>Rollouts and updates of one workload, phase by phase.</summary>
internal static class BenchRun
{
    /// <summary>Runs every phase once to warm up and <see cref="BenchSettings.Repeat"/> times on the clock.</summary>
    /// <exception cref="UsageException">The model's context or vocabulary is too small for the workload.</exception>
    /// <exception cref="ModelFileException">The file is no configuration of a model that can be run.</exception>
    public static BenchReport Execute(BenchSettings settings, Action<string> notice, CancellationToken stop)
    {
        using var model = new BenchModel(settings);
        var phases = new List<BenchPhase>();
        foreach (var work in model.Works(settings.Workload, settings.Phases, stop))
        {
            double seconds = BenchClock.MedianSeconds(work.Run, settings.Repeat, stop);
            notice(string.Create(CultureInfo.InvariantCulture, $"{work.Name}: {seconds:0.000} s"));
            phases.Add(new BenchPhase(work.Name, seconds, work.Tokens, work.Operations));
        }

        long peak = Process.GetCurrentProcess().PeakWorkingSet64;
        var machine = model.EngineName == "managed" ? MachineRates.Measure(settings.Threads) : null;
        RolloutPart[] parts = [];
        if (machine is not null && phases.Find(phase => phase.Name == BenchReport.Rollout) is { } rollout)
        {
            var (prefill, decode, runPrefill) = model.Parts(settings.Workload, settings.Phases, stop);
            double seconds = BenchClock.MedianSeconds(runPrefill, settings.Repeat, stop),
                rate = machine.Arithmetic(settings.Precision);
            parts =
            [
                new RolloutPart(prefill, seconds, rate, machine.ReadBytes),
                new RolloutPart(decode, Math.Max(rollout.Seconds - seconds, 1e-6), rate, machine.ReadBytes),
            ];
        }

        double hash = settings.Phases.HasFlag(BenchPhases.Update) ? HashSeconds(model, stop) : 0;
        return new BenchReport(
            settings,
            model.EngineName,
            model.Parameters,
            EngineFactory.MatrixProductRate(settings.EngineSettings),
            peak,
            phases
        )
        {
            Machine = parts.Length > 0 ? machine : null,
            Parts = parts,
            WeightsHashSeconds = hash,
        };
    }

    /// <summary>
    /// The median of 20 hashes, after half a second of them: the runtime compiles to the end only what was called often, and not at once.
    /// </summary>
    private static double HashSeconds(BenchModel model, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5)
        {
            model.HashWeights();
        }

        return BenchClock.MedianSeconds(model.HashWeights, repeat: 20, stop);
    }
}
