using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sweep;
using Cppo.Pipeline.Sweep.Definition;
using Cppo.Pipeline.Sweep.Results;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Sweep;

public sealed class TableRecipeTests
{
    public static TheoryData<string> Tables =>
        [
            .. Directory
                .EnumerateFiles(Repository.Path("recipes/tables"), "*.json", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Repository.Path("recipes/tables"), path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_is_a_sweep_without_faults_all_of_whose_methods_are_configurations(string file)
    {
        var sweep = SweepFiles.Load(Repository.Path($"recipes/tables/{file}"))[0].Config;

        Assert.Equal(Path.ChangeExtension(file, null).Replace('/', '-'), sweep.Name);
        Assert.All(SweepMethod.Of(sweep), method => ConfigLoader.Load(Repository.Path(method.Base), [.. method.Set, "run.seed=1"]));
    }

    [Theory]
    [InlineData("CPPO 50 %", "table2.json")]
    [InlineData("CPPO 50 %", "table5.json", "+ allocation")]
    public void Methods_that_tables_have_in_common_are_stated_alike(string method, string file, string? name = null)
    {
        var first = SweepMethod.Of(SweepFiles.Load(Repository.Path("recipes/tables/table1.json"))[0].Config);
        var second = SweepMethod.Of(SweepFiles.Load(Repository.Path($"recipes/tables/{file}"))[0].Config);

        Assert.Equal(first.First(each => each.Name == method).Set, second.First(each => each.Name == (name ?? method)).Set);
    }

    [Fact]
    public void The_schema_at_the_root_is_up_to_date() =>
        Assert.True(
            SweepFile.Schema == File.ReadAllText(Repository.Path("sweep.schema.json")),
            "sweep.schema.json is out of date: make schema"
        );

    [Fact]
    public void The_page_about_sweeps_has_every_key_column_and_claim()
    {
        string page = File.ReadAllText(Repository.Path("docs/sweeps.md"));
        string[] keys = [.. ConfigSection.Of(typeof(SweepConfig)).AllPaths().Select(key => key.Path).Where(path => path != "report")];
        string[] claims = typeof(SweepClaim).GetProperty(nameof(SweepClaim.Claim)) is { } property
            ? [.. ConfigKey.Of(property).About.Choices.Where(choice => choice.Length > 0)]
            : [];

        Assert.NotEmpty(claims);
        Assert.All(
            [.. keys, .. MethodColumn.NamesFor(["test"]), .. claims],
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal)
        );
    }
}
