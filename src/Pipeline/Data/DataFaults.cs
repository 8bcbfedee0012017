using Cppo.Model.Files;

namespace Cppo.Pipeline.Data;

/// <summary>Gathers the faults of a dataset, so that the first ten are reported together.</summary>
/// <param name="report">Takes each fault instead, without end; null: they are gathered.</param>
internal sealed class DataFaults(Action<string>? report = null)
{
    private const int MaxReported = 10;
    private readonly List<string> sentences = [];

    /// <summary>Notes a fault.</summary>
    /// <exception cref="DataException">It is the last one that is reported.</exception>
    public void Add(string sentence)
    {
        if (report is not null)
        {
            report(sentence);
            return;
        }

        sentences.Add(Excerpt.OfMessage(sentence));
        if (sentences.Count == MaxReported)
        {
            throw new DataException($"{Text()}{Environment.NewLine}The dataset was not read further after {MaxReported} faults.");
        }
    }

    /// <summary>Ends the reading of a dataset.</summary>
    /// <exception cref="DataException">There were faults.</exception>
    public void ThrowIfAny()
    {
        if (sentences.Count > 0)
        {
            throw new DataException(Text());
        }
    }

    private string Text() => string.Join(Environment.NewLine, sentences);
}
