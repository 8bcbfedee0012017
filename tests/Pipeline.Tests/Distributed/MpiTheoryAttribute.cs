using Cppo.Pipeline.Tests.Run;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>
/// A theory that starts programs by the launchers of Open MPI and MPICH. It is skipped where one of them is not installed, and fails there
/// where CPPO_MPI_TESTS is <c>required</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute() => (Skip, Timeout) = (Unavailable, RunFactAttribute.Limit);

    private static string? Unavailable { get; } =
        Environment.GetEnvironmentVariable("CPPO_MPI_TESTS") == "required" ? null
        : Missing() is { } missing ? $"{missing} is not installed."
        : RunFactAttribute.Unavailable;

    private static string? Missing()
    {
        string[] places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Array.Find(
            [.. Launchers.Families.Select(Launchers.CommandOf)],
            launcher => !Array.Exists(places, place => File.Exists(Path.Combine(place, launcher)))
        );
    }
}
