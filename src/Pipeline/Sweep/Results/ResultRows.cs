using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Sweep.Results;

/// <summary>Results as rows, for CSV and Parquet.</summary>
internal static class ResultRows
{
    /// <summary>A row a cell.</summary>
    public static IEnumerable<JsonObject> OfCells(SweepResults results) =>
        from method in results.Methods
        from cell in method.Cells
        select OfCell(method, cell);

    /// <summary>A row a method: every column's number and, where it has one, its 95 % interval.</summary>
    public static IEnumerable<JsonObject> OfMethods(SweepResults results)
    {
        string[] tests = SweepDocument.TestsOf(results.File.Config);
        foreach (var method in results.Methods)
        {
            var row = new JsonObject { ["method"] = method.Method.Name, ["seeds"] = method.Cells.Length };
            foreach (string name in MethodColumn.NamesFor(tests))
            {
                var estimate = MethodColumn.Find(name, tests).Of(results, method);
                row[name] = Finite(estimate?.Value);
                row[$"{name}_low"] = Finite(estimate?.Low);
                row[$"{name}_high"] = Finite(estimate?.High);
            }

            yield return row;
        }
    }

    /// <summary>A row a claim.</summary>
    public static IEnumerable<JsonObject> OfClaims(IEnumerable<ClaimResult> claims) =>
        claims.Select(claim => new JsonObject
        {
            ["claim"] = claim.Text,
            ["verdict"] = Verdicts.nameOf(claim.Verdict),
            ["evidence"] = claim.Evidence,
        });

    private static JsonObject OfCell(MethodResult method, CellResult cell)
    {
        var row = new JsonObject
        {
            ["method"] = method.Method.Name,
            ["seed"] = cell.Cell.Seed,
            ["cell"] = cell.Cell.Id,
            ["group"] = cell.Cell.Config.Rollout.Group,
            ["updates"] = cell.Updates.Length,
            ["optimizer_steps"] = cell.OptimizerSteps,
            ["questions"] = cell.Questions,
            ["completions_generated"] = cell.Generated,
            ["completions_kept"] = cell.Kept,
            ["seconds"] = cell.Seconds,
            ["rollout_seconds"] = cell.RolloutSeconds,
            ["update_seconds"] = cell.UpdateSeconds,
        };
        foreach (var (test, evaluation) in cell.Evaluations)
        {
            row[$"accuracy_{test}"] = evaluation.Questions.Average(question => question.Strict);
            row[$"lenient_accuracy_{test}"] = evaluation.Questions.Average(question => question.Lenient);
        }

        return row;
    }

    private static JsonValue? Finite(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
