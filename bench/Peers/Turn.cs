using System.Diagnostics;
using System.Text.Json;

namespace Cppo.Peers;

/// <summary>What a contestant is asked to do.</summary>
/// <param name="Model">A model directory, or a GGUF file.</param>
/// <param name="Variant">A precision, or empty.</param>
/// <param name="Threads">CPU threads.</param>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Completion">Tokens of each completion.</param>
/// <param name="Rows">How many completions; each is measured on its own.</param>
internal sealed record TurnOrder(string Model, string Variant, int Threads, int Prompt, int Completion, IReadOnlyList<int> Rows)
{
    /// <summary>The prompt's ids, which every contestant is given.</summary>
    public int[] PromptIds(int vocabulary)
    {
        var random = new Random(0);
        return [.. Enumerable.Range(0, Prompt).Select(_ => random.Next(3, vocabulary))];
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    public static TurnOrder Parse(string json) => JsonSerializer.Deserialize<TurnOrder>(json)!;
}

/// <summary>One measurement.</summary>
/// <param name="Rows">How many completions.</param>
/// <param name="Seconds">From the prompt's first token to the completions' last one.</param>
/// <param name="PromptSeconds">Of it until each completion had its first token; null where the contestant does not say.</param>
internal sealed record Measurement(int Rows, double Seconds, double? PromptSeconds);

/// <summary>What a contestant answers.</summary>
/// <param name="Engine">Its name and what it computes with.</param>
/// <param name="Measurements">One for each number of rows.</param>
/// <param name="PeakBytes">The most memory that the process held, files that it maps included.</param>
internal sealed record TurnResult(string Engine, IReadOnlyList<Measurement> Measurements, long PeakBytes)
{
    /// <summary>Of this process.</summary>
    public static long PeakOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
