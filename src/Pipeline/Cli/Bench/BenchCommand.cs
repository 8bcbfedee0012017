using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench</c>: how fast this machine runs each part of a step.</summary>
internal sealed class BenchCommand : CliCommand
{
    public BenchCommand(CliContext context)
        : base("bench", "Measure rollouts and updates on random weights, or one part alone; the last line is a JSON object.")
    {
        PhaseOptions.AddTo(this, context, BenchPhases.Step);
        Add(new BenchPhaseCommand(context, "rollout", "Measure rollouts on random weights.", BenchPhases.Rollout));
        Add(new BenchPhaseCommand(context, "update", "Measure updates on random weights, GRPO's and CPPO's.", BenchPhases.Update));
        Add(new BenchGrowthCommand(context));
        Add(new BenchStepCommand(context));
        Add(new BenchOverlapCommand(context));
        Add(new BenchMachineCommand(context));
        Add(new BenchCollectiveCommand(context));
        Add(new BenchProductsCommand(context));
        Add(new BenchTokenizeCommand(context));
        Add(new BenchParquetCommand(context));
        Add(new BenchRewardCommand(context));
        Add(new BenchViewCommand(context));
        Add(new BenchSinksCommand(context));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench --config bench/small.json", "measures a model of 0.85 million parameters"),
            ("bench --config bench/medium.json --questions 4 --group 8 --threads 1", "measures a larger model on less work"),
            ("bench rollout --config bench/small.json --lengths gsm8k", "generates completions of GSM8K's lengths"),
            ("bench step pipeline.json", "compares whole steps of GRPO and CPPO"),
        ];
}

/// <summary><c>bench rollout</c> and <c>bench update</c>.</summary>
internal sealed class BenchPhaseCommand : CliCommand
{
    public BenchPhaseCommand(CliContext context, string name, string description, BenchPhases phases)
        : base(name, description) => PhaseOptions.AddTo(this, context, phases);

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ($"bench {Name} --config bench/small.json", "on prompts of 48 and completions of 64 tokens"),
            ($"bench {Name} --config bench/small.json --lengths gsm8k", "on lengths as GSM8K has them"),
        ];
}

/// <summary><c>bench growth</c>: whether time and memory grow as the work does.</summary>
internal sealed class BenchGrowthCommand : CliCommand
{
    public BenchGrowthCommand(CliContext context)
        : base("growth", "Measure how rollouts and updates grow with twice the questions and with completions of twice the length.") =>
        PhaseOptions.AddGrowthTo(this, context);

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("bench growth --config bench/small.json --repeat 9", "takes the medians of nine turns")];
}
