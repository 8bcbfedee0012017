using System.CommandLine;
using Cppo.Model.Decoders;
using Cppo.Pipeline.BaseModel;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Cli;

/// <summary><c>sft</c>: supervised training, from scratch or from a model.</summary>
internal sealed class SftCommand : CliCommand
{
    private readonly Argument<string> examples = new("examples")
    {
        Description = "JSON Lines with the keys question and completion, learned once in the file's order.",
    };
    private readonly Option<string> output = new("--output") { Description = "Directory for the trained model.", Required = true };
    private readonly Option<string?> model = new("--model")
    {
        Description = "Hugging Face directory, or name of the hub, to start from; without it a new model and tokenizer are made.",
    };
    private readonly Option<string> system = new("--system")
    {
        Description = "System text of every prompt.",
        DefaultValueFactory = _ => "",
    };
    private readonly Option<double?> learningRate = new Option<double?>("--learning-rate")
    {
        Description = "Peak, after 5 % warm-up; falls to 0 as half a cosine.",
        DefaultValueFactory = _ => 1e-3,
    }.Within(0, 1);
    private readonly Option<int> batch = new Option<int>("--batch")
    {
        Description = "Examples per optimizer step.",
        DefaultValueFactory = _ => 32,
    }.AtLeast(1);
    private readonly Option<ulong> seed = new("--seed") { Description = "Seed of a new model's weights.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> engine = new("--engine") { Description = "auto, torch or managed.", DefaultValueFactory = _ => "auto" };
    private readonly Option<int> threads = new Option<int>("--threads")
    {
        Description = "CPU threads; 0 takes all cores.",
        DefaultValueFactory = _ => 0,
    }.IsThreads(0);
    private readonly Option<int> vocabulary = Size("--vocabulary", "tokens of the tokenizer, special ones included", 448);
    private readonly Option<int> hidden = Size("--hidden", "width", 128);
    private readonly Option<int> layers = Size("--layers", "decoder blocks", 4);
    private readonly Option<int> heads = Size("--heads", "query heads", 4);
    private readonly Option<int> keyValueHeads = Size("--kv-heads", "key and value heads", 2);
    private readonly Option<int> intermediate = Size("--intermediate", "width of the MLP", 384);
    private readonly Option<int> context = Size("--context", "most tokens of prompt and completion", 256);

    public SftCommand(CliContext io)
        : base("sft", "Train a model on question and completion pairs.")
    {
        Add(examples);
        Option[] options =
        [
            output,
            model,
            system,
            learningRate,
            batch,
            seed,
            engine,
            threads,
            vocabulary,
            hidden,
            layers,
            heads,
            keyValueHeads,
            intermediate,
            context,
        ];
        foreach (var option in options)
        {
            Add(option);
        }

        AddRule(line =>
        {
            if (line.GetResult(model) is null)
            {
                return;
            }

            Option[] sizes = [vocabulary, hidden, layers, heads, keyValueHeads, intermediate, context];
            foreach (var size in sizes.Where(size => line.GetResult(size) is { Implicit: false }))
            {
                line.AddError($"{size.Name} is a new model's; --model has its own.");
            }
        });
        SetAction(line => SupervisedRun.Execute(Settings(line), io.Output, io.Stop.Graceful));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("sft schooling.jsonl --output small-model", "makes a new model of 0.8 million parameters"),
            ("sft habits.jsonl --model small-model --output base-model --learning-rate 1e-3", "goes on from it with other examples"),
        ];

    private static Option<int> Size(string name, string what, int value) =>
        new Option<int>(name) { Description = $"A new model's {what}.", DefaultValueFactory = _ => value }.Within(1, 1 << 20);

    private SupervisedRunSettings Settings(ParseResult line) =>
        new()
        {
            ExamplesPath = line.GetRequiredValue(examples),
            OutputDirectory = line.GetRequiredValue(output),
            ModelDirectory = line.GetValue(model) is { } start ? HubPlace.DirectoryOf(start) : null,
            System = line.GetValue(system)!,
            LearningRate = line.GetValue(learningRate)!.Value,
            ExamplesPerStep = line.GetValue(batch),
            Seed = line.GetValue(seed),
            Engine = line.GetValue(engine)!,
            Threads = line.GetValue(threads),
            Architecture = new DecoderConfig
            {
                VocabSize = line.GetValue(vocabulary),
                HiddenSize = line.GetValue(hidden),
                NumLayers = line.GetValue(layers),
                NumHeads = line.GetValue(heads),
                NumKeyValueHeads = line.GetValue(keyValueHeads),
                IntermediateSize = line.GetValue(intermediate),
                MaxPositions = line.GetValue(context),
                RopeTheta = 10_000,
                TieWordEmbeddings = true,
            },
        };
}
