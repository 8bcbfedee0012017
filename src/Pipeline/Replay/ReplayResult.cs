using System.Text.Json.Nodes;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Replay;

/// <summary>A number of an update, as its line of <c>metrics.jsonl</c> has it and as the update made again gives it.</summary>
/// <param name="Name">The key of the line.</param>
/// <param name="Recorded">As a text that keeps every bit; null where the line, of an earlier program, does not state it.</param>
/// <param name="Replayed">The same.</param>
internal sealed record ReplayedNumber(string Name, string? Recorded, string Replayed)
{
    public bool IsEqual => Recorded is null || Recorded == Replayed;
}

/// <summary>An update made again, beside what was recorded of it.</summary>
/// <param name="Step">The update, from 0.</param>
/// <param name="Numbers">Those of its line.</param>
/// <param name="Checks">Those of its rows.</param>
internal sealed record ReplayedStep(int Step, IReadOnlyList<ReplayedNumber> Numbers, IReadOnlyList<RowCheck> Checks)
{
    public bool IsEqual => Numbers.All(number => number.IsEqual) && Checks.All(check => check.IsEqual);
}

/// <summary>What <c>replay</c> found.</summary>
/// <param name="Run">The run's directory.</param>
/// <param name="From">The checkpoint or the model that the updates were made from.</param>
/// <param name="Steps">Every update that was made again, the one that was asked for last.</param>
internal sealed record ReplayResult(string Run, string From, IReadOnlyList<ReplayedStep> Steps)
{
    private ReplayedStep Asked => Steps[^1];

    public bool IsEqual => Asked.IsEqual;

    /// <summary>A table, and sentences about what is not equal.</summary>
    public IEnumerable<string> Lines()
    {
        string between = Steps.Count == 1 ? "" : $" by steps {Steps[0].Step} to {Asked.Step}";
        yield return $"{Run}, step {Asked.Step}, made again from {From}{between}";
        var table = new TextTable("", "recorded", "replayed", "equal");
        foreach (var number in Asked.Numbers)
        {
            table.Add(
                number.Name,
                number.Recorded ?? "not recorded",
                number.Replayed,
                number.Recorded is null ? "-" : YesNo(number.IsEqual)
            );
        }

        foreach (var check in Asked.Checks)
        {
            table.Add(check.Name, $"{check.NumRows} rows", $"{check.NumEqual} the same", YesNo(check.IsEqual));
        }

        foreach (string line in table.Lines())
        {
            yield return line;
        }

        foreach (var check in Asked.Checks.Where(check => check.First is not null))
        {
            yield return check.First!;
        }

        if (Steps.FirstOrDefault(step => !step.IsEqual) is { } first && first.Step != Asked.Step)
        {
            yield return $"step {first.Step} is the first of them that is not equal: "
                + ProgramCall.Of($"replay {ShellWord.Quote(Run)} --step {first.Step}");
        }

        yield return IsEqual ? "equal" : "not equal";
    }

    /// <summary>The same as an object of JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["run"] = Run,
            ["step"] = Asked.Step,
            ["from"] = From,
            ["first_step"] = Steps[0].Step,
            ["first_unequal_step"] = Steps.FirstOrDefault(step => !step.IsEqual)?.Step,
            ["equal"] = IsEqual,
            ["numbers"] = new JsonArray([
                .. Asked.Numbers.Select(number => new JsonObject
                {
                    ["name"] = number.Name,
                    ["recorded"] = number.Recorded,
                    ["replayed"] = number.Replayed,
                    ["equal"] = number.IsEqual,
                }),
            ]),
            ["rows"] = new JsonArray([
                .. Asked.Checks.Select(check => new JsonObject
                {
                    ["name"] = check.Name,
                    ["rows"] = check.NumRows,
                    ["equal_rows"] = check.NumEqual,
                    ["first"] = check.First,
                }),
            ]),
        };

    private static string YesNo(bool isEqual) => isEqual ? "yes" : "no";
}
