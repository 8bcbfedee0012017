using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Settings;
using Cppo.Stages;

namespace Cppo.Pipeline.Memory;

/// <summary>Refuses a run that cannot fit before it loads anything, rather than have the system end it after hours.</summary>
internal static class MemoryCheck
{
    private const int KeysNamed = 3;

    /// <summary>Ends without a word where the run fits, or where nobody can tell.</summary>
    /// <param name="config">Validated; of a run of several processes, with the devices of this one.</param>
    /// <param name="questions">All that prompts are made of.</param>
    /// <param name="rank">This process; null: there is one.</param>
    /// <exception cref="UsageException">The plan is beyond what a memory has; names the keys that save most.</exception>
    /// <exception cref="ModelFileException">The tokenizer is missing or damaged.</exception>
    public static void Require(PipelineConfig config, IEnumerable<Question> questions, PlannedRank? rank = null)
    {
        if (ModelOf(config) is not { } model)
        {
            return;
        }

        // Most runs fit whatever their prompts are; only for the others are these looked at.
        int cores = ProcessCores.Own.Count;
        if (Lacking(config, MemoryPlan.Of(config, model, LongestPrompt.Bound, cores, rank)).Count == 0)
        {
            return;
        }

        var prompt = LongestPrompt.Of(config, LongestPrompt.TokenizerOf(config, model.VocabSize), questions);
        var plan = MemoryPlan.Of(config, model, prompt, cores, rank);
        if (Lacking(config, plan) is { Count: > 0 } lacking)
        {
            throw new UsageException(Refusal(config, model, plan, lacking, cores));
        }
    }

    /// <summary>The architecture; null where it cannot be read, which loading says.</summary>
    public static DecoderConfig? ModelOf(PipelineConfig config)
    {
        string path = Path.Combine(config.Model.Path, HfConfigFile.FileName);
        try
        {
            return File.Exists(path) ? HfConfigFile.Read(path) : null;
        }
        catch (ModelFileException)
        {
            return null;
        }
    }

    /// <summary>The memories that have less than is planned, and what they have; those that cannot be asked are left out.</summary>
    private static Dictionary<string, long> Lacking(PipelineConfig config, MemoryPlan plan) =>
        plan
            .Places.Select(place => (place, Available: Available(config, place.Place)))
            .Where(asked => asked.Available is { } available && asked.place.Bytes > available)
            .ToDictionary(asked => asked.place.Place, asked => asked.Available!.Value);

    private static long? Available(PipelineConfig config, string place) =>
        place != PlannedMemory.Host ? DeviceMemory.FreeBytes(place)
        : config.Run.MemoryLimit > 0 ? (long)(config.Run.MemoryLimit * (1L << 30))
        : ProcessMemory.AvailableBytes();

    private static string Refusal(PipelineConfig config, DecoderConfig model, MemoryPlan plan, Dictionary<string, long> lacking, int cores)
    {
        var savings = MemoryAdvice.Of(config, model, plan, cores, lacking.Keys).Take(KeysNamed).ToArray();
        string needs = string.Join(
            " and ",
            lacking.Select(place =>
            {
                long bytes = plan.Places.First(planned => planned.Place == place.Key).Bytes;
                string which = place.Key == PlannedMemory.Host ? "memory" : $"{place.Key}'s memory";
                return $"{MemoryTable.Gibibytes(bytes, 1)} GiB of {which}, where {MemoryTable.Gibibytes(place.Value, 1)} GiB "
                    + (place.Key == PlannedMemory.Host && config.Run.MemoryLimit > 0 ? "are run.memoryLimit" : "are free");
            })
        );
        string remedy =
            savings.Length == 0
                ? "take a smaller model or a larger machine"
                : $"what saves most: {string.Join(", ", savings.Select(Describe))}";
        return $"The run takes {needs}; {remedy}.{Together(config, model, plan, savings, cores)} config FILE --explain prints the plan.";
    }

    private static string Together(PipelineConfig config, DecoderConfig model, MemoryPlan plan, MemorySaving[] savings, int cores)
    {
        if (savings.Length == 0)
        {
            return "";
        }

        var changed = MemoryAdvice.Together(config, savings);
        var after = MemoryPlan.Of(changed, model, plan.Prompt, cores, plan.Rank);
        var still = Lacking(changed, after);
        string all = savings.Length == 1 ? "With it" : "With all of them";
        return still.Count == 0
            ? $" {all} it fits."
            : $" {all} it takes {string.Join(" and ", still.Keys.Select(place => Of(after, place)))}, which is still too much.";
    }

    private static string Of(MemoryPlan plan, string place)
    {
        string bytes = $"{MemoryTable.Gibibytes(plan.Places.First(planned => planned.Place == place).Bytes, 1)} GiB";
        return place == PlannedMemory.Host ? bytes : $"{bytes} on {place}";
    }

    private static string Describe(MemorySaving saving) =>
        string.Create(CultureInfo.InvariantCulture, $"{SetOption.Of(saving.Option)} ({MemoryTable.Gibibytes(saving.Saved, 2)} GiB)");
}
