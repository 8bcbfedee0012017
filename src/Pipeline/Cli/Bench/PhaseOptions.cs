using System.CommandLine;
using Cppo.Model.Engine;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary>The options of the benchmarks on random weights; they are the Python baseline's, and some more.</summary>
internal sealed class PhaseOptions
{
    private readonly Option<string> config = new("--config")
    {
        Description = "A Hugging Face config.json, a directory that has one, or the hub's name of a model; the weights are random.",
        HelpName = "PATH",
        Required = true,
    };
    private readonly Option<int> questions = Count("--questions", "Prompts of a rollout.", 16);
    private readonly Option<int> group = Count("--group", "Completions of a question.", 16);
    private readonly Option<int> keep = Count("--keep", "Completions of a question that the CPPO update trains on.", 2);
    private readonly Option<int> prompt = Count("--prompt", "Tokens of a prompt.", 48);
    private readonly Option<int> completion = Count("--completion", "Tokens of a completion.", 64);
    private readonly Option<string> lengths = new Option<string>("--lengths")
    {
        Description =
            $"{BenchLengths.FixedName}: as --prompt and --completion say; {BenchLengths.Gsm8kName}: prompts and completions as long as "
            + "GSM8K's.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BenchLengths.FixedName,
    }.AcceptOnlyFromAmong(BenchLengths.FixedName, BenchLengths.Gsm8kName);

    private readonly Option<int> iterations = Count("--iterations", "Optimizer steps of an update.", 2);
    private readonly Option<int> repeat = Count("--repeat", "Timed runs of each phase after a warm-up; the median counts.", 3);
    private readonly Option<int> threads = Count("--threads", "CPU threads.", 2).IsThreads(1);
    private readonly Option<string> engine = new("--engine")
    {
        Description = "auto, torch or managed.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<string> device = new("--device")
    {
        Description = "cpu or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "cpu",
    };
    private readonly Option<string> computeType = new Option<string>("--compute-type")
    {
        Description = "Number type of forward and backward.",
        HelpName = "TYPE",
        DefaultValueFactory = _ => "float32",
    }.AcceptOnlyFromAmong("float32", "bfloat16");

    private readonly Option<string> precision = new Option<string>("--precision")
    {
        Description = "Precision of the weights that rollouts of the managed engine read.",
        HelpName = "fp32|bf16|int8",
        DefaultValueFactory = _ => PrecisionNames.Of(WeightPrecision.Float32),
    }.AcceptOnlyFromAmong(PrecisionNames.All);

    /// <summary>Gives a command these options and the action that measures <paramref name="phases"/>.</summary>
    public static void AddTo(Command command, CliContext context, BenchPhases phases) =>
        AddTo(
            command,
            phases,
            settings =>
            {
                var report = BenchRun.Execute(settings, context.Error.WriteLine, context.Stop.Graceful);
                context.Print(report.ToTable(), report.ToJson());
            }
        );

    /// <summary>Gives a command these options and the action that measures how a step's phases grow.</summary>
    public static void AddGrowthTo(Command command, CliContext context) =>
        AddTo(
            command,
            BenchPhases.Step,
            settings =>
            {
                var report = GrowthBench.Execute(settings, context.Error.WriteLine, context.Stop.Graceful);
                context.Print(report.ToTable(), report.ToJson());
            }
        );

    private static void AddTo(Command command, BenchPhases phases, Action<BenchSettings> measure)
    {
        var options = new PhaseOptions();
        options.AddTo(command);
        command.SetAction(line => measure(options.Settings(line, phases)));
    }

    private static Option<int> Count(string name, string description, int value) =>
        new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
        }.AtLeast(1);

    private void AddTo(Command command)
    {
        Option[] options =
        [
            config,
            questions,
            group,
            keep,
            prompt,
            completion,
            lengths,
            iterations,
            repeat,
            threads,
            engine,
            device,
            computeType,
            precision,
        ];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">More completions are to be kept than there are.</exception>
    private BenchSettings Settings(ParseResult line, BenchPhases phases)
    {
        if (line.GetValue(keep) > line.GetValue(group))
        {
            throw new UsageException($"--keep {line.GetValue(keep)} is more than --group {line.GetValue(group)}.");
        }

        return new BenchSettings
        {
            ConfigPath = line.GetRequiredValue(config),
            Engine = line.GetValue(engine)!,
            Threads = line.GetValue(threads),
            Device = line.GetValue(device)!,
            ComputeType = line.GetValue(computeType) == "bfloat16" ? ComputeType.BFloat16 : ComputeType.Float32,
            Precision = PrecisionNames.Parse(line.GetValue(precision)!),
            Repeat = line.GetValue(repeat),
            Phases = phases,
            Workload = new BenchWorkload
            {
                Questions = line.GetValue(questions),
                Group = line.GetValue(group),
                Keep = line.GetValue(keep),
                Lengths =
                    line.GetValue(lengths) == BenchLengths.Gsm8kName
                        ? BenchLengths.Gsm8k
                        : BenchLengths.Fixed(line.GetValue(prompt), line.GetValue(completion)),
                Iterations = line.GetValue(iterations),
            },
        };
    }
}
