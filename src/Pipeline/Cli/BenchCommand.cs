using System.CommandLine;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli;

/// <summary><c>bench</c>: tokens per second of rollouts and updates on a fixed amount of work.</summary>
internal sealed class BenchCommand : CliCommand
{
    private readonly Option<string> config = new("--config") { Description = "A Hugging Face config.json; the weights are random.", HelpName = "PATH", Required = true };
    private readonly Option<int> questions = Count("--questions", "Prompts of a rollout.", 16);
    private readonly Option<int> group = Count("--group", "Completions of a question.", 16);
    private readonly Option<int> keep = Count("--keep", "Completions of a question that the CPPO update trains on.", 2);
    private readonly Option<int> prompt = Count("--prompt", "Tokens of a prompt.", 48);
    private readonly Option<int> completion = Count("--completion", "Tokens of a completion.", 64);
    private readonly Option<int> iterations = Count("--iterations", "Optimizer steps of an update.", 2);
    private readonly Option<int> repeat = Count("--repeat", "Timed runs of each phase after a warm-up; the median counts.", 3);
    private readonly Option<int> threads = Count("--threads", "CPU threads.", 2);
    private readonly Option<string> engine = new("--engine") { Description = "auto, torch or managed.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };

    public BenchCommand(CliContext context) : base("bench", "Measure rollouts and updates on random weights; the last line is a JSON object.")
    {
        Option[] options = [config, questions, group, keep, prompt, completion, iterations, repeat, threads, engine];
        foreach (var option in options)
            Add(option);
        Add(new BenchRewardCommand(context));
        Validators.Add(line =>
        {
            if (line.Errors.Any())
                return;
            if (line.GetValue(keep) > line.GetValue(group))
                line.AddError($"--keep {line.GetValue(keep)} is more than --group {line.GetValue(group)}.");
        });
        SetAction(line => context.Output.WriteLine(BenchRun.Execute(Settings(line), context.Error.WriteLine, context.Stop.Graceful).ToJson()));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
    [
        ("bench --config bench/small.json", "measures a model of 0.85 million parameters"),
        ("bench --config bench/medium.json --questions 4 --group 8 --threads 1", "measures a larger model on less work"),
    ];

    private static Option<int> Count(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int given) && given < 1)
                result.AddError($"{name} must be at least 1.");
        });
        return option;
    }

    private BenchSettings Settings(ParseResult line) => new()
    {
        ConfigPath = line.GetRequiredValue(config),
        Engine = line.GetValue(engine)!,
        Threads = line.GetValue(threads),
        Repeat = line.GetValue(repeat),
        Workload = new BenchWorkload
        {
            Questions = line.GetValue(questions),
            Group = line.GetValue(group),
            Keep = line.GetValue(keep),
            Prompt = line.GetValue(prompt),
            Completion = line.GetValue(completion),
            Iterations = line.GetValue(iterations),
        },
    };
}
