using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Telemetry;
using Cppo.Pipeline.Tests.Cli;
using Cppo.Pipeline.Tests.CustomRewards;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Run;

/// <summary>
/// A signal is acknowledged and obeyed whatever the program does; a second one ends it. The program runs as a process of its own.
/// </summary>
[Collection(RunsCollection.Name)]
public sealed class StopTests(SmallModel model) : IDisposable
{
    private const string First = "stopping after the work in progress; once more to stop now";
    private const string Second = "stopping now";

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    private ChildProgram Train(params string[] set) => Train(isEndless: false, set);

    private ChildProgram Train(bool isEndless, string[] set)
    {
        string file = directory.Of("small.json");
        File.WriteAllText(file, SmallRun.Configure(model, model.ModelPath));
        string[] all = [$"run.directory={directory.Path}", .. set];
        return new(isEndless, ["train", file, .. all.SelectMany(key => new[] { "--set", key })]);
    }

    private static string Mine(string type) =>
        $$"""
            reward.parts=[{ "name": "accuracy" },
              { "name": "mine", "assembly": {{System.Text.Json.JsonSerializer.Serialize(RewardGroups.SampleAssembly)}},
                "type": "SampleRewards.{{type}}" }]
            """.ReplaceLineEndings(" ");

    private string[] Checkpoints =>
        [
            .. Directory
                .EnumerateDirectories(directory.Of("small", "checkpoints"), "step-*")
                .Select(path => Path.GetFileName(path))
                .Where(name => !name.EndsWith(".tmp", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private static async Task StopAsync(ChildProgram program, string signal)
    {
        await program.SignalAsync(signal);
        await program.HearAsync(First, ChildProgram.Soon);
    }

    [UnixRunTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_run_that_waits_for_a_server_ends_at_once_and_leaves_what_it_has(string signal)
    {
        using var server = new RewardServer(_ => RewardReply.Hanging);
        using var program = Train($"reward.parts=[{{ \"name\": \"judge\", \"url\": \"{server.Url}\", \"timeoutSeconds\": 600 }}]");
        await server.FirstCall.Task.WaitAsync(ChildProgram.Later);
        await StopAsync(program, signal);
        Assert.Equal(130, await program.EndAsync(ChildProgram.Soon));
        Assert.Contains("stopped after 0 of 4 updates; continue with --set run.resume=true", program.Said, StringComparison.Ordinal);
        Assert.Equal(["step-000000"], Checkpoints);
    }

    [RunFact]
    public async Task A_run_that_is_stopped_before_its_model_is_there_leaves_nothing()
    {
        var config = ConfigLoader.Parse(SmallRun.Configure(model, model.ModelPath), "small.json", [$"run.directory={directory.Path}"]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            TrainingRun.ExecuteAsync(config, TextWriter.Null, TextWriter.Null, new CancellationToken(canceled: true), default)
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [UnixRunFact]
    public async Task A_run_whose_reward_never_returns_ends_at_once_and_leaves_what_it_has()
    {
        using var program = Train(Mine("Endless"));
        await program.HearAsync("endless: begun", ChildProgram.Later);
        await StopAsync(program, "INT");
        Assert.Equal(130, await program.EndAsync(ChildProgram.Soon));
        Assert.Contains("stopped after 0 of 4 updates", program.Said, StringComparison.Ordinal);
        Assert.Equal(["step-000000"], Checkpoints);
    }

    [UnixRunFact]
    public async Task A_second_signal_ends_a_process_whose_threads_are_all_taken_and_the_last_checkpoint_stands()
    {
        string[] keys = ["run.updates=60", Mine("EndlessWhenTold")];
        using (var begun = Train(keys))
        {
            await begun.HearAsync("update 1/60", ChildProgram.Later);
            await begun.SignalAsync("INT");
            Assert.Equal(130, await begun.EndAsync(ChildProgram.Later));
        }

        string[] standing = Checkpoints;
        Assert.NotEmpty(standing);
        keys = [.. keys, "run.resume=true"];
        using var program = Train(isEndless: true, keys);
        await program.HearAsync("endless: begun", ChildProgram.Later);
        await StopAsync(program, "TERM");
        await program.SignalAsync("TERM");
        await program.HearAsync(Second, ChildProgram.Soon);
        Assert.Equal(130, await program.EndAsync(ChildProgram.Soon));
        Assert.Equal(standing, Checkpoints);

        using var resumed = Train(keys);
        Assert.Equal(0, await resumed.EndAsync(ChildProgram.Later));
    }

    [UnixRunFact]
    public async Task A_stopped_evaluation_is_not_reported_and_the_resumed_run_makes_the_whole()
    {
        string[] keys = ["evaluation.before=true", "evaluation.every=2", "evaluation.after=true", "rollout.questionsPerCall=1"];
        var straight = await SmallRun.RunAsync(model, directory.Of("straight"), keys);
        Assert.Equal([0, 2, 4], Steps(straight));
        int[][] reported =
        [
            [],
            [0],
            [0, 2],
        ];
        for (int stopped = 0; stopped < reported.Length; stopped++)
        {
            string[] resume = stopped == 0 ? [] : ["run.resume=true"];
            var run = await StoppedInEvaluationAsync(2 * stopped, [.. keys, .. resume]);
            Assert.True(run.IsStopped);
            Assert.Equal(reported[stopped], Steps(run));
            Assert.Contains($"the evaluation after {2 * stopped} updates was stopped", run.Output, StringComparison.Ordinal);
        }

        var resumed = await SmallRun.RunAsync(model, directory.Path, [.. keys, "run.resume=true"]);
        Assert.False(resumed.IsStopped);
        Assert.Equal(Results(straight), Results(resumed));
        Assert.Equal(straight.Weights, resumed.Weights);

        static IEnumerable<int> Steps(SmallRun run) => run.Evaluations.Select(line => (int)line["step"]!);
        static IEnumerable<string> Results(SmallRun run) =>
            run.Evaluations.Select(line => $"{line["step"]} {line["accuracy"]} {line["lenient_accuracy"]} {line["format_rate"]}");
    }

    /// <summary>Runs until the evaluation after some updates has its first answer.</summary>
    private async Task<SmallRun> StoppedInEvaluationAsync(int updates, string[] keys)
    {
        using var stop = new CancellationTokenSource();
        var output = new StringWriter();
        var config = ConfigLoader.Parse(
            SmallRun.Configure(model, model.ModelPath),
            "small.json",
            [$"run.directory={directory.Path}", .. keys]
        );
        await using var progress = new StopAtAnswer(output, updates, stop);
        var outcome = await Task.Run(() => TrainingRun.ExecuteAsync(config, output, output, stop.Token, default, progress));
        return new SmallRun(directory.Of("small"), outcome.IsStopped, output.ToString());
    }

    [UnixRunFact]
    public async Task Commands_that_wait_for_a_line_or_a_server_end_at_once()
    {
        string file = directory.Of("small.json");
        using var server = new RewardServer(_ => RewardReply.Hanging);
        string judge = $"reward.parts=[{{ \"name\": \"judge\", \"url\": \"{server.Url}\", \"timeoutSeconds\": 600 }}]";
        File.WriteAllText(file, SmallRun.Configure(model, model.ModelPath));
        string rows = directory.Of("rows.jsonl");
        File.WriteAllText(rows, "{\"completion\":\"7\",\"answer\":\"7\"}\n");
        using var generate = new ChildProgram("generate", model.ModelPath);
        using var chat = new ChildProgram("chat", model.ModelPath);
        using var score = new ChildProgram("score", rows, "--config", file, "--set", judge, "--output", directory.Of("scored.jsonl"));
        await generate.HearAsync("model: ", ChildProgram.Later);
        await chat.HearAsync("model: ", ChildProgram.Later);
        await server.FirstCall.Task.WaitAsync(ChildProgram.Later);
        foreach (var program in new[] { generate, chat, score })
        {
            Assert.False(program.HasExited, program.Said);
            await StopAsync(program, "INT");
            Assert.Equal(130, await program.EndAsync(ChildProgram.Soon));
            Assert.EndsWith("interrupted\n", program.Said.TrimEnd('\n') + "\n", StringComparison.Ordinal);
        }

        Assert.False(File.Exists(directory.Of("scored.jsonl")));
    }

    /// <summary>Progress on which a stop is asked for when the evaluation after some updates has an answer and lacks others.</summary>
    private sealed class StopAtAnswer(TextWriter output, int updates, CancellationTokenSource stop) : IRunProgress
    {
        private readonly PlainProgress plain = new(output, new ProgressState(4, 0, 0), TimeProvider.System);
        private int done;

        public void Phase(string phase)
        {
            plain.Phase(phase);
            done = phase.EndsWith("after 2 updates", StringComparison.Ordinal) ? 2 : done;
        }

        public void Updated(UpdateMetrics metrics)
        {
            plain.Updated(metrics);
            done = metrics.Step + 1;
        }

        public void Answered(int numAnswered, int numQuestions)
        {
            if (numAnswered > 0 && numAnswered < numQuestions && done == updates)
            {
                stop.Cancel();
            }
        }

        public void Line(string text) => plain.Line(text);

        public void End(string how) => plain.End(how);

        public ValueTask DisposeAsync() => plain.DisposeAsync();
    }

    /// <summary>A fact that runs a model and needs the program `kill`.</summary>
    private sealed class UnixRunFactAttribute : FactAttribute
    {
        public UnixRunFactAttribute() => Skip = Unavailable;

        public static string? Unavailable =>
            OperatingSystem.IsWindows() ? "Windows has no program that sends a signal." : RunFactAttribute.Unavailable;
    }

    /// <summary>As above a theory.</summary>
    private sealed class UnixRunTheoryAttribute : TheoryAttribute
    {
        public UnixRunTheoryAttribute() => Skip = UnixRunFactAttribute.Unavailable;
    }
}
