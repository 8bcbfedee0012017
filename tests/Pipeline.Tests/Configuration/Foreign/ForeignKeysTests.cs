using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>The table of TRL's and verl's keys is whole, names keys that exist, and is what the page shows.</summary>
public sealed class ForeignKeysTests
{
    /// <summary>Every key that the programs' sources have, one a line.</summary>
    public static TheoryData<string, string> Sources => new() { { "TRL", "trl-1.9.0.txt" }, { "verl", "verl-0.7.0.txt" } };

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_key_of_theirs_is_answered(string program, string file)
    {
        string[] names = File.ReadAllLines(Repository.Path($"tests/Pipeline.Tests/Configuration/Foreign/{file}"));
        Assert.InRange(names.Length, 200, 1000);
        Assert.DoesNotContain(names, name => ForeignKeys.Find(name)?.Owner != program);
        Assert.DoesNotContain(names, name => !ForeignKeys.IsSpelledSo(ForeignKeys.Find(name)!, name));
    }

    [Fact]
    public void Every_key_of_ours_exists_and_where_there_is_none_it_says_what_to_do()
    {
        Assert.DoesNotContain(ForeignKeys.All.SelectMany(row => row.Ours), path => !KeyPath.Exists(path));
        Assert.DoesNotContain(ForeignKeys.All, row => row.Ours.Count == 0 && row.Note.Length == 0);
        Assert.True(KeyPath.Exists("reward.parts.N.weight"));
        Assert.All(["reward.parts.N.wight", "rollout.group.N", "rollouts", ""], path => Assert.False(KeyPath.Exists(path)));
        Assert.Equal("16", KeyPath.DefaultOf("rollout.group"));
        Assert.Null(KeyPath.DefaultOf("reward.parts.N.weight"));
    }

    [Fact]
    public void The_page_has_the_tables_of_the_program()
    {
        string[] page = File.ReadAllLines(Repository.Path(ForeignKeys.Page));
        foreach (string program in ForeignKeys.All.Select(row => row.Owner).Distinct())
        {
            int start = Array.IndexOf(page, $"<!-- results {program} -->"),
                end = Array.IndexOf(page, $"<!-- end {program} -->");
            Assert.InRange(start, 0, end);
            string[] shown = page[(start + 1)..end];
            Assert.True(
                shown.SequenceEqual(["", .. ForeignKeys.Table(program), ""]),
                $"{ForeignKeys.Page} is out of date: dotnet run -- config --foreign --document {ForeignKeys.Page}"
            );
        }
    }

    [Fact]
    public void A_cell_that_would_break_the_table_is_in_no_row()
    {
        string[] lines = [.. ForeignKeys.All.Select(row => row.Owner).Distinct().SelectMany(ForeignKeys.Table)];
        Assert.All(lines.Where(line => line.StartsWith('|')), line => Assert.Equal(6, line.Count(unit => unit == '|')));
        Assert.All(ForeignKeys.All, row => Assert.DoesNotMatch("[.;]$", row.Note));
    }
}
