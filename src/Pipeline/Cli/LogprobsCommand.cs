using System.CommandLine;
using Cppo.Model.Engine;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>logprobs</c>: how likely a model finds given completions, token by token.</summary>
internal sealed class LogprobsCommand : CliCommand
{
    private readonly ModelOptions model = new();
    private readonly Option<string> input = new("--input")
    {
        Description =
            "JSON Lines with the texts prompt and completion, or the token ids prompt_ids and completion_ids; texts are taken without a "
            + "chat template.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<string?> output = new("--output")
    {
        Description = "Write to this file instead of the standard output; it appears when it is complete.",
        HelpName = "PATH",
    };
    private readonly Option<double?> temperature = new Option<double?>("--temperature")
    {
        Description = "Logits are divided by it.",
        DefaultValueFactory = _ => 1,
    }.Within(SamplingSettings.SmallestTemperature, 10);
    private readonly Option<int> batch = new Option<int>("--batch")
    {
        Description = "Lines that go through the model together; results do not change.",
        DefaultValueFactory = _ => 8,
    }.AtLeast(1);

    public LogprobsCommand(CliContext context)
        : base("logprobs", "Compute the logprobs of given completions.")
    {
        model.AddTo(this, generates: false);
        Option[] options = [input, output, temperature, batch];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(
            async (line, _) =>
            {
                string path = line.GetRequiredValue(input);
                LineFile.RequireWritable(output.Name, line.GetValue(output), path);
                var lines = LineFile.Read(path);
                var place = model.Find(line, context.Error);
                using var loaded = await model.LoadTrainableAsync(line, place, place.Prompt, context.Stop.Graceful);
                var rows = new LogprobRows(loaded, line.GetValue(temperature)!.Value, line.GetValue(batch));
                LineFile.Write(line.GetValue(output), context.Output, NotEmpty(path, rows.Compute(path, lines, context.Stop.Graceful)));
            }
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("logprobs data/base-model --input pairs.jsonl --output logprobs.jsonl", "writes ids, logprobs and their sum for every line"),
            ("logprobs Qwen2.5-1.5B-Instruct --input pairs.jsonl --device cuda:0 --compute-type bfloat16", "computes on a GPU"),
        ];

    private static IEnumerable<string> NotEmpty(string path, IEnumerable<string> rows)
    {
        bool isEmpty = true;
        foreach (string row in rows)
        {
            isEmpty = false;
            yield return row;
        }

        if (isEmpty)
        {
            throw new UsageException($"{path} holds no line; give a JSON object with prompt and completion on each.");
        }
    }
}
