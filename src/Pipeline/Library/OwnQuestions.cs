using System.Globalization;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Library;

/// <summary>Questions from memory, checked as those of a dataset are.</summary>
internal static class OwnQuestions
{
    /// <summary>The questions in their order; null for null.</summary>
    /// <param name="questions">Of the program.</param>
    /// <param name="name">What they are called in messages, e.g. <c>Questions</c>.</param>
    /// <exception cref="DataException">There are none, or some are faulty; up to ten faults are reported together.</exception>
    public static Question[]? Read(IReadOnlyList<OwnQuestion>? questions, string name)
    {
        if (questions is null)
        {
            return null;
        }

        if (questions.Count == 0)
        {
            throw new DataException($"{name} is empty; give it a question, or null to read the dataset of the configuration.");
        }

        var faults = new DataFaults();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var read = new List<Question>(questions.Count);
        foreach (var (place, question) in questions.Index())
        {
            string id = question.Id ?? string.Create(CultureInfo.InvariantCulture, $"memory:{place + 1}");
            if (string.IsNullOrWhiteSpace(question.Text) || string.IsNullOrWhiteSpace(id))
            {
                string what = string.IsNullOrWhiteSpace(id) ? "Id" : "Text";
                faults.Add($"{name}[{place}] has an empty {what}; fill it in or remove the question.");
            }
            else if (!places.TryAdd(id, place))
            {
                faults.Add($"{name}[{place}] has the id \"{id}\" of {name}[{places[id]}]; make ids unique or leave them out.");
            }
            else
            {
                read.Add(new Question(id, question.Text, question.Answer ?? "", read.Count, []));
            }
        }

        faults.ThrowIfAny();
        return [.. read];
    }
}
