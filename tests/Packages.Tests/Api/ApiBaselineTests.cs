using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Packages.Tests.Api;

/// <summary>What the packages promise their users, line by line in docs/api.</summary>
public class ApiBaselineTests
{
    private const string Before = """
        namespace A
        {
            public class One
            {
                public int X { get; }
                public int Y { get; }
            }
            public class Two
            {
                public int Y { get; }
            }
        }
        """;

    private const string After = """
        namespace A
        {
            public class One
            {
                public long X { get; }
                public int Y { get; }
            }
            public class Two
            {
                public int X { get; }
                public int Y { get; }
            }
        }
        """;

    public static TheoryData<string> Packages => [.. ApiPackage.All.Select(package => package.Name)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_api_is_that_of_the_baseline(string name)
    {
        var package = new ApiPackage(name);
        string baseline = File.Exists(package.BaselinePath) ? File.ReadAllText(package.BaselinePath) : "";
        string now = package.Text();
        Assert.True(
            baseline == now,
            $"The public API of {name} is not what docs/api/{name}.txt says. Where that is meant, `make api` writes the file anew, and "
                + $"CHANGELOG.md tells what users have to change.\n{ApiDifference.Of(baseline, now)}"
        );
    }

    [Fact]
    public void Each_baseline_is_of_a_package() =>
        Assert.Equal(
            ApiPackage.All.Select(package => $"{package.Name}.txt").Order(StringComparer.Ordinal),
            Directory.GetFiles(Repository.Path("docs/api")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_difference_names_what_is_gone_and_what_is_new_with_its_type() =>
        Assert.Equal(
            """
            - namespace A > public class One > public int X { get; }
            + namespace A > public class One > public long X { get; }
            + namespace A > public class Two > public int X { get; }
            """.ReplaceLineEndings("\n"),
            ApiDifference.Of(Before.ReplaceLineEndings("\n"), After.ReplaceLineEndings("\n")).ToString()
        );

    [Fact]
    public void A_listing_holds_members_of_CSharp_and_of_FSharp()
    {
        Assert.Contains("IGroupReward", new ApiPackage("Cppo.Rewards").Text(), StringComparison.Ordinal);
        string stages = new ApiPackage("Cppo.Stages").Text();
        Assert.Contains("public static Cppo.Stages.Math.Verdict verify(", stages, StringComparison.Ordinal);
        Assert.DoesNotContain("StartupCode", stages, StringComparison.Ordinal);
    }
}
