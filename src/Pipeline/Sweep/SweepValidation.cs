using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Sweep.Definition;
using Cppo.Pipeline.Sweep.Results;

namespace Cppo.Pipeline.Sweep;

/// <summary>What is wrong with a sweep file that its keys' types and ranges do not show.</summary>
internal static class SweepValidation
{
    /// <summary>All faults.</summary>
    public static IEnumerable<ConfigFault> Check(SweepFile file)
    {
        var sweep = file.Config;
        ConfigFault[] axes = [.. sweep.Axes.SelectMany((axis, index) => Axis(file, axis, index))];
        return axes.Length > 0
            ? axes
            :
            [
                .. Repeated(file, "seeds", sweep.Seeds.Select(seed => $"{seed}")),
                .. Repeated(file, "tests", sweep.Tests.Select(test => test.Name).Append("test")),
                .. Repeated(file, "axes", SweepMethod.Of(sweep).Select(method => method.Name)),
                .. Repeated(file, "report.figures", sweep.Report.Figures.Select(SweepFigures.NameOf)),
                .. Report(file, [.. SweepMethod.Of(sweep).Select(method => method.Name)]),
            ];
    }

    private static IEnumerable<ConfigFault> Axis(SweepFile file, SweepAxis axis, int index)
    {
        string path = $"axes.{index}";
        if (axis.Key.Length > 0 == axis.Points.Length > 0)
        {
            yield return file.Fault(path, "needs either a key with values, or points");
        }
        else if (axis.Key.Length > 0 != axis.Values.Length > 0)
        {
            yield return file.Fault(path, axis.Key.Length > 0 ? "states a key without values" : "states values without a key");
        }

        for (int i = 0; i < axis.Points.Length; i++)
        {
            if (axis.Points[i].Name.Length == 0)
            {
                yield return file.Fault($"{path}.points.{i}", "has no name; tables need one");
            }
        }
    }

    private static IEnumerable<ConfigFault> Report(SweepFile file, string[] methods)
    {
        var (sweep, report) = (file.Config, file.Config.Report);
        string[] tests = ["test", .. sweep.Tests.Select(test => test.Name)];
        if (report.Reference.Length > 0)
        {
            foreach (var fault in Known(file, "report.reference", "method", methods, report.Reference))
            {
                yield return fault;
            }
        }

        var named = Named("report.columns", "column", MethodColumn.NamesFor(tests), report.Columns)
            .Concat(Named("report.kinds", "method", methods, report.Kinds))
            .Concat(Named("report.answers", "method", methods, report.Answers))
            .Concat(report.Published.SelectMany((row, i) => Named($"report.published.{i}", "method", methods, row.Method)))
            .Concat(report.Figures.SelectMany((figure, i) => Figure(figure, i, methods, tests)))
            .Concat(report.Claims.SelectMany((claim, i) => Named($"report.claims.{i}.methods", "method", methods, claim.Methods)))
            .Concat(report.Claims.SelectMany((claim, i) => Named($"report.claims.{i}.test", "test", tests, claim.Test)))
            .Concat(
                report.Claims.SelectMany(
                    (claim, i) => claim.To.Length == 0 ? [] : Named($"report.claims.{i}.to", "method", methods, claim.To)
                )
            );
        foreach (var (key, what, known, name) in named)
        {
            foreach (var fault in Known(file, key, what, known, name))
            {
                yield return fault;
            }
        }

        for (int i = 0; i < report.Claims.Length; i++)
        {
            if (Claim(report.Claims[i], report.Reference) is { } message)
            {
                yield return file.Fault($"report.claims.{i}", message);
            }
        }

        for (int i = 0; i < report.Figures.Length; i++)
        {
            if (report.Figures[i].Figure.Length == 0)
            {
                yield return file.Fault($"report.figures.{i}.figure", "is missing; give reward or accuracy");
            }
        }
    }

    private static IEnumerable<(string Key, string What, string[] Known, string Name)> Figure(
        SweepFigure figure,
        int index,
        string[] methods,
        string[] tests
    )
    {
        string path = $"report.figures.{index}";
        string[] columns = MethodColumn.NamesFor(tests);
        return
        [
            .. figure.Lines.SelectMany((line, i) => Named($"{path}.lines.{i}.methods", "method", methods, line.Methods)),
            .. Named($"{path}.over", "column", figure.Figure == "reward" ? ["questions", "updates", "seconds"] : columns, figure.Over),
            .. figure.Beside.Length == 0 ? [] : Named($"{path}.beside", "column", columns, figure.Beside),
        ];
    }

    private static string? Claim(SweepClaim claim, string reference) =>
        claim.Claim.Length == 0 ? "has no claim; give notInferior, better, order, reachesLimit or risesSooner"
        : claim.Methods.Length < (claim.Claim == "order" ? 2 : 1) ? "names too few methods"
        : claim.Claim != "order" && claim.To.Length == 0 && reference.Length == 0
            ? "compares with nothing; give it a method in `to`, or the sweep a report.reference"
        : null;

    private static IEnumerable<(string Key, string What, string[] Known, string Name)> Named(
        string key,
        string what,
        string[] known,
        params string[] names
    ) => names.Select(name => (key, what, known, name));

    private static IEnumerable<ConfigFault> Known(SweepFile file, string key, string what, string[] known, string name)
    {
        if (known.Contains(name))
        {
            return [];
        }

        string? nearest = NearestName.Of(name, known);
        string remedy = nearest is null ? $"there are {string.Join("; ", known)}" : $"did you mean \"{nearest}\"?";
        return [file.Fault(key, $"\"{name}\" is no {what} of this sweep; {remedy}")];
    }

    private static IEnumerable<ConfigFault> Repeated(SweepFile file, string key, IEnumerable<string> names) =>
        names.CountBy(name => name).Where(name => name.Value > 1).Select(name => file.Fault(key, $"\"{name.Key}\" stands there twice"));
}
