using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Pipeline.Bench;

/// <summary>
/// What a part of a rollout cannot do without: operations, and bytes that it reads. The prefill runs the prompts and draws the first token
/// of each completion, which their prompts' last rows give.
/// </summary>
/// <param name="Name">Prefill or decode.</param>
/// <param name="Tokens">Prompt tokens of the prefill, the completions' further tokens of the decode.</param>
/// <param name="Operations">Floating-point operations, a multiplication and an addition counting as two.</param>
/// <param name="Bytes">Weights once per step of all completions of a call, and each row's own keys and values.</param>
internal sealed record RolloutWork(string Name, long Tokens, double Operations, double Bytes)
{
    /// <summary>The prompts' part of a rollout.</summary>
    public const string Prefill = "prefill";

    /// <summary>The completions' part.</summary>
    public const string Decode = "decode";

    /// <summary>Both parts of a workload's rollout.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="data">Prompts and lengths.</param>
    /// <param name="group">Completions of a question.</param>
    /// <param name="precision">Of the weights that rollouts read; keys and values are in bf16 with all but fp32.</param>
    public static (RolloutWork Prefill, RolloutWork Decode) Of(DecoderConfig config, BenchData data, int group, WeightPrecision precision)
    {
        // int8 has a scale for each 96 numbers.
        double bytesPerWeight = precision switch
            {
                WeightPrecision.Float32 => 4,
                WeightPrecision.BFloat16 => 2,
                _ => 1 + (4 / 96.0),
            },
            bytesPerKeyValue = precision == WeightPrecision.Float32 ? 4 : 2;
        var operations = new OperationCount(config);
        double logits = 2.0 * config.HiddenSize * config.VocabSize,
            prompts = data.Prompts.Sum(prompt => operations.Forward(prompt.Length, []));
        int completions = data.Prompts.Count * group;
        double weightBytes = operations.NumMatrixNumbers * bytesPerWeight,
            placeBytes = 2.0 * config.NumLayers * config.NumKeyValueHeads * config.HeadSize * bytesPerKeyValue;
        double decodeBytes = 0;
        int calls = 0;
        foreach (int[][] lengths in data.CompletionLengths.Chunk(BenchData.QuestionsPerCall))
        {
            // A completion's n-th step reads the n places before.
            calls++;
            decodeBytes += weightBytes * (lengths.Max(question => question.Max()) - 1);
            decodeBytes += placeBytes * lengths.Sum(question => question.Sum(length => length * (length - 1.0) / 2));
        }

        return (
            new RolloutWork(
                Prefill,
                data.Prompts.Sum(prompt => prompt.Length),
                prompts + (data.Prompts.Count * logits),
                calls * weightBytes
            ),
            new RolloutWork(
                Decode,
                data.NumTokens(group) - completions,
                operations.Forward(data, group) - prompts - (completions * logits),
                decodeBytes
            )
        );
    }
}

/// <summary>A part of a rollout as it was measured, beside the least time that the machine needs for it.</summary>
/// <param name="Work">What had to be done.</param>
/// <param name="Seconds">Median wall-clock time.</param>
/// <param name="OperationsPerSecond">Measured for the arithmetic that the part uses.</param>
/// <param name="BytesPerSecond">Measured for reading memory.</param>
internal sealed record RolloutPart(RolloutWork Work, double Seconds, double OperationsPerSecond, double BytesPerSecond)
{
    /// <summary>The larger of the time for all operations and that for all bytes.</summary>
    public double LeastSeconds => Math.Max(Work.Operations / OperationsPerSecond, Work.Bytes / BytesPerSecond);

    /// <summary>Share of the limit that was reached, 1 at most where nothing but caches is faster than the memory.</summary>
    public double Share => LeastSeconds / Seconds;

    private bool IsReading => Work.Bytes / BytesPerSecond > Work.Operations / OperationsPerSecond;

    /// <summary>The head of the table that <see cref="ToRow"/> has rows of.</summary>
    public static string Header => $"{"", -14}{"seconds", 10}{"tokens/s", 12}{"limit", 12}{"of the limit", 16}";

    /// <summary>For people.</summary>
    public string ToRow() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Work.Name, -14}{Seconds, 10:0.000}{Work.Tokens / Seconds, 12:0}{Work.Tokens / LeastSeconds, 12:0}{100 * Share, 14:0.0} %, "
                + $"set by {(IsReading ? "reading" : "operations")}"
        );

    /// <summary>Adds its numbers, under keys that begin with its name.</summary>
    public void AddTo(JsonObject json)
    {
        json[$"{Work.Name}_seconds"] = Math.Round(Seconds, 6);
        json[$"{Work.Name}_tokens_per_second"] = Math.Round(Work.Tokens / Seconds, 1);
        json[$"{Work.Name}_limit_tokens_per_second"] = Math.Round(Work.Tokens / LeastSeconds, 1);
        json[$"{Work.Name}_share_of_limit"] = Math.Round(Share, 6);
    }
}
