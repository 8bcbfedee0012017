using System.Collections.Concurrent;
using Cppo.Chaos.Children;
using Cppo.Model.Files;

namespace Cppo.Chaos.Runs;

/// <summary>A directory with all that the runs need, and what is made once for many injections.</summary>
internal sealed class TestBed
{
    private const string Questions =
        "question,answer\nWhat is 1+1?,2\nWhat is 2+3?,5\nWhat is 7-4?,3\nWhat is 6+2?,8\nWhat is 9-9?,0\nWhat is 3+4?,7\n";

    private const string Marker = "chaos.bed";

    private const string TestQuestions = "question,answer\nWhat is 2+2?,4\nWhat is 8-1?,7\n";

    private readonly ConcurrentDictionary<Variant, Lazy<Task<WholeRun>>> wholes = new();
    private readonly ConcurrentDictionary<(Ground, Variant), Lazy<Task<string>>> grounds = new();
    private readonly ConcurrentDictionary<(Ground, Variant), Lazy<Task<IReadOnlyList<ChangeName>>>> resumes = new();
    private readonly bool recoversInProcess;

    /// <summary>Writes models, questions and pipeline files.</summary>
    /// <param name="directory">Made; must not hold another bed.</param>
    /// <param name="recoversInProcess">Whether runs go on in this process after an injection, or in one of their own.</param>
    public TestBed(string directory, bool recoversInProcess)
    {
        this.recoversInProcess = recoversInProcess;
        DirectoryPath = Directory.CreateDirectory(directory).FullName;
        File.WriteAllText(Of(Marker), "made by tests/Chaos; may be removed\n");
        File.WriteAllText(Of("train.csv"), Questions);
        File.WriteAllText(Of("test.csv"), TestQuestions);
        foreach (var variant in Variant.All)
        {
            string model = Directory.CreateDirectory(Of(variant.Family)).FullName;
            File.WriteAllText(Path.Combine(model, "config.json"), variant.ModelConfig());
            string tokenizer = Path.Combine(Repository.Root, "data", "base-model");
            var files = new VariantFiles(model, tokenizer, Of("train.csv"), Of("test.csv"), Repository.SampleRewards);
            File.WriteAllText(PipelineOf(variant), variant.Pipeline(files));
        }
    }

    public string DirectoryPath { get; }

    /// <summary>Whether a directory is absent, empty or an earlier bed, so that it may be removed.</summary>
    public static bool MayReplace(string directory) =>
        !Path.Exists(directory)
        || File.Exists(Path.Combine(directory, Marker))
        || (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any());

    /// <summary>The run of a variant that is left alone.</summary>
    public Task<WholeRun> WholeAsync(Variant variant) => wholes.GetOrAdd(variant, _ => new(() => MakeWholeAsync(variant))).Value;

    /// <summary>The changes of files of a run that goes on from a ground to its end.</summary>
    public Task<IReadOnlyList<ChangeName>> ResumedChangesAsync(Ground ground, Variant variant) =>
        resumes.GetOrAdd((ground, variant), _ => new(() => TraceResumeAsync(ground, variant))).Value;

    /// <summary>Puts a ground where a run is to be.</summary>
    public async Task PrepareAsync(Ground ground, Variant variant, string run)
    {
        if (ground != Ground.Nothing)
        {
            FileTree.Copy(await grounds.GetOrAdd((ground, variant), _ => new(() => MakeGroundAsync(ground, variant))).Value, run);
        }
    }

    /// <summary>Trains, from the start or from where a run stands, with what is not to be disturbed.</summary>
    /// <param name="variant">What to train.</param>
    /// <param name="run">The run's directory.</param>
    /// <param name="set">Keys, <c>key=value</c>.</param>
    public Task<CallEnd> CallAsync(Variant variant, string run, params string[] set) =>
        recoversInProcess
            ? InProcess.RunAsync(Arguments(variant, run, set))
            : ChildProcess.RunAsync(new ChildOrder { RunDirectory = run }, Arguments(variant, run, set));

    /// <summary>The program's arguments.</summary>
    public string[] Arguments(Variant variant, string run, params string[] set) =>
        [
            "train",
            PipelineOf(variant),
            .. set.Prepend($"run.directory={Path.GetDirectoryName(run)}").SelectMany(key => new[] { "--set", key }),
        ];

    /// <summary>The directory of a run, in one that is there: those above it are no changes of the run.</summary>
    private string RunIn(params string[] names) => Path.Combine(Directory.CreateDirectory(Of(names)).FullName, Variant.RunName);

    private string Of(params string[] names) => Path.Combine([DirectoryPath, .. names]);

    private string PipelineOf(Variant variant) => Of($"{variant.Name}.json");

    private async Task<WholeRun> MakeWholeAsync(Variant variant)
    {
        string run = RunIn("whole", variant.Name);
        string trace = Of($"{variant.Name}.trace");
        var end = await ChildProcess.RunAsync(new ChildOrder { RunDirectory = run, TracePath = trace }, Arguments(variant, run));
        Require(end, 0, $"the run {variant.Name} without disturbance");
        var content = RunContent.Read(run);
        string[] faults = [.. content.Faults, .. content.Leftovers];
        return faults.Length == 0 && content.Updates.Count == Variant.Updates
            ? new WholeRun(run, content, [.. File.ReadLines(trace).Select(ChangeName.Parse)], end.Took)
            : throw new InvalidOperationException($"{run} is not as it should be: {string.Join(", ", faults)}.");
    }

    private async Task<string> MakeGroundAsync(Ground ground, Variant variant)
    {
        string run = RunIn("grounds", $"{ground}-{variant.Name}");
        if (ground == Ground.Stopped)
        {
            Require(await InProcess.RunAsync(Arguments(variant, run), stopAt: "after 2 updates"), 130, "a run that is stopped");
            return run;
        }

        if (ground == Ground.Damaged)
        {
            await PrepareAsync(Ground.Cut, variant, run);
            Damage.Flip(Path.Combine(NewestCheckpointOf(run), "optimizer.bin"), 0.5);
            return run;
        }

        var lastRows = new ChangeName(FileChangeKind.Create, $"completions/step-{Variant.Updates - 1:D6}.parquet.tmp", 1);
        var order = new ChildOrder { RunDirectory = run, Kill = lastRows };
        Require(await ChildProcess.RunAsync(order, Arguments(variant, run)), 137, $"a run that is killed before {lastRows}");
        return run;
    }

    private async Task<IReadOnlyList<ChangeName>> TraceResumeAsync(Ground ground, Variant variant)
    {
        string run = RunIn("resumes", $"{ground}-{variant.Name}");
        string trace = Of($"{ground}-{variant.Name}.trace");
        await PrepareAsync(ground, variant, run);
        var order = new ChildOrder { RunDirectory = run, TracePath = trace };
        Require(await ChildProcess.RunAsync(order, Arguments(variant, run, "run.resume=true")), 0, $"the resume of the ground {ground}");
        return [.. File.ReadLines(trace).Select(ChangeName.Parse)];
    }

    private static string NewestCheckpointOf(string run) =>
        Path.Combine(run, "checkpoints", RunContent.StepDirectory(RunContent.NewestCheckpoint(run)!.Value));

    private static void Require(CallEnd end, int exitCode, string what)
    {
        if (end.ExitCode != exitCode)
        {
            throw new InvalidOperationException($"{what} ended with {end.ExitCode} instead of {exitCode}: {end.Error.Trim()}");
        }
    }
}
