using System.Globalization;
using System.Text.Json;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Memory;

/// <summary>A plan as people and programs read it.</summary>
internal static class MemoryTable
{
    /// <summary>A table for each memory, with its sum.</summary>
    public static IEnumerable<string> Lines(MemoryPlan plan)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"memory for prompts of {plan.Prompt.Tokens:N0} tokens ({plan.Prompt.Source}) and completions of the full length:"
        );
        foreach (var place in plan.Places)
        {
            var table = new MarkdownTable(place.Place, "from", "bytes", "GiB");
            foreach (var use in place.Uses)
            {
                table.Add(use.Name, use.Formula, use.Bytes.ToString("N0", CultureInfo.InvariantCulture), Gibibytes(use.Bytes, 3));
            }

            table.Add("sum", "", place.Bytes.ToString("N0", CultureInfo.InvariantCulture), Gibibytes(place.Bytes, 3));
            yield return "";
            foreach (string line in table.Lines())
            {
                yield return line;
            }
        }
    }

    /// <summary>The batch's arithmetic and the plan, indented and ending with a newline.</summary>
    public static string Json(PipelineConfig config, MemoryPlan? plan) =>
        ConfigWriter.Text(writer =>
        {
            var batch = BatchArithmetic.Of(config);
            writer.WriteStartObject();
            writer.WriteStartObject("batch");
            writer.WriteNumber("capacity", batch.Capacity);
            writer.WriteNumber("questions", batch.Questions);
            writer.WriteNumber("generated", batch.Generated);
            Write(writer, "trained", batch.Trained);
            Write(writer, "pruningRate", batch.PruningRate);
            writer.WriteEndObject();
            if (plan is null)
            {
                writer.WriteNull("memory");
            }
            else
            {
                Write(writer, plan);
            }

            writer.WriteEndObject();
        }) + "\n";

    /// <summary>So many digits behind the point.</summary>
    public static string Gibibytes(long bytes, int digits) =>
        (bytes / (double)(1L << 30)).ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, MemoryPlan plan)
    {
        writer.WriteStartObject("memory");
        writer.WriteNumber("promptTokens", plan.Prompt.Tokens);
        writer.WriteString("promptSource", plan.Prompt.Source);
        writer.WriteStartArray("places");
        foreach (var place in plan.Places)
        {
            writer.WriteStartObject();
            writer.WriteString("place", place.Place);
            writer.WriteNumber("bytes", place.Bytes);
            writer.WriteStartArray("uses");
            foreach (var use in place.Uses)
            {
                writer.WriteStartObject();
                writer.WriteString("purpose", use.Name);
                writer.WriteString("formula", use.Formula);
                writer.WriteNumber("bytes", use.Bytes);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, double? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
