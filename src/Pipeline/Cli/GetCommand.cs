using System.CommandLine;
using System.Globalization;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.PublicData;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Cli;

/// <summary><c>get</c>: models and datasets from the Hugging Face hub, by name.</summary>
internal sealed class GetCommand : CliCommand
{
    /// <summary>Nobody is asked about less.</summary>
    private const long AskedFrom = 100_000_000;

    private readonly Argument<string[]> names = new("name")
    {
        Description =
            $"A model as ORG/NAME, a dataset as datasets/ORG/NAME, or one of {KnownDataset.Names}, which becomes what recipes name. "
            + "@REVISION after a name is a branch, a tag or a commit.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string?> revision = new("--revision")
    {
        Description = "The branch, tag or commit of all names that state none. [default: main]",
        HelpName = "REVISION",
    };
    private readonly Option<bool> withoutWeights = new("--no-weights")
    {
        Description = "Leave out a model's weights: configuration and tokenizer alone.",
    };
    private readonly Option<string> data = new("--data")
    {
        Description = "The directory for the files that recipes name.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "data",
    };
    private readonly Option<int> jobs = new Option<int>("--jobs")
    {
        Description = "Files that are fetched at a time.",
        HelpName = "N",
        DefaultValueFactory = _ => 4,
    }.Within(1, 32);
    private readonly Option<bool> dryRun = new("--dry-run")
    {
        Description = "Say what would be fetched, with its sizes, and fetch nothing.",
    };
    private readonly Option<bool> yes = new("--yes") { Description = "Do not ask before much is fetched; nobody is asked off a terminal." };
    private readonly CliContext context;

    public GetCommand(CliContext context)
        : base("get", "Fetch models and datasets from the Hugging Face hub into the cache that all programs share (docs/hub.md).")
    {
        this.context = context;
        Add(names);
        Option[] options = [revision, withoutWeights, data, jobs, dryRun, yes];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction((line, _) => ExecuteAsync(line));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("get Qwen/Qwen2.5-1.5B-Instruct", "fetches the model; model.path=Qwen/Qwen2.5-1.5B-Instruct names it then"),
            ("get gsm8k", "fetches GSM8K and makes data/gsm8k/train.jsonl and test.jsonl of it"),
            ("get math math500 amc23 aime24 --dry-run", "says how much these four are"),
            ("get Qwen/Qwen2.5-1.5B-Instruct --no-weights", "fetches the tokenizer and the configuration alone"),
            ("get Qwen/Qwen2.5-0.5B-Instruct@7ae557604adf67be50417f59c2c2f167def9a775", "fetches one commit of a model"),
            ("get datasets/openai/gsm8k/main", "fetches a folder of a dataset, as it is"),
        ];

    private async Task<int> ExecuteAsync(ParseResult line)
    {
        var environment = context.Hub ?? HubEnvironment.Read();
        string? stated = line.GetValue(revision);
        if (stated is not null && !HubName.IsRevision(stated))
        {
            throw new UsageException($"--revision {TerminalText.Line(stated)} is no branch, tag or commit.");
        }

        GetTarget[] targets = [.. line.GetRequiredValue(names).Select(word => GetTarget.Parse(word, stated)).Distinct()];
        string folder = line.GetValue(data)!;
        var wanted = targets.Where(target => !IsMade(target, folder)).ToArray();
        if (environment.IsOffline)
        {
            await OfflineAsync(wanted, environment, folder);
            return ExitCodes.Done;
        }

        if (wanted.Length == 0)
        {
            return ExitCodes.Done;
        }

        using var hub = new HubFetch(environment);
        var plans = new FetchPlan[wanted.Length];
        for (int i = 0; i < plans.Length; i++)
        {
            var target = wanted[i];
            plans[i] = await hub.PlanAsync(
                target.Hub,
                (name, listed) => target.Choose(name, listed, !line.GetValue(withoutWeights)),
                context.Stop.Graceful
            );
        }

        if (!await IsWantedAsync(line, plans, environment))
        {
            return ExitCodes.Done;
        }

        await FetchAsync(hub, plans, line.GetValue(jobs));
        for (int i = 0; i < plans.Length; i++)
        {
            await SettleAsync(wanted[i], plans[i].Commit, plans[i].Files.Select(file => file.File), environment, folder);
        }

        return ExitCodes.Done;
    }

    /// <summary>Whether all files of a known dataset are there, which are then left as they are.</summary>
    private bool IsMade(GetTarget target, string folder)
    {
        if (target.Known is not { } known || !known.Parts.All(part => File.Exists(Path.Combine(folder, part.Path))))
        {
            return false;
        }

        string[] made = [.. known.Parts.Select(part => Path.Combine(folder, part.Path))];
        context.Error.WriteLine(
            $"{known.Name}: {string.Join(" and ", made)} {(made.Length == 1 ? "is" : "are")} there; remove to have made anew"
        );
        Print(made);
        return true;
    }

    /// <summary>What is fetched, with its sizes; whether it is to be.</summary>
    private async Task<bool> IsWantedAsync(ParseResult line, FetchPlan[] plans, HubEnvironment environment)
    {
        var output = line.GetValue(dryRun) ? context.Output : context.Error;
        foreach (var plan in plans)
        {
            await output.WriteLineAsync(
                $"{plan.Name} at {plan.Commit}: {plan.Files.Count} {(plan.Files.Count == 1 ? "file" : "files")}, "
                    + $"{ByteCount.Text(plan.Total)}, of which {ByteCount.Text(plan.Missing)} are to be fetched"
            );
            foreach (var file in plan.Files)
            {
                string there =
                    file.Missing == 0 ? ", there"
                    : file.Present > 0 ? $", {ByteCount.Text(file.Present)} of it there"
                    : "";
                await output.WriteLineAsync($"  {file.File.Path}  {ByteCount.Text(file.File.Size)}{there}");
            }
        }

        long missing = plans.Sum(plan => plan.Missing);
        if (line.GetValue(dryRun))
        {
            return false;
        }

        FreeSpace.Require(environment.CacheDirectory, missing);
        bool isAsked = missing >= AskedFrom && !line.GetValue(yes) && context.IsAtTerminal;
        if (isAsked)
        {
            await context.Error.WriteAsync($"Fetch {ByteCount.Text(missing)} into {environment.CacheDirectory}? [y/N] ");
            return (await context.ReadLineAsync())?.Trim().ToLowerInvariant() is "y" or "yes";
        }

        return true;
    }

    private async Task FetchAsync(HubFetch hub, FetchPlan[] plans, int atATime)
    {
        GetDisplay? display = null;
        var progress = new Dictionary<PlannedFile, FileProgress>(ReferenceEqualityComparer.Instance);
        foreach (var file in plans.SelectMany(plan => plan.Files))
        {
            progress[file] = new FileProgress(file.File, file.Present, text => display!.Say(text));
        }

        var shown = progress.Where(pair => pair.Key.Missing > 0).Select(pair => pair.Value);
        var notices = context.Error as NoticeWriter;
        await using var showing = display = new GetDisplay(
            shown,
            notices?.Stream ?? context.Error,
            notices is null ? 0 : Terminal.ErrorWidth,
            TimeProvider.System
        );
        using var throughDisplay = notices?.Through(display.Say);
        await hub.FetchAsync(plans, progress, atATime, context.Stop.Graceful);
    }

    /// <summary>Without a request: what the cache has is what there is.</summary>
    private async Task OfflineAsync(GetTarget[] wanted, HubEnvironment environment, string folder)
    {
        var cache = new HubCache(environment.CacheDirectory);
        foreach (var target in wanted)
        {
            if (cache.CommitOf(target.Hub) is not { } commit || cache.Find(target.Hub) is not { } snapshot)
            {
                throw new UsageException(
                    $"{target.Hub} is not in {cache.Directory}, and HF_HUB_OFFLINE says that nothing is to be fetched."
                );
            }

            await context.Error.WriteLineAsync($"{target.Hub} at {commit}, as the cache has it: HF_HUB_OFFLINE says not to ask the hub");
            var files = Directory
                .EnumerateFiles(snapshot, "*", SearchOption.AllDirectories)
                .Select(path => new HubFile(Path.GetRelativePath(snapshot, path).Replace('\\', '/'), 0, ""));
            await SettleAsync(target, commit, files, environment, folder);
        }
    }

    /// <summary>Says where it is; of a known dataset, makes the files that recipes name.</summary>
    private async Task SettleAsync(GetTarget target, string commit, IEnumerable<HubFile> files, HubEnvironment environment, string folder)
    {
        string snapshot = new HubCache(environment.CacheDirectory).Snapshot(target.Hub, commit);
        if (target.Known is not { } known)
        {
            Print(snapshot);
            return;
        }

        HubFile[] all = [.. files];
        foreach (var part in known.Parts)
        {
            string path = Path.Combine(folder, part.Path);
            if (File.Exists(path))
            {
                await context.Error.WriteLineAsync($"{path} is there and stays as it is; remove it to have it made anew");
                Print(path);
                continue;
            }

            var sources = DatasetSources
                .OfPart(known, part, target.Hub, all)
                .Select(file => (HubPath.Below(snapshot, file.Path), DatasetSources.RowsOf(known, part, file)));
            long rows = await DatasetConversion.WriteAsync(known, [.. sources], path, context.Stop.Graceful);
            await context.Error.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: {rows} rows{(rows == part.Rows ? "" : $"; warning: {part.Rows} are known, so the hub's files are others")}"
                )
            );
            Print(path);
        }
    }

    private void Print(params string[] paths)
    {
        foreach (string path in paths)
        {
            context.Output.WriteLine(path);
        }
    }
}
