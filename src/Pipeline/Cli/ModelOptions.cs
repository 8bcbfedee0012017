using System.CommandLine;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// A model and the options that say how it is run, for every command that takes a model without a pipeline file.
/// </summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> directory = new("model")
    {
        Description =
            "A run (runs/NAME), one of its checkpoints (runs/NAME/checkpoints/20), a Hugging Face directory of a model (Qwen2, "
            + "Qwen2.5, Qwen3, Llama, SmolLM2), or the hub's name of one, ORG/NAME.",
    };
    private readonly Option<string> engine = new("--engine")
    {
        Description = $"Engine: {string.Join(", ", EngineFactory.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<string> device = new("--device")
    {
        Description = "cpu or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "cpu",
    };
    private readonly Option<int> threads = new Option<int>("--threads")
    {
        Description = "CPU threads; 0 takes all cores.",
        DefaultValueFactory = _ => 0,
    }.IsThreads(0);
    private readonly Option<string> computeType = new Option<string>("--compute-type")
    {
        Description = "Number type of the forward pass.",
        HelpName = "TYPE",
        DefaultValueFactory = _ => "float32",
    }.AcceptOnlyFromAmong("float32", "bfloat16");

    private readonly Option<string> precision = PrecisionOption.Create();

    /// <summary>Adds the argument and the options to a command that generates or one that only reads probabilities.</summary>
    public void AddTo(Command command, bool generates)
    {
        command.Add(directory);
        Option[] options = generates ? [engine, device, threads, computeType, precision] : [engine, device, threads, computeType];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Which model the command line names; says so on <paramref name="notices"/>.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public ModelPlace Find(ParseResult line, TextWriter notices)
    {
        var place = ModelPlace.Find(line.GetRequiredValue(directory), notices.WriteLine);
        notices.WriteLine($"model: {place.Description}");
        return place;
    }

    /// <summary>Loads it to generate alone.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="place">What it names.</param>
    /// <param name="prompt">Says which chat template the tokenizer takes.</param>
    /// <param name="stop">Ends the load at once.</param>
    /// <exception cref="ModelFileException">The directory is missing or damaged.</exception>
    /// <exception cref="EngineUnavailableException">The engine or its device cannot run on this machine.</exception>
    public Task<LoadedModel> LoadAsync(ParseResult line, ModelPlace place, PromptConfig prompt, CancellationToken stop) =>
        LoadedModel.LoadForRolloutsAsync(Config(line, place, prompt, line.GetValue(precision)!), stop);

    /// <summary>Loads it to compute logprobs, too, in fp32; as above otherwise.</summary>
    public Task<LoadedModel> LoadTrainableAsync(ParseResult line, ModelPlace place, PromptConfig prompt, CancellationToken stop) =>
        LoadedModel.LoadAsync(Config(line, place, prompt, "fp32"), stop);

    private PipelineConfig Config(ParseResult line, ModelPlace place, PromptConfig prompt, string precision) =>
        new()
        {
            Prompt = prompt,
            Model = new ModelConfig
            {
                Path = place.Model.Path,
                TokenizerPath = place.Model.TokenizerPath,
                Engine = line.GetValue(engine)!,
                Threads = line.GetValue(threads),
                ComputeType = line.GetValue(computeType)!,
            },
            Rollout = new RolloutConfig { Devices = [line.GetValue(device)!], Precision = precision },
        };
}
