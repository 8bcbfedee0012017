namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Real datasets, which are no part of the repository: in the directory that CPPO_DATA names, or beside the repository.</summary>
internal static class RealData
{
    private static readonly string Root = Environment.GetEnvironmentVariable("CPPO_DATA") is { Length: > 0 } stated
        ? stated
        : Repository.Path("../shared/data");

    public static string Path(string file) => System.IO.Path.Combine(Root, file);
}

/// <summary>Skipped where a file of <see cref="RealData"/> is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string file) =>
        Skip = File.Exists(RealData.Path(file)) ? null : $"needs {file} in the data directory (CPPO_DATA)";
}
