using System.Reflection;
using System.Xml.Linq;

namespace Cppo.Packages.Tests.Api;

/// <summary>
/// Every public type and member says what it is. In C# the compiler asks for it, whose warning CS1591 is an error here; F#'s does not, so
/// its documentation file is read.
/// </summary>
public class DocumentationTests
{
    [Fact]
    public void Every_public_member_of_the_stages_has_a_doc_comment()
    {
        var assembly = Assembly.Load(new AssemblyName("Cppo.Stages"));
        string[] members = [.. FSharpMembers.Of(assembly)];
        Assert.Contains("M:Cppo.Stages.Math.MathAnswer.verify", members);
        Assert.Contains("P:Cppo.Stages.Question.Answer", members);
        Assert.Contains("T:Cppo.Stages.FinishReason.Stop", members);
        string[] silent = [.. members.Except(Documented(new ApiPackage("Cppo.Stages").AssemblyPath))];
        Assert.True(silent.Length == 0, $"{silent.Length} public members have no doc comment (///):\n{string.Join('\n', silent)}");
    }

    /// <summary>The compiler's own check is only as good as what it is told to pass over.</summary>
    [Theory]
    [InlineData("Cppo.Model", "T:Cppo.Model.Engine.IEngine")]
    [InlineData("Cppo.Pipeline", "T:Cppo.Pipeline.ProgramEntry")]
    [InlineData("Cppo.Rewards", "T:Cppo.Rewards.IGroupReward")]
    public void Every_public_type_in_CSharp_has_a_doc_comment(string name, string known)
    {
        var package = new ApiPackage(name);
        var documented = Documented(package.AssemblyPath);
        Assert.Contains(known, documented);
        Assert.Empty(
            Assembly
                .Load(new AssemblyName(name))
                .GetExportedTypes()
                .Select(type => $"T:{type.FullName!.Replace('+', '.')}")
                .Except(documented)
        );
    }

    /// <summary>The members of a documentation file whose text is not empty, methods without their parameters.</summary>
    private static HashSet<string> Documented(string assemblyPath) =>
        [
            .. XDocument
                .Load(Path.ChangeExtension(assemblyPath, ".xml"))
                .Descendants("member")
                .Where(member => !string.IsNullOrWhiteSpace(member.Value) || member.Descendants("inheritdoc").Any())
                .Select(member => member.Attribute("name")!.Value.Split('(')[0].Split("``")[0]),
        ];
}
