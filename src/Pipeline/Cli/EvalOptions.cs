using System.CommandLine;
using System.Globalization;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Hub;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.PublicData;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Cli;

/// <summary>The options of <c>eval</c> that say what is evaluated and how, and the plans that they make.</summary>
internal sealed class EvalOptions
{
    /// <summary>What stands for a pipeline file where a model directory is named, which has no questions of its own.</summary>
    private const string WithoutRun =
        """{"data":{"train":{"path":"none.jsonl"}},"prompt":{"template":"none"},"evaluation":{"before":false,"after":false}}""";

    private readonly PipelineFileOptions pipeline = new(
        "A pipeline file, or a run, a checkpoint or a model directory; of a run and its checkpoints, questions and prompt are the run's."
    );
    private readonly Option<string[]> benchmarks = new("--benchmark")
    {
        Description =
            $"Evaluate a benchmark by its given file instead of data.test, e.g. gsm8k=test.jsonl, or by the file that get makes; sets "
            + $"columns, template, judging and sampling. May be given often. Known: {Benchmark.Names}.",
        HelpName = "NAME[=PATH]",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> template = new("--template")
    {
        Description = "System text; short for --set prompt.template.",
        HelpName = "NAME",
    };
    private readonly Option<string?> judge = new("--judge")
    {
        Description =
            $"How answers are judged: {string.Join(" or ", Judge.names)}. [default: by the benchmark; else expression where the reward is "
            + $"mathAccuracy]",
        HelpName = "RULE",
    };

    private readonly Option<int?> samples = new Option<int?>("--samples")
    {
        Description = "Samples per question; short for --set evaluation.samples.",
    }.AtLeast(1);
    private readonly Option<double?> temperature = new Option<double?>("--temperature")
    {
        Description = "0 is greedy; short for --set evaluation.temperature.",
    }.IsTemperature();
    private readonly RestrictionOptions restriction = new("Short for the key of evaluation.");
    private readonly Option<int?> maxTokens = new Option<int?>("--max-tokens")
    {
        Description = "Most tokens of a completion; short for --set rollout.maxNewTokens.",
    }.AtLeast(1);
    private readonly Option<int?> limit = new Option<int?>("--limit")
    {
        Description = "Take only the first questions; short for --set data.test.limit.",
    }.AtLeast(1);
    private readonly Option<string?> ks = new("--k")
    {
        Description = "Each k of pass@k, at most the number of samples. [default: the number of samples]",
        HelpName = "1,4,8",
    };
    private readonly Option<string[]> by = new("--by")
    {
        Description =
            "Column of the test file by which to break the result down; may be given often. [default: level and subject for math500]",
        HelpName = "COLUMN",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> precision = PrecisionOption.Create();

    /// <summary>Adds all to a command.</summary>
    public void AddTo(Command command)
    {
        pipeline.AddTo(command);
        Option[] options = [benchmarks, template, judge, samples, temperature];
        Option[] further = [maxTokens, limit, precision, ks, by];
        foreach (var option in options)
        {
            command.Add(option);
        }

        restriction.AddTo(command);
        foreach (var option in further)
        {
            command.Add(option);
        }
    }

    /// <summary>The model that the command line names in the place of a pipeline file; null where it names a file.</summary>
    /// <exception cref="UsageException">It names a directory that holds no model.</exception>
    public ModelPlace? Place(ParseResult line, Action<string> warn)
    {
        string path = pipeline.Path(line);
        bool isFile = !Directory.Exists(path) && Path.HasExtension(path) && HubPlace.Meant(path, HubKind.Model) is null;
        return File.Exists(path) || isFile ? null : ModelPlace.Find(path, warn);
    }

    /// <summary>The evaluations that a command line asks for, in its order.</summary>
    /// <exception cref="ConfigException">The configuration has faults.</exception>
    /// <exception cref="UsageException">A benchmark, a rule or a k is unknown or impossible.</exception>
    public EvaluationPlan[] Plans(ParseResult line, ModelPlace? named)
    {
        string[] stated = line.GetValue(benchmarks) ?? [];
        EvaluationPlan[] plans =
            stated.Length == 0
                ? [Plan(line, named, null, "")]
                : [.. stated.Select(text => BenchmarkOf(text)).Select(found => Plan(line, named, found.Benchmark, found.Path))];
        if (plans.GroupBy(plan => plan.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"--benchmark {twice.Key} is given {twice.Count()} times; give each benchmark once.");
        }

        int most = plans.Max(plan => plan.Config.Evaluation.Samples);
        if (line.GetValue(ks) is { } text && Ks(text).Max() is var largest && largest > most)
        {
            throw new UsageException(
                $"--k {largest} needs at least {largest} samples of a question, but there {(most == 1 ? "is 1" : $"are {most}")}; give "
                    + $"--samples {largest} and a --temperature above 0, or a k of at most {most}."
            );
        }

        return plans;
    }

    private EvaluationPlan Plan(ParseResult line, ModelPlace? named, Benchmark? benchmark, string path)
    {
        string[] otherSystem = line.GetValue(template) is { } name && name != "custom" ? ["prompt.system="] : [];
        string[] first = [EvaluationPlan.AnyLength, .. otherSystem, .. benchmark?.Overrides(path) ?? []],
            last = [.. Overrides(line)];
        var config = Load(line, named, first, last);
        if (PromptConfig.ChatTemplateOf(config.Prompt) == ChatTemplates.Auto && first.Concat(last).Any(IsOfPrompt))
        {
            // These options state another system text; a chat template that the file chose by the same key stays.
            var ofFile = Load(line, named, [.. first.Where(option => !IsOfPrompt(option))], []);
            config = config with { Prompt = config.Prompt with { Chat = PromptConfig.ChatTemplateOf(ofFile.Prompt) } };
        }

        string[] columns = line.GetValue(by) is { Length: > 0 } stated ? stated : benchmark?.LabelColumns ?? [];
        int[] k = line.GetValue(ks) is { } text ? Ks(text) : [config.Evaluation.Samples];
        return new(benchmark?.Name, config, Rule(line) ?? benchmark?.Rule ?? SettingsMap.Judging(config), [.. columns.Distinct()], k);
    }

    private PipelineConfig Load(ParseResult line, ModelPlace? named, IReadOnlyList<string> first, IReadOnlyList<string> last) =>
        named is null ? pipeline.Load(line, first, last)
        : named.Run is { } run ? ConfigLoader.Load(RunConfigFile.Of(run), pipeline.Overrides(line, first, last))
        : ConfigLoader.Parse(WithoutRun, "", pipeline.Overrides(line, first, last));

    private static (Benchmark Benchmark, string Path) BenchmarkOf(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        if (Benchmark.Known.FirstOrDefault(known => known.Name == name) is not { } benchmark)
        {
            string? nearest = NearestName.Of(name, Benchmark.Known.Select(known => known.Name));
            throw new UsageException(
                $"--benchmark: \"{name}\" is no benchmark{(nearest is null ? "." : $"; did you mean {nearest}?")} Known are "
                    + $"{Benchmark.Names}; give NAME=PATH."
            );
        }

        string path = equals < 0 ? "" : text[(equals + 1)..];
        if (path.Length == 0)
        {
            // As get makes it.
            path = Path.Combine("data", KnownDataset.Find(name)!.Parts[^1].Path);
            return File.Exists(path)
                ? (benchmark, path)
                : throw new UsageException(
                    $"--benchmark {name} names no file, and there is no {path}; give {name}=PATH, or make that one: "
                        + ProgramCall.Of($"get {name}")
                );
        }

        return File.Exists(path) || HubPlace.Find(path, HubKind.Dataset, "test") is not null
            ? (benchmark, path)
            : throw new UsageException($"--benchmark {text}: {path}: no such file{NearFile.Hint(path)}");
    }

    private JudgingRule? Rule(ParseResult line)
    {
        if (line.GetValue(judge) is not { } name)
        {
            return null;
        }

        var rule = Judge.ruleOf(name);
        return rule.IsOk ? rule.ResultValue : throw new UsageException($"--judge: {rule.ErrorValue}");
    }

    private static int[] Ks(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] values = [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int k) ? k : 0)];
        return values.All(k => k >= 1)
            ? values
            : throw new UsageException($"--k is \"{text}\"; give integers of at least 1, separated by commas, e.g. 1,4,8.");
    }

    private IEnumerable<string> Overrides(ParseResult line)
    {
        (string Key, object? Value)[] stated =
        [
            ("prompt.template", line.GetValue(template)),
            ("rollout.precision", line.GetValue(precision)),
            ("evaluation.samples", line.GetValue(samples)),
            ("evaluation.temperature", line.GetValue(temperature)),
            ("evaluation.topP", line.GetValue(restriction.TopP) ?? Off(1)),
            ("evaluation.topK", line.GetValue(restriction.TopK) ?? Off(0)),
            ("evaluation.minP", line.GetValue(restriction.MinP) ?? Off(0)),
            ("rollout.maxNewTokens", line.GetValue(maxTokens)),
            ("data.test.limit", line.GetValue(limit)),
        ];
        return stated
            .Where(option => option.Value is not null)
            .Select(option => string.Create(CultureInfo.InvariantCulture, $"{option.Key}={option.Value}"));

        // A benchmark or a file may restrict its samples, and greedy answers have nothing to restrict.
        object? Off(object value) => line.GetValue(temperature) == 0 ? value : null;
    }

    private static bool IsOfPrompt(string option) => option.StartsWith("prompt.", StringComparison.Ordinal);
}
