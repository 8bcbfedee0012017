using System.CommandLine;
using Cppo.Model.Weights;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Cli;

/// <summary><c>merge</c>: a whole model from an adapter and its base.</summary>
internal sealed class MergeCommand : CliCommand
{
    private readonly Argument<string> adapter = new("adapter")
    {
        Description =
            "A run that trained an adapter (runs/NAME), one of its checkpoints, or the directory of a LoRA adapter as PEFT has it.",
    };
    private readonly Option<string> output = new("--output")
    {
        Description = "Directory for the model, which must not be there yet.",
        HelpName = "DIR",
        Required = true,
    };
    private readonly Option<string?> type = new Option<string?>("--type")
    {
        Description = "Number type of the weights. [default: the base's]",
        HelpName = "TYPE",
    }.AcceptOnlyFromAmong("float32", "bfloat16", "float16");

    public MergeCommand(CliContext context)
        : base("merge", "Make a whole model of an adapter and its base.")
    {
        Add(adapter);
        Add(output);
        Add(type);
        SetAction(
            async (line, _) =>
            {
                var place = ModelPlace.Find(line.GetRequiredValue(adapter), context.Error.WriteLine);
                await context.Error.WriteLineAsync($"adapter: {place.Description}");
                string directory = Path.TrimEndingDirectorySeparator(line.GetRequiredValue(output));
                ModelMerge.Require(place, directory);
                var stop = context.Stop.Graceful;
                string written = await Task.Run(() => ModelMerge.Write(place, directory, TypeOf(line.GetValue(type)), stop), stop);
                await context.Output.WriteLineAsync($"{directory}: {written}");
            }
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("merge runs/lora --output merged", "writes the base with the run's adapter as a Hugging Face directory"),
            ("merge runs/lora/checkpoints/20 --output merged --type bfloat16", "the same of a checkpoint, in half of the space"),
        ];

    private static WeightType? TypeOf(string? name) =>
        name switch
        {
            "float32" => WeightType.F32,
            "bfloat16" => WeightType.BF16,
            "float16" => WeightType.F16,
            _ => null,
        };
}
