using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Architecture;

/// <summary>
/// Folders inside a project do not refer to each other in circles. Read from the sources, so that a cycle is written out with a file for
/// each arrow.
/// </summary>
public sealed class FolderCyclesTests
{
    private static readonly string[] All = ["src/Pipeline", "src/Model", "src/Model.Torch", "src/Stages", "src/Rewards"];

    public static TheoryData<string> Projects => [.. All];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_projects_folders_refer_to_each_other_in_one_direction(string project)
    {
        var cycles = Cycles(project);
        Assert.True(cycles.Count == 0, string.Join('\n', cycles));
    }

    [Fact]
    public void A_cycle_of_CSharp_is_written_out_with_a_file_for_each_arrow()
    {
        var cycles = new FolderGraph(
            CSharpFolders.Arrows([
                (
                    "made/Up/Low/Base.cs",
                    """
                    namespace Made.Up.Low;
                    /// Names Work only here.
                    public class Base { string Text => "Work" + $"{new Helper().Go("Work")}"; }
                    """
                ),
                (
                    "made/Up/Low/Helper.cs",
                    """
                    namespace Made.Up.Low;
                    internal class Helper { private class Step { } object Go(string _) => High.Work.Do(); }
                    """
                ),
                (
                    "made/Up/High/Work.cs",
                    """
                    using System;
                    using Made.Up.Middle;

                    namespace Made.Up.High;

                    internal static class Work { internal static object Do() => new Between(); }
                    """
                ),
                ("made/Up/Middle/Between.cs", "using Made.Up.Low;\nnamespace Made.Up.Middle { internal sealed record Between : Base { } }"),
                ("made/Up/Top.cs", "using Made.Up.High;\nWork.Do();"),
            ])
        ).Cycles();

        Assert.Equal(
            "made/Up/High -> made/Up/Middle (made/Up/High/Work.cs names Between), "
                + "made/Up/Middle -> made/Up/Low (made/Up/Middle/Between.cs names Base), "
                + "made/Up/Low -> made/Up/High (made/Up/Low/Helper.cs names High.Work)",
            Assert.Single(cycles)
        );
    }

    [Theory]
    [InlineData(
        "namespace Made.A;\nclass One { Two Next; }",
        "using Made.A;\nnamespace Made.B;\nclass Two { One Last; }",
        false,
        "one does not see the other's type"
    )]
    [InlineData(
        "using Made.B;\nnamespace Made.A;\nclass One { Two Next; }",
        "using Made.A;\nnamespace Made.B;\nclass Two { One Last; }",
        true,
        "by using"
    )]
    [InlineData(
        "namespace Made;\nclass One { Two Next; }",
        "namespace Made;\nclass Two { One Last; }",
        true,
        "one namespace in two folders"
    )]
    [InlineData(
        "namespace Made;\nclass One { B.Two Next; }",
        "namespace Made.B;\nclass Two { One Last; }",
        true,
        "qualified, and by a surrounding namespace"
    )]
    [InlineData(
        "using static Made.B.Two;\nnamespace Made.A;\nclass One { }",
        "using Made.A;\nnamespace Made.B;\nclass Two { One Last; }",
        true,
        "using static"
    )]
    [InlineData(
        "using Two = Made.B.Two;\nnamespace Made.A;\nclass One { }",
        "using Made.A;\nnamespace Made.B;\nclass Two { One Last; }",
        true,
        "using with a name"
    )]
    [InlineData(
        "global using Made.B;\nnamespace Made.A;\nclass One { Two Next; }",
        "using Made.A;\nnamespace Made.B;\nclass Two { One Last; }",
        true,
        "global using"
    )]
    [InlineData(
        "using Made.B;\nnamespace Made.A;\n[Two] class One { }",
        "using Made.A;\nnamespace Made.B;\nclass TwoAttribute { One Last; }",
        true,
        "an attribute"
    )]
    [InlineData(
        "using Made.B;\nnamespace Made.A;\nclass One { int N => 1.Twice(); }",
        "using Made.A;\nnamespace Made.B;\nstatic class Two { static int Twice(this int n) => One.N; }",
        true,
        "an extension method"
    )]
    public void A_name_counts_where_it_can_be_seen(string one, string two, bool isCycle, string why)
    {
        var cycles = new FolderGraph(CSharpFolders.Arrows([("made/A/One.cs", one), ("made/B/Two.cs", two)])).Cycles();
        Assert.True(cycles.Count == (isCycle ? 1 : 0), why);
    }

    [Fact]
    public void A_cycle_of_FSharp_is_found_where_two_folders_take_turns()
    {
        var cycles = new FolderGraph(
            FSharpFolders.Arrows([
                ("made/Numbers/Rational.fs", "namespace Made\n\ntype Rational = { Top: int }\n"),
                ("made/Trees/Tree.fs", "namespace Made\n\n/// Knows no Zeros.\ntype Tree =\n    | Leaf of Rational\n    | Nothing\n"),
                (
                    "made/Numbers/Zeros.fs",
                    "module internal Made.Zeros\n\nlet f tree =\n    match tree with\n    | Leaf _ -> true\n    | _ -> false\n"
                ),
                ("made/Last.fs", "module Made.Last\nopen Made.Zeros\nlet f' x = isZero x\n"),
            ])
        ).Cycles();

        Assert.Equal(
            "made/Numbers -> made/Trees (made/Numbers/Zeros.fs names Leaf), made/Trees -> made/Numbers (made/Trees/Tree.fs names Rational)",
            Assert.Single(cycles)
        );
    }

    [Fact]
    public void Comments_and_texts_are_no_code_but_what_texts_compute_is() =>
        Assert.Equal(
            "a     + b    Up  + c  d + e;",
            Regex.Replace(
                SourceCode.Of(
                    "a /* X */ \"X\\\"X\" + b @\"X\"\"X\" $\"X{{X}}{Up}\" + c '\\'' $$\"\"\"X {X} \"\" {{d}} \"\"\" + e; // X",
                    isFSharp: false
                ),
                "\\s+$",
                ""
            ),
            ignoreWhiteSpaceDifferences: true,
            ignoreAllWhiteSpace: true
        );

    private static IReadOnlyList<string> Cycles(string project)
    {
        string root = Repository.Path(project);
        string[] fsharp = [.. Directory.EnumerateFiles(root, "*.fsproj")];
        if (fsharp.Length > 0)
        {
            var order = XDocument.Load(fsharp[0]).Descendants("Compile").Select(file => file.Attribute("Include")!.Value);
            var ordered = order.Select(file => ($"{project}/{file}", File.ReadAllText(Path.Combine(root, file))));
            return new FolderGraph(FSharpFolders.Arrows(ordered)).Cycles();
        }

        var files = Directory
            .EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: $"{project}/{Path.GetRelativePath(root, file).Replace('\\', '/')}", Text: File.ReadAllText(file)))
            .Where(file => !Regex.IsMatch(file.Path, "/(?:bin|obj)/"));
        return new FolderGraph(CSharpFolders.Arrows(files)).Cycles();
    }
}
