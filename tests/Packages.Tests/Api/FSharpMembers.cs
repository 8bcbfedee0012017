using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cppo.Packages.Tests.Api;

/// <summary>
/// What an F# assembly shows, by the names that its documentation file has: <c>T:Type</c> and <c>T:Union.Case</c>, <c>P:Record.Field</c>,
/// <c>M:Module.function</c> without parameters. What the compiler makes of itself (equality, order, tags of cases) is left out.
/// </summary>
internal static class FSharpMembers
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>All of them, in the order of the types' names.</summary>
    public static IEnumerable<string> Of(Assembly assembly) =>
        assembly
            .GetExportedTypes()
            // Anonymous records have names that no source can write.
            .Where(type => !IsOfUnion(type) && !type.Name.StartsWith('<'))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(Of);

    private static IEnumerable<string> Of(Type type)
    {
        string name = type.FullName!.Replace('+', '.');
        bool isUnion = FSharpType.IsUnion(type, null);
        string[] cases = isUnion ? [.. FSharpType.GetUnionCases(type, null).Select(found => found.Name)] : [];
        var properties = type.GetProperties(Declared)
            .Where(property => !IsMade(property) && !(isUnion && IsMapped(property, SourceConstructFlags.UnionCase)))
            .Select(property => $"P:{name}.{property.Name}");
        var methods = type.GetMethods(Declared)
            .Where(method => !method.IsSpecialName && !IsMade(method) && method.GetBaseDefinition() == method)
            .Where(method => !(isUnion && IsMapped(method, SourceConstructFlags.UnionCase)))
            .Select(method => $"M:{name}.{method.Name}");
        return cases.Select(found => $"T:{name}.{found}").Prepend($"T:{name}").Concat(properties).Concat(methods).Distinct();
    }

    /// <summary>The classes that F# makes of a union's cases and of their tags.</summary>
    private static bool IsOfUnion(Type type) => type.DeclaringType is { } outer && FSharpType.IsUnion(outer, null);

    private static bool IsMade(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || (
            member is PropertyInfo property
            && property.GetMethod?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true
            && !IsMapped(member, SourceConstructFlags.Field)
        );

    private static bool IsMapped(MemberInfo member, SourceConstructFlags kind) =>
        member.GetCustomAttribute<CompilationMappingAttribute>() is { } mapping
        && (mapping.SourceConstructFlags & SourceConstructFlags.KindMask) == kind;
}
