namespace Cppo.Pipeline.Sweep.Definition;

/// <summary>A way to train: one point of each axis. With a seed it is a cell.</summary>
/// <param name="Name">The points' names, joined by ", ".</param>
/// <param name="Points">The points' names, one an axis.</param>
/// <param name="Base">The pipeline file.</param>
/// <param name="Set">Keys laid over it, the sweep's first, then the axes' in their order.</param>
internal sealed record SweepMethod(string Name, string[] Points, string Base, string[] Set)
{
    /// <summary>Name of the only method of a sweep without axes.</summary>
    private const string Only = "run";

    /// <summary>The value that the keys state last; null where none states it.</summary>
    public string? StatedValue(string key) =>
        Set.Where(option => option.StartsWith($"{key}=", StringComparison.Ordinal))
            .Select(option => option[(key.Length + 1)..])
            .LastOrDefault();

    /// <summary>Every combination of the axes' points, the last axis fastest.</summary>
    public static IReadOnlyList<SweepMethod> Of(SweepConfig sweep)
    {
        IEnumerable<SweepMethod> methods = [new("", [], sweep.Base, sweep.Set)];
        foreach (var axis in sweep.Axes)
        {
            methods = methods.SelectMany(method => PointsOf(axis).Select(point => method.At(point)));
        }

        return [.. methods.Select(method => method.Points.Length == 0 ? method with { Name = Only } : method)];
    }

    private static IEnumerable<SweepPoint> PointsOf(SweepAxis axis) =>
        axis.Key.Length > 0 ? axis.Values.Select(value => new SweepPoint { Name = value, Set = [$"{axis.Key}={value}"] }) : axis.Points;

    private SweepMethod At(SweepPoint point) =>
        new(
            Points.Length == 0 ? point.Name : $"{Name}, {point.Name}",
            [.. Points, point.Name],
            point.Base.Length > 0 ? point.Base : Base,
            [.. Set, .. point.Set]
        );
}
