using System.Globalization;
using Cppo.Pipeline.Sinks;

namespace Cppo.Pipeline.Replay;

/// <summary>
/// Compares the rows of an update of two runs, pair by pair, and keeps the first difference of each kind and their number. Which device
/// worked and when is no difference.
/// </summary>
internal sealed class RowComparison(int step)
{
    private static readonly (string Kind, string[] Columns)[] Compared =
    [
        (DifferenceKinds.Question, ["question_id", "question", "answer", "prompt", "completion_index"]),
        (DifferenceKinds.PolicyVersion, ["policy_version"]),
        (DifferenceKinds.Sampling, ["finish_reason"]),
        (DifferenceKinds.Text, ["completion"]),
        (DifferenceKinds.Reward, ["reward", "correct", "reward_reason", "extracted_answer"]),
        (DifferenceKinds.Advantage, ["advantage", "group_mean", "group_std"]),
        (DifferenceKinds.Fate, ["kept", "drop_reason"]),
        (DifferenceKinds.Placement, ["micro_batch"]),
    ];

    private readonly Dictionary<string, (RunDifference First, int Rows)> found = [];
    private long row;

    /// <summary>Rows that were compared.</summary>
    public long NumRows => row;

    /// <summary>The first difference of each kind, and how many rows differ in it, in the order of causes.</summary>
    public IEnumerable<(RunDifference First, int Rows)> Found =>
        DifferenceKinds.InOrder.Where(found.ContainsKey).Select(kind => found[kind]);

    /// <summary>
    /// What the others follow from: the first of the kind that comes before the others; of sampling and generation logprobs, which depend
    /// on each other token by token, the one that comes first in the rows.
    /// </summary>
    public RunDifference? First
    {
        get
        {
            var first = Found.Select(kind => kind.First).FirstOrDefault();
            bool isToken = first?.Kind == DifferenceKinds.Sampling;
            return isToken && found.TryGetValue(DifferenceKinds.GenerationLogprob, out var logprob) && IsBefore(logprob.First, first!)
                ? logprob.First
                : first;
        }
    }

    /// <summary>Compares the next pair; null where a run has no further row. False where the pairs after it have nothing to say.</summary>
    public bool Add(RecordedCompletion? a, RecordedCompletion? b)
    {
        if (a is null || b is null)
        {
            Note(DifferenceKinds.Question, (a ?? b)!, "question_id", a?.QuestionId, b?.QuestionId);
            return false;
        }

        foreach (var (kind, columns) in Compared)
        {
            if (kind == DifferenceKinds.Sampling && Tokens(a, b))
            {
                continue;
            }

            string[] all = kind == DifferenceKinds.Reward ? [.. RewardsOf(a), .. columns] : columns;
            // Earlier programs wrote fewer columns.
            string? column = Array.Find(all, name => a.Columns.ContainsKey(name) && b.Columns.ContainsKey(name) && a[name] != b[name]);
            if (column is null)
            {
                continue;
            }

            Note(kind, a, column, a[column], b[column]);
            if (kind == DifferenceKinds.Question)
            {
                return false;
            }
        }

        row++;
        return true;
    }

    private static IEnumerable<string> RewardsOf(RecordedCompletion row) =>
        row.Columns.Keys.Where(name => name.StartsWith("reward_", StringComparison.Ordinal) && name != "reward_reason");

    private static bool IsBefore(RunDifference one, RunDifference other) =>
        one.Row < other.Row || (one.Row == other.Row && one.Token < (other.Token ?? int.MaxValue));

    /// <summary>Whether the token ids differ.</summary>
    private bool Tokens(RecordedCompletion a, RecordedCompletion b)
    {
        int common = Math.Min(a.TokenIds.Length, b.TokenIds.Length);
        int token = a.TokenIds.AsSpan(0, common).CommonPrefixLength(b.TokenIds.AsSpan(0, common));
        bool differ = token < Math.Max(a.TokenIds.Length, b.TokenIds.Length);
        if (differ)
        {
            Note(DifferenceKinds.Sampling, a, "token_ids", Id(a, token), Id(b, token), token);
        }

        for (int i = 0; i < token; i++)
        {
            if (BitConverter.SingleToInt32Bits(a.Logprobs[i]) != BitConverter.SingleToInt32Bits(b.Logprobs[i]))
            {
                Note(DifferenceKinds.GenerationLogprob, a, "logprobs", Text(a.Logprobs[i]), Text(b.Logprobs[i]), i);
                break;
            }
        }

        return differ;
    }

    private void Note(string kind, RecordedCompletion at, string column, string? a, string? b, int? token = null)
    {
        if (found.TryGetValue(kind, out var known))
        {
            found[kind] = (known.First, known.Rows + 1);
            return;
        }

        found[kind] = (
            new RunDifference(kind, step, column, a, b)
            {
                Row = row,
                QuestionId = at.QuestionId,
                Completion = at.Index,
                Token = token,
            },
            1
        );
    }

    private static string? Id(RecordedCompletion row, int token) =>
        token < row.TokenIds.Length ? row.TokenIds[token].ToString(CultureInfo.InvariantCulture) : null;

    private static string Text(float number) => number.ToString("R", CultureInfo.InvariantCulture);
}
