using System.Reflection;

namespace Cppo.Pipeline.Files;

/// <summary>The program's own version, which Directory.Build.props states.</summary>
internal static class ProgramVersion
{
    /// <summary>The key of JSON files.</summary>
    public const string JsonKey = "programVersion";

    /// <summary>The key in a Parquet file's metadata.</summary>
    public const string ParquetKey = "cppo.program_version";

    /// <summary>Example: <c>0.2.0</c>. A build that adds the commit after a plus sign has it left out here.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
