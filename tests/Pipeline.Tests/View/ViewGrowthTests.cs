using System.Text.Json.Nodes;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Tests.Browse;
using Cppo.Pipeline.Tests.Telemetry;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.Tests.View;

/// <summary>An answer that calls itself done has all that was there when it was asked for, whatever is read or written meanwhile.</summary>
public sealed class ViewGrowthTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private static string[] Ids(JsonObject page) => [.. page["groups"]!.AsArray().Select(group => (string)group!["id"]!)];

    private static bool IsDone(JsonObject answer) => (bool)answer["indexed"]!["done"]!;

    private static string FileOf(string run, int step) => Path.Combine(run, "completions", $"step-{step:D6}.parquet");

    /// <summary>A run whose files take a while to read: the first one under the numbers of many updates.</summary>
    private async Task<int> WriteLargeAsync(int files, int groups)
    {
        await new ViewRun(groups, Updates: 1, GroupSize: 8, Tokens: 16).WriteAsync(directory.Of("run"), default);
        for (int step = 1; step < files; step++)
        {
            File.Copy(FileOf(directory.Of("run"), 0), FileOf(directory.Of("run"), step));
        }

        return files * groups;
    }

    [Theory]
    [InlineData("")]
    [InlineData("sort=-reward&fate=kept&fate=pruned")]
    [InlineData("text=plums")]
    public async Task The_first_list_that_calls_itself_done_has_all_groups(string query)
    {
        const int Askers = 16;
        int all = await WriteLargeAsync(files: 40, groups: 100);
        for (int turn = 0; turn < 3; turn++)
        {
            // Each waits a quarter of a second for the files; one after the other they are back all the time.
            await using var view = await RunningView.StartAsync(directory.Of("run"));
            await Task.WhenAll(Enumerable.Range(0, Askers).Select(asker => AskAsync(view, TimeSpan.FromMilliseconds(15 * asker))));
        }

        async Task AskAsync(RunningView view, TimeSpan start)
        {
            await Task.Delay(start);
            JsonObject page;
            do
            {
                page = await view.JsonAsync($"api/runs/run/groups?limit=1&{query}");
            } while (!IsDone(page) || page["total"] is null);
            Assert.Equal((all, all), ((int)(page["search"]?["of"] ?? page["total"])!, (int)page["indexed"]!["groups"]!));
        }
    }

    [Fact]
    public async Task A_link_to_a_late_group_is_answered_while_the_files_before_it_are_being_read()
    {
        await WriteLargeAsync(files: 60, groups: 500);
        await using var view = await RunningView.StartAsync(directory.Of("run"));
        var group = await view.JsonAsync("api/runs/run/groups/59.499");
        Assert.Equal(("59.499", false), ((string)group["id"]!, IsDone(group)));
        await view.GroupsAsync("run");
        group = await view.JsonAsync("api/runs/run/groups/58.499");
        Assert.Equal((true, "59.0"), (IsDone(group), (string)group["next"]!));
    }

    [Fact]
    public async Task A_file_that_came_a_moment_after_the_last_look_is_in_the_next_answer()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, SampleRun.Batch(0, "zero", "x"));
        await using var view = await RunningView.StartAsync(run);
        await view.GroupsAsync("run");
        for (int step = 1; step <= 5; step++)
        {
            await SampleRun.WriteCompletionsAsync(run, SampleRun.Batch(step, "more", "x"));
            Assert.Equal(step + 1, Ids(await view.GroupsAsync("run")).Length);
        }
    }

    [Fact]
    public async Task A_group_of_a_file_that_was_replaced_a_moment_ago_is_that_of_the_new_file()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, SampleRun.Batch(0, "zero", "x"));
        await using var view = await RunningView.StartAsync(run);
        await view.GroupsAsync("run");
        for (int turn = 0; turn < 5; turn++)
        {
            await SampleRun.WriteCompletionsAsync(run, SampleRun.Batch(0, $"question {turn}", "x", $"y{turn}"));
            var group = await view.JsonAsync("api/runs/run/groups/0.0");
            Assert.Equal($"question {turn}", (string)group["question"]!);
            Assert.Equal(["x", $"y{turn}"], group["completions"]!.AsArray().Select(each => (string)each!["text"]!));
        }
    }

    [Fact]
    public async Task A_group_is_never_missing_from_a_list_while_its_file_is_replaced()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, [.. Enumerable.Range(0, 5).Select(step => SampleRun.Batch(step, "q", "x"))]);
        await using var view = await RunningView.StartAsync(run);
        await view.GroupsAsync("run");
        var writing = Task.Run(async () =>
        {
            for (int turn = 0; turn < 30; turn++)
            {
                await SampleRun.WriteCompletionsAsync(run, SampleRun.Batch(turn % 5, $"turn {turn}", "x", "y"));
            }
        });
        while (!writing.IsCompleted)
        {
            var page = await view.JsonAsync("api/runs/run/groups");
            Assert.Equal(["0.0", "1.0", "2.0", "3.0", "4.0"], Ids(page));
            Assert.Equal(5, (int)page["total"]!);
        }

        await writing;
    }

    [Fact]
    public async Task A_file_with_a_version_that_is_no_number_or_a_huge_one_is_told_and_the_others_are_shown()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, [.. Enumerable.Range(0, 4).Select(step => SampleRun.Batch(step, "q", "x"))]);
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            foreach (var (step, version) in new[] { (0, "99999999999999999999"), (2, "two") })
            {
                using var command = connection.CreateCommand();
                command.CommandText =
                    $"COPY (SELECT * FROM '{FileOf(run, step)}') TO '{directory.Of("other.parquet")}' "
                    + $"(FORMAT parquet, KV_METADATA {{\"cppo.format_version\": '{version}'}})";
                command.ExecuteNonQuery();
                File.Move(directory.Of("other.parquet"), FileOf(run, step), overwrite: true);
            }
        }

        await using var view = await RunningView.StartAsync(run);
        var page = await view.GroupsAsync("run");
        Assert.Equal(["1.0", "3.0"], Ids(page));
        Assert.Equal(
            [FileOf(run, 0), FileOf(run, 2)],
            page["indexed"]!["faults"]!.AsArray().Select(fault => ((string)fault!).Split(' ')[0])
        );
    }

    [Fact]
    public async Task A_damaged_file_that_was_put_right_is_shown_however_long_ago_that_was()
    {
        string run = directory.Of("run");
        await SampleRun.WriteAsync(run, SampleRun.Config, SampleRun.Batch(0, "zero", "x"), SampleRun.Batch(1, "one", "x"));
        string path = FileOf(run, 0);
        byte[] whole = await File.ReadAllBytesAsync(path);
        await PutAsync(new byte[whole.Length - 1], hoursAgo: 3);
        await using var view = await RunningView.StartAsync(run);
        Assert.Single((await view.GroupsAsync("run"))["indexed"]!["faults"]!.AsArray());
        await PutAsync(whole, hoursAgo: 2);
        var page = await view.GroupsAsync("run");
        Assert.Equal(["0.0", "1.0"], Ids(page));
        Assert.Empty(page["indexed"]!["faults"]!.AsArray());

        async Task PutAsync(byte[] bytes, int hoursAgo)
        {
            await File.WriteAllBytesAsync(directory.Of("part"), bytes);
            File.SetLastWriteTimeUtc(directory.Of("part"), DateTime.UtcNow.AddHours(-hoursAgo));
            File.Move(directory.Of("part"), path, overwrite: true);
        }
    }
}
