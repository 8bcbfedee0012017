using System.Text;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Packages.Tests.Feed;

/// <summary>The C# that a package's README shows, as a file of a project.</summary>
/// <param name="Name">The package's.</param>
/// <param name="Code">As shown.</param>
internal sealed record ReadmeExample(string Name, string Code)
{
    private const string Fence = "```csharp\n";

    /// <summary>The one example of a package's README; a fault where there is none.</summary>
    public static ReadmeExample Of(string package)
    {
        string text = File.ReadAllText(Repository.Path($"docs/packages/{package}.md")).ReplaceLineEndings("\n");
        int start = text.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        Assert.True(start >= Fence.Length, $"The README of {package} shows no C#.");
        int end = text.IndexOf("```", start, StringComparison.Ordinal);
        Assert.True(text.IndexOf(Fence, end, StringComparison.Ordinal) < 0, $"The README of {package} shows C# twice.");
        return new ReadmeExample(package, text[start..end]);
    }

    /// <summary>The name of the class whose <c>RunAsync</c> does the example's statements.</summary>
    public string ClassName => $"{Name.Replace(".", "", StringComparison.Ordinal)}Example";

    /// <summary>
    /// Statements become a method, so that several examples fit into one program; usings and types stay what they are.
    /// </summary>
    public string Source()
    {
        var (usings, statements, types) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        foreach (string line in Code.Split('\n'))
        {
            if (types.Length > 0 || line.StartsWith("public ", StringComparison.Ordinal))
            {
                types.Append(line).Append('\n');
            }
            else if (line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('='))
            {
                usings.Append(line).Append('\n');
            }
            else
            {
                statements.Append(line).Append('\n');
            }
        }

        return $$"""
            {{usings}}
            public static class {{ClassName}}
            {
                public static async Task RunAsync(string[] args)
                {
                    await Task.Yield();
            {{statements}}
                }
            }
            {{types}}
            """;
    }
}
