using System.Reflection;
using Cppo.Pipeline.Tests.Configuration;
using PublicApiGenerator;

namespace Cppo.Packages.Tests.Api;

/// <summary>A package with a public API, and the baseline of it in docs/api.</summary>
internal sealed record ApiPackage(string Name)
{
    /// <summary>All but the tool, which has none.</summary>
    public static IReadOnlyList<ApiPackage> All { get; } =
    [new("Cppo.Model"), new("Cppo.Model.Torch"), new("Cppo.Pipeline"), new("Cppo.Rewards"), new("Cppo.Stages")];

    /// <summary>
    /// What compilers write for themselves: it changes with them, and says nothing that the signature does not.
    /// </summary>
    private static readonly string[] CompilersOwn =
    [
        "Microsoft.FSharp.Core.CompilationArgumentCountsAttribute",
        "Microsoft.FSharp.Core.CompilationMappingAttribute",
        "Microsoft.FSharp.Core.CompilationRepresentationAttribute",
        "Microsoft.FSharp.Core.CompilationSourceNameAttribute",
        "System.Diagnostics.CodeAnalysis.DynamicDependencyAttribute",
        "System.Diagnostics.DebuggerBrowsableAttribute",
        "System.Diagnostics.DebuggerDisplayAttribute",
        "System.Diagnostics.DebuggerTypeProxyAttribute",
        "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute",
        "System.Runtime.CompilerServices.CompilerGeneratedAttribute",
        "System.SerializableAttribute",
        "System.Text.RegularExpressions.Generated.GeneratedRegexAttribute",
    ];

    public string AssemblyPath => Assembly.Location;

    private Assembly Assembly => Assembly.Load(new AssemblyName(Name));

    public string BaselinePath => Repository.Path($"docs/api/{Name}.txt");

    /// <summary>Every public type and member with its signature, in C#'s words, sorted by name; lines end in "\n".</summary>
    public string Text()
    {
        string text = Assembly.GeneratePublicApi(
            new ApiGeneratorOptions
            {
                IncludeAssemblyAttributes = false,
                TreatRecordsAsClasses = false,
                ExcludeAttributes = CompilersOwn,
                DenyNamespacePrefixes = [],
            }
        );
        return text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }
}
