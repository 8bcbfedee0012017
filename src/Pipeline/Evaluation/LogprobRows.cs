using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cppo.Model.Files;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Pipeline.Evaluation;

/// <summary>
/// Logprobs of given completions. A line of input has the texts <c>prompt</c> and <c>completion</c>, or their token ids as
/// <c>prompt_ids</c> and <c>completion_ids</c>; texts are taken as they are, without a chat template.
/// </summary>
/// <param name="model">Computes them.</param>
/// <param name="temperature">Logits are divided by it, above 0.</param>
/// <param name="rowsPerBatch">Lines that go through the model together; memory grows with it, results do not change.</param>
internal sealed class LogprobRows(LoadedModel model, double temperature, int rowsPerBatch)
{
    /// <summary>
    /// For each line one line of JSON, in the order of the input: <c>prompt_ids</c>, <c>completion_ids</c>, <c>logprobs</c> (natural log,
    /// one a completion token) and their <c>sum</c>. Empty lines are skipped.
    /// </summary>
    /// <param name="path">Named in faults.</param>
    /// <param name="lines">Read as they are needed.</param>
    /// <param name="cancel">Checked before each batch.</param>
    /// <exception cref="DataException">A line cannot be used; the message names it.</exception>
    public IEnumerable<string> Compute(string path, IEnumerable<string> lines, CancellationToken cancel)
    {
        var rows = lines
            .Select((line, index) => (Text: line, Place: $"{path}:{index + 1}"))
            .Where(line => !string.IsNullOrWhiteSpace(line.Text))
            .Select(line => Read(line.Text, line.Place));
        foreach (var batch in rows.Chunk(rowsPerBatch))
        {
            cancel.ThrowIfCancellationRequested();
            float[][] logprobs = model.Trainable.Logprobs(model.Snapshot, MicroBatchOf(batch), temperature);
            for (int i = 0; i < batch.Length; i++)
            {
                yield return ToJson(batch[i], logprobs[i]);
            }
        }
    }

    private static MicroBatch MicroBatchOf((int[] Prompt, int[] Completion)[] rows)
    {
        int numTokens = rows.Sum(row => row.Prompt.Length + row.Completion.Length);
        return new MicroBatch(
            device: 0,
            index: 0,
            prompts: [.. rows.Select(row => row.Prompt)],
            samples: [.. rows.Select((row, i) => new TrainingSample(i, i, 0, row.Completion, new float[row.Completion.Length], 0, 0))],
            tokenCapacity: numTokens,
            numTokens: numTokens
        );
    }

    private static string ToJson((int[] Prompt, int[] Completion) row, float[] logprobs) =>
        JsonSerializer.Serialize(
            new
            {
                prompt_ids = row.Prompt,
                completion_ids = row.Completion,
                logprobs,
                sum = logprobs.Sum(logprob => (double)logprob),
            }
        );

    private (int[] Prompt, int[] Completion) Read(string line, string place)
    {
        var row = Parse(line, place) ?? throw new DataException($"{place}: not a JSON object {{ ... }}.");
        var (prompt, completion) = (Ids(row, "prompt", place), Ids(row, "completion", place));
        int context = model.Engine.Config.MaxPositions;
        return prompt.Length + completion.Length <= context
            ? (prompt, completion)
            : throw new DataException(
                $"{place}: prompt and completion have {prompt.Length + completion.Length} tokens, more than the model's context of "
                    + $"{context}; shorten them."
            );
    }

    private static JsonObject? Parse(string line, string place)
    {
        try
        {
            using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(line));
            return document.RootElement.ValueKind == JsonValueKind.Object ? JsonObject.Create(document.RootElement.Clone()) : null;
        }
        catch (DuplicateKeyException twice)
        {
            throw new DataException($"{place}: states \"{Excerpt.OfName(twice.Key)}\" twice; remove one of them.", twice);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private int[] Ids(JsonObject row, string key, string place)
    {
        try
        {
            int[] ids = row[key + "_ids"] is { } given ? given.Deserialize<int[]>()! : model.Tokenizer.Encode(row[key]!.GetValue<string>());
            int size = model.Engine.Config.VocabSize;
            if (ids.Length == 0)
            {
                throw new DataException($"{place}: its {key} has no token; give at least one.");
            }

            return Array.TrueForAll(ids, id => id >= 0 && id < size)
                ? ids
                : throw new DataException(
                    $"{place}: {key}_ids holds {ids.First(id => id < 0 || id >= size)}; the model's ids are 0 to {size - 1}."
                );
        }
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException)
        {
            throw new DataException($"{place}: needs the text \"{key}\" or the list of integers \"{key}_ids\".", fault);
        }
    }
}
