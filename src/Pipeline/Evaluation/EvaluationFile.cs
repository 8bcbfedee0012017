using System.Text;
using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Evaluation;

/// <summary>Reads result files of <c>eval --output</c> for a comparison.</summary>
internal static class EvaluationFile
{
    /// <summary>The evaluations of a result file, at least one.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="DataException">It is no result file, or lacks the questions' outcomes.</exception>
    public static StoredEvaluation[] Parse(string path, string text)
    {
        try
        {
            using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(text));
            var root = document.RootElement;
            if (!root.TryGetProperty("evaluations", out var evaluations))
            {
                return [Evaluation(path, root)];
            }

            StoredEvaluation[] all = [.. evaluations.EnumerateArray().Select(evaluation => Evaluation(path, evaluation))];
            if (all.Length == 0)
            {
                throw new DataException($"{path}: holds no evaluation.");
            }

            if (all.GroupBy(evaluation => evaluation.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                throw new DataException(
                    $"{path}: holds {twice.Count()} evaluations of {twice.Key}, so it is not clear which to compare; write each model's "
                        + "result to a file of its own."
                );
            }

            return all;
        }
        catch (DuplicateKeyException twice)
        {
            throw new DataException($"{path}: {twice.Message}; write the result anew.", twice);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new DataException($"{path}: is no result of eval --output; it must be its JSON, whole.", fault);
        }
    }

    private static StoredEvaluation Evaluation(string path, JsonElement json)
    {
        if (!json.TryGetProperty("outcomes", out var outcomes))
        {
            throw new DataException($"{path}: has no outcomes of single questions; make it with eval --output, not from the printed line.");
        }

        StoredQuestion[] questions = [.. outcomes.EnumerateArray().Select(Question)];
        if (questions.Length == 0)
        {
            throw new DataException($"{path}: has no question.");
        }

        if (questions.GroupBy(question => question.Id).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new DataException($"{path}: has the question '{twice.Key}' twice.");
        }

        return new StoredEvaluation(
            json.GetProperty("benchmark").GetString(),
            Text(json, "data"),
            Text(json, "model"),
            json.GetProperty("seed").GetUInt64(),
            [.. EvaluationSetting.Names.Select(name => new EvaluationSetting(name, Setting(json, name)))],
            questions
        );
    }

    private static StoredQuestion Question(JsonElement json) =>
        new(Text(json, "id"), Text(json, "digest"), Share(json, "strict"), Share(json, "lenient"));

    private static string Setting(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) && EvaluationSetting.Later.TryGetValue(name, out string? earlier)
            ? earlier
            : (value.ValueKind == JsonValueKind.Undefined ? json.GetProperty(name) : value).ToString();

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new JsonException($"{name} is null");

    private static double Share(JsonElement json, string name) =>
        PassAtK.shareRight([.. json.GetProperty(name).EnumerateArray().Select(right => right.GetBoolean())]);
}
