using System.CommandLine;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench products</c>: the matrix products of a rollout's step in each precision of the weights.</summary>
internal sealed class BenchProductsCommand : CliCommand
{
    private static readonly WeightPrecision[] All = Enum.GetValues<WeightPrecision>();

    private readonly Option<string> config = new("--config")
    {
        Description = "A Hugging Face config.json; the weights are made up.",
        HelpName = "PATH",
        Required = true,
    };
    private readonly Option<int[]> rows = new("--rows")
    {
        Description = "Completions that a step generates a token for; may be given often.",
        HelpName = "N",
        DefaultValueFactory = _ => [16, 64],
    };
    private readonly Option<string[]> precisions = new Option<string[]>("--weights")
    {
        Description = "What the weights are kept in; may be given often.",
        HelpName = "fp32|bf16|int8",
        DefaultValueFactory = _ => PrecisionNames.All,
    }.AcceptOnlyFromAmong(PrecisionNames.All);

    private readonly Option<int> threads = new Option<int>("--threads")
    {
        Description = "CPU threads, which share each product.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    }.IsThreads(1);

    private readonly Option<int> repeat = new Option<int>("--repeat")
    {
        Description = "Timed steps after a warm-up; the median counts.",
        HelpName = "N",
        DefaultValueFactory = _ => 9,
    }.AtLeast(1);

    public BenchProductsCommand(CliContext context)
        : base(
            "products",
            "Measure the matrix products of a rollout's step with weights in fp32, bf16 and int8, and their share of the limit."
        )
    {
        Option[] options = [config, rows, precisions, threads, repeat];
        foreach (var option in options)
        {
            Add(option);
        }

        rows.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => int.TryParse(token.Value, out int given) && given < 1))
            {
                result.AddError("--rows must be at least 1.");
            }
        });
        SetAction(line =>
        {
            string[] names = line.GetValue(precisions)!;
            var result = ProductBench.Run(
                HfConfigFile.Read(line.GetRequiredValue(config)),
                [.. All.Where(precision => names.Contains(PrecisionNames.Of(precision)))],
                [.. line.GetValue(rows)!.Distinct()],
                line.GetValue(threads),
                line.GetValue(repeat),
                context.Stop.Graceful
            );
            context.Print(result.ToTable(), result.ToJson());
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench products --config bench/qwen2.5-0.5b.json", "measures a model of 0.5 billion parameters in three precisions"),
            ("bench products --config bench/small.json --rows 8 --weights int8", "measures one precision and number of rows"),
        ];
}
